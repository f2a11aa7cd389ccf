// Goal: a repair keeps every group before the damage, keeps what it cuts off in files, and leaves a
// log that starts; without consent it changes nothing; a crash anywhere in it leaves a log that can
// be repaired again. Method: a log damaged in every way that a start refuses.
#include "engine/log/wal_repair.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "engine/log/wal_format.h"
#include "engine/log/wal_segment.h"
#include "tests/unit/log/faulty_storage.h"
#include "tests/unit/log/log_testing.h"

namespace vencer {
namespace {

using testing::FaultyStorage;
using testing::OwnedStep;
using wal::kBlockBytes;

class WalRepairTest : public ::testing::Test {
 protected:
  WalRepairTest() {
    EXPECT_TRUE(disk_.make_directory("/d").ok());
    options_.directory = "/d";
    options_.segment_bytes = 3 * kBlockBytes;  // two groups a segment
    options_.create = true;
    options_.identity_high = 1;
    options_.identity_low = 2;
    auto wal = open(disk_);
    EXPECT_TRUE(wal.ok());
    positions_.push_back({});
    for (int i = 1; i <= 8; ++i) {
      write(**wal, i);
      positions_.push_back((*wal)->position());
    }
    EXPECT_TRUE((*wal)->seal().ok());
  }
  Result<std::unique_ptr<Wal>> open(FaultyStorage& disk) {
    read_.clear();
    WalRecovery recovery;
    return Wal::open(disk, options_, testing::collect(&read_), &recovery);
  }
  static void write(Wal& wal, int n) {
    OwnedStep step;
    step.now = n;
    step.payload.assign(200, static_cast<std::byte>(n));
    Group group;
    group.append(step.record());
    ASSERT_TRUE(wal.submit(group).ok());
  }
  static std::string path(std::uint64_t segment) { return wal::segment_path("/d", segment); }
  void expect_read(std::size_t groups) {
    ASSERT_EQ(read_.size(), groups);
    for (std::size_t i = 0; i < groups; ++i) {
      EXPECT_EQ(read_[i].now, static_cast<TimeMs>(i + 1));
    }
  }

  struct Case {
    const char* name;
    std::function<void(FaultyStorage&)> harm;
    std::size_t stays;  // groups
  };
  std::vector<Case> cases() const {
    return {
        {"a bit of group 5", [](FaultyStorage& d) { d.flip(path(3), kBlockBytes + 200, 1); }, 4},
        {"a bit of group 6", [](FaultyStorage& d) { d.flip(path(3), 2 * kBlockBytes + 200, 1); },
         5},
        {"a header of segment 4", [](FaultyStorage& d) { d.flip(path(4), 9, 0); }, 6},
        {"segment 2 is gone", [](FaultyStorage& d) { (void)d.remove(path(2)); }, 2},
        {"segment 3 is half a copy",
         [](FaultyStorage& d) { d.bytes(path(3))->resize(2 * kBlockBytes); }, 5},
        {"segment 4 is a scrap", [](FaultyStorage& d) { d.bytes(path(4))->resize(100); }, 6},
        {"group 1 is garbled",
         [](FaultyStorage& d) {
           std::fill_n(d.bytes(path(1))->begin() + kBlockBytes, 100, std::byte{0x77});
         },
         0},
    };
  }

