// Goal: a log is taken up behind a snapshot: only later groups come back, whatever segments below
// are gone; and a log that does not reach down or up to the snapshot, or is another one, is refused
// by name. Method: a log of some segments on FaultyStorage, opened at every position.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/log/wal.h"
#include "engine/log/wal_format.h"
#include "engine/log/wal_reader.h"
#include "engine/log/wal_segment.h"
#include "tests/unit/log/faulty_storage.h"
#include "tests/unit/log/log_testing.h"

namespace vencer {
namespace {

using testing::FaultyStorage;
using testing::OwnedStep;

class WalPositionTest : public ::testing::Test {
 protected:
  WalPositionTest() {
    EXPECT_TRUE(disk_.make_directory("/d").ok());
    options_.directory = "/d";
    options_.segment_bytes = 3 * wal::kBlockBytes;  // two groups a segment
    options_.create = true;
    options_.identity_high = 1;
    options_.identity_low = 2;
    positions_.push_back({});
  }
  Result<std::unique_ptr<Wal>> open(FaultyStorage& disk, WalPosition start = {}) {
    read_.clear();
    options_.start = start;
    return Wal::open(disk, options_, testing::collect(&read_), &recovery_);
  }
  // Groups of one step whose time is the number of the group; positions_[n] is behind group n.
  void add(Wal& wal, int groups) {
    for (int i = 0; i < groups; ++i) {
      OwnedStep step;
      step.now = static_cast<TimeMs>(positions_.size());
      Group group;
      group.append(step.record());
      auto submitted = wal.submit(group);
      ASSERT_TRUE(submitted.ok());
      EXPECT_EQ(*submitted, wal.position());
      EXPECT_EQ(submitted->group, positions_.size());
      positions_.push_back(*submitted);
    }
  }
  void expect_read(std::uint64_t from, std::uint64_t to) {
    ASSERT_EQ(read_.size(), to - from + 1);
    for (std::uint64_t n = from; n <= to; ++n) {
      EXPECT_EQ(read_[n - from].now, static_cast<TimeMs>(n));
    }
  }
  std::string refusal(FaultyStorage& disk, WalPosition start) {
    const auto before = disk.calls();
    auto wal = open(disk, start);
    EXPECT_FALSE(wal.ok());
    EXPECT_EQ(disk.calls(), before) << "a refusal changes nothing";
    return wal ? "" : wal.error().message;
  }