  FaultyStorage disk_{1};
  WalOptions options_;
  std::vector<OwnedStep> read_;
  std::vector<WalPosition> positions_;
};

TEST_F(WalRepairTest, AWholeLogIsLeftAlone) {
  const auto before = disk_.calls();
  const auto report = repair_wal(disk_, "/d", {}, true);
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_FALSE(report->damaged);
  EXPECT_EQ(disk_.calls(), before);
  EXPECT_NE(report->message.find("not damaged"), std::string::npos);
}

TEST_F(WalRepairTest, CutsAtTheDamageAndGoesOn) {
  for (const Case& one : cases()) {
    SCOPED_TRACE(one.name);
    auto disk = disk_.copy();
    one.harm(*disk);
    ASSERT_FALSE(open(*disk).ok());
    const auto calls = disk->calls();
    const auto asked = repair_wal(*disk, "/d", {}, false);
    ASSERT_TRUE(asked.ok()) << asked.error().message;
    EXPECT_TRUE(asked->damaged);
    EXPECT_EQ(asked->last_group, one.stays);
    EXPECT_NE(asked->damage.find("/d/wal-"), std::string::npos) << asked->damage;
    EXPECT_NE(asked->message.find("--accept-loss"), std::string::npos);
    EXPECT_EQ(disk->calls(), calls) << "nothing is changed without consent";

    const auto report = repair_wal(*disk, "/d", {}, true);
    ASSERT_TRUE(report.ok()) << report.error().message;
    EXPECT_EQ(report->last_group, one.stays);
    for (const std::string& kept : report->kept) EXPECT_NE(disk->bytes(kept), nullptr) << kept;
    for (int life = 0; life < 3; ++life) {
      auto wal = open(*disk);
      ASSERT_TRUE(wal.ok()) << wal.error().message;
      expect_read(one.stays + static_cast<std::size_t>(life));
      write(**wal, static_cast<int>(one.stays) + life + 1);
    }
  }
}

TEST_F(WalRepairTest, EveryGroupThatWasThereIsInSomeFile) {
  for (const Case& one : cases()) {
    SCOPED_TRACE(one.name);
    auto disk = disk_.copy();
    one.harm(*disk);
    std::vector<std::vector<std::byte>> blocks;  // all that are not zero, before
    const auto each = [](FaultyStorage& d, auto&& visit) {
      for (const std::string& p : d.paths()) {
        const auto* bytes = d.bytes(p);
        if (bytes == nullptr) continue;
        for (std::size_t at = kBlockBytes; at < bytes->size(); at += kBlockBytes) {
          const std::size_t end = std::min(bytes->size(), at + kBlockBytes);
          visit(std::vector<std::byte>(bytes->begin() + static_cast<std::ptrdiff_t>(at),
                                       bytes->begin() + static_cast<std::ptrdiff_t>(end)));
        }
        if (p.find("-at-") != std::string::npos && bytes->size() >= kBlockBytes) {
          visit(std::vector<std::byte>(bytes->begin(), bytes->begin() + kBlockBytes));
        }
      }
    };
    each(*disk, [&](std::vector<std::byte> block) {
      if (std::ranges::any_of(block, [](std::byte b) { return b != std::byte{0}; })) {
        blocks.push_back(std::move(block));
      }
    });
    ASSERT_TRUE(repair_wal(*disk, "/d", {}, true).ok());
    for (const auto& block : blocks) {
      bool found = false;
      each(*disk, [&](const std::vector<std::byte>& other) { found = found || other == block; });
      EXPECT_TRUE(found);
    }
  }
}

TEST_F(WalRepairTest, ACrashAnywhereInItLeavesItRepairable) {
  for (const Case& one : cases()) {
    for (std::uint64_t k = 0; k < 40; ++k) {
      SCOPED_TRACE(::testing::Message() << one.name << ", crash at call " << k);
      auto harmed = disk_.copy();
      one.harm(*harmed);
      auto disk = harmed->copy();  // the harm is on the disk
      disk->crash_at(k);
      (void)repair_wal(*disk, "/d", {}, true);
      const bool crashed = disk->crashed();
      disk->lose_power();
      const auto again = repair_wal(*disk, "/d", {}, true);
      ASSERT_TRUE(again.ok()) << again.error().message;
      auto wal = open(*disk);
      ASSERT_TRUE(wal.ok()) << wal.error().message;
      expect_read(one.stays);
      if (!crashed) break;
    }
  }
}

TEST_F(WalRepairTest, ASnapshotBehindTheDamageIsNotThrownAway) {
  disk_.flip(path(3), kBlockBytes + 200, 1);  // group 5
  const auto calls = disk_.calls();
  const auto enough = repair_wal(disk_, "/d", positions_[5], true);
  ASSERT_TRUE(enough.ok()) << enough.error().message;
  EXPECT_FALSE(enough->damaged) << "what the snapshot has is not needed";
  disk_.bytes(path(4))->resize(100);  // groups 7 and 8
  const auto report = repair_wal(disk_, "/d", positions_[7], true);
  ASSERT_FALSE(report.ok());
  EXPECT_NE(report.error().message.find("the snapshot stands at group 7"), std::string::npos)
      << report.error().message;
  EXPECT_EQ(disk_.calls(), calls);
}

}  // namespace
}  // namespace vencer