  FaultyStorage disk_{1};
  WalOptions options_;
  WalRecovery recovery_;
  std::vector<OwnedStep> read_;
  std::vector<WalPosition> positions_;
};

TEST_F(WalPositionTest, OnlyLaterGroupsComeBackFromEveryPosition) {
  {
    auto wal = open(disk_);
    ASSERT_TRUE(wal.ok());
    add(**wal, 11);  // 1 2 | 3 4 | 5 6 | 7 8 | 9 10 | 11
  }
  for (std::uint64_t p = 0; p <= 11; ++p) {
    auto disk = disk_.copy();
    auto wal = open(*disk, positions_[p]);
    ASSERT_TRUE(wal.ok()) << wal.error().message;
    expect_read(p + 1, 11);
    EXPECT_EQ(recovery_.last_group, 11u);
    EXPECT_EQ((*wal)->position(), positions_[11]);
  }
}

TEST_F(WalPositionTest, SegmentsBelowMayBeGone) {
  {
    auto wal = open(disk_);
    ASSERT_TRUE(wal.ok());
    add(**wal, 11);
  }
  for (std::uint64_t p = 0; p <= 11; ++p) {
    for (std::uint64_t gone = 0; gone <= 5; ++gone) {  // segments 1..gone
      auto disk = disk_.copy();
      for (std::uint64_t n = 1; n <= gone; ++n) (void)disk->remove(wal::segment_path("/d", n));
      if (p >= 2 * gone) {
        auto wal = open(*disk, positions_[p]);
        ASSERT_TRUE(wal.ok()) << wal.error().message;
        expect_read(p + 1, 11);
        continue;
      }
      const std::string said = refusal(*disk, positions_[p]);
      EXPECT_NE(said.find(wal::segment_path("/d", gone + 1)), std::string::npos) << said;
      EXPECT_NE(said.find(p == 0 ? "no snapshot says" : "what lies between is missing"),
                std::string::npos)
          << said;
      EXPECT_NE(said.find("restore a backup"), std::string::npos) << said;
    }
  }
}

// A snapshot is evidence: what it holds was durable.
TEST_F(WalPositionTest, ALogThatEndsBelowIsDamaged) {
  {
    auto wal = open(disk_);
    ASSERT_TRUE(wal.ok());
    add(**wal, 8);
  }
  auto cut = disk_.copy();
  for (std::uint64_t n = 3; n <= 4; ++n) (void)cut->remove(wal::segment_path("/d", n));
  for (std::uint64_t p = 5; p <= 8; ++p) {
    const std::string said = refusal(*cut, positions_[p]);
    EXPECT_NE(said.find("the snapshot ends with group"), std::string::npos) << said;
    EXPECT_NE(said.find(wal::segment_path("/d", 2)), std::string::npos) << said;
  }
  ASSERT_TRUE(open(*cut, positions_[4]).ok());
}

TEST_F(WalPositionTest, AnotherLogsSnapshotIsRefused) {
  {
    auto wal = open(disk_);
    ASSERT_TRUE(wal.ok());
    add(**wal, 8);
  }
  for (std::uint64_t p = 1; p <= 8; ++p) {
    WalPosition other = positions_[p];
    other.chain ^= 1;
    const std::string said = refusal(disk_, other);
    EXPECT_NE(said.find("not of the same log"), std::string::npos) << said;
  }
}

// Recoveries in between: their segments take over from the ones before.
TEST_F(WalPositionTest, AcrossRecoveries) {
  for (int run = 0; run < 6; ++run) {
    auto wal = open(disk_);
    ASSERT_TRUE(wal.ok());
    add(**wal, 1 + run % 3);
  }
  const std::uint64_t last = positions_.size() - 1;
  for (std::uint64_t p = 0; p <= last; ++p) {
    auto disk = disk_.copy();
    auto wal = open(*disk, positions_[p]);
    ASSERT_TRUE(wal.ok()) << wal.error().message;
    expect_read(p + 1, last);
    add(**wal, 3);
    positions_.resize(last + 1);
  }
}

TEST_F(WalPositionTest, AGroupThatIsDamagedBehindTheSnapshotIsFound) {
  {
    auto wal = open(disk_);
    ASSERT_TRUE(wal.ok());
    add(**wal, 8);
  }
  disk_.flip(wal::segment_path("/d", 3), 2 * wal::kBlockBytes + 100, 3);  // group 6
  EXPECT_NE(refusal(disk_, positions_[4]).find("group 6 should stand here"), std::string::npos);
  EXPECT_NE(refusal(disk_, positions_[5]).find("group 6 should stand here"), std::string::npos);
  ASSERT_TRUE(open(disk_, positions_[6]).ok());  // nobody needs it any more
  expect_read(7, 8);
}

// In the segment that the snapshot's place is in, too; and what an older snapshot needs stays.
TEST_F(WalPositionTest, DamageBeforeTheSnapshotDoesNotMatter) {
  options_.segment_bytes = 16 * wal::kBlockBytes;
  {
    auto wal = open(disk_);
    ASSERT_TRUE(wal.ok());
    add(**wal, 8);
  }
  disk_.flip(wal::segment_path("/d", 1), 2 * wal::kBlockBytes + 100, 3);  // the body of group 2
  disk_.flip(wal::segment_path("/d", 1), 3 * wal::kBlockBytes + 10, 3);   // the header of group 3
  for (std::uint64_t p = 3; p <= 8; ++p) {
    auto disk = disk_.copy();
    for (int life = 0; life < 2; ++life) {
      ASSERT_TRUE(open(*disk, positions_[p]).ok());
      expect_read(p + 1, 8);
    }
    ASSERT_TRUE(open(*disk, positions_[3]).ok()) << p;
    expect_read(4, 8);
  }
  EXPECT_NE(refusal(disk_, positions_[2]).find("group 3 should stand here"), std::string::npos);
  EXPECT_NE(refusal(disk_, positions_[1]).find("group 2 should stand here"), std::string::npos);
}

}  // namespace
}  // namespace vencer
