// Goal: segments that a snapshot has made superfluous are used again, and what they held before is
// never taken for a group, a torn write or evidence of damage. Method: a log that is released and
// written on in turns, on FaultyStorage: reopened from its snapshot, crashed at every call, every
// bit flipped, on a disk that gets full.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "engine/log/wal.h"
#include "engine/log/wal_format.h"
#include "engine/log/wal_segment.h"
#include "tests/unit/log/faulty_storage.h"
#include "tests/unit/log/log_testing.h"

namespace vencer {
namespace {

using testing::FaultyStorage;
using testing::OwnedStep;
using wal::kBlockBytes;

// A log and what must come out of it. The snapshot is taken to be on the disk as soon as it is
// named.
class Recycled {
 public:
  explicit Recycled(std::uint64_t seed)
      : disk(std::make_unique<FaultyStorage>(seed)), random_(seed) {
    EXPECT_TRUE(disk->make_directory("/d").ok());
    EXPECT_TRUE(disk->sync_directory("").ok());
    options.directory = "/d";
    options.segment_bytes = 5 * kBlockBytes;
    options.create = true;
    options.identity_high = 1;
    options.identity_low = 2;
    options.spare_segments = 1;
    options.spare_segments_max = 3;
  }

  Status open() {
    wal.reset();
    read.clear();
    options.start = snapshot;
    auto opened = Wal::open(*disk, options, testing::collect(&read), &recovery);
    if (!opened) return opened.error();
    wal = std::move(*opened);
    return ok_status();
  }
  // What was acknowledged must be read, and only what was submitted.
  ::testing::AssertionResult accept() {
    if (read.size() < acknowledged) {
      return ::testing::AssertionFailure()
             << "lost: " << acknowledged << " acknowledged, " << read.size() << " read";
    }
    if (read.size() > submitted.size() ||
        !std::equal(read.begin(), read.end(), submitted.begin())) {
      return ::testing::AssertionFailure() << "invented or altered";
    }
    submitted = read;
    acknowledged = read.size();
    return ::testing::AssertionSuccess();
  }
  // Groups, seals, upkeep, snapshots and releases in any order; false when a call failed.
  bool work(int groups) {
    Group group;
    for (int i = 0; i < groups; ++i) {
      group.clear();
      for (const OwnedStep& step : testing::random_steps(random_, 3, 6000)) {
        group.append(step.record());
        submitted.push_back(step);
      }
      if (!wal->submit(group)) return false;
      acknowledged = submitted.size();
      if (random_() % 5 == 0 && !wal->seal()) return false;
      if (random_() % 4 == 0 && !wal->prepare_next_segment()) return false;
      if (random_() % 6 == 0) {
        if (!wal->release_below(snapshot.group)) return false;  // of the one before
        snapshot = wal->position();
        submitted.clear();
        acknowledged = 0;
      }
    }
    return true;
  }
  std::size_t files(const char* prefix) const {
    const auto paths = disk->paths();
    return static_cast<std::size_t>(std::ranges::count_if(paths, [&](const std::string& path) {
      return path.starts_with(std::string("/d/") + prefix);
    }));
  }
  std::size_t recycled_files() const {
    std::size_t count = 0;
    for (const std::string& path : disk->paths()) {
      const auto* bytes = disk->bytes(path);
      if (bytes == nullptr || !path.starts_with("/d/wal-") || bytes->size() < kBlockBytes) continue;
      wal::SegmentHeader header;
      const std::span<const std::byte, kBlockBytes> block(bytes->data(), kBlockBytes);
      count +=
          wal::decode_segment_header(block, &header) == wal::SegmentCheck::ok && header.recycled();
    }
    return count;
  }

  std::unique_ptr<FaultyStorage> disk;
  WalOptions options;
  std::unique_ptr<Wal> wal;
  WalRecovery recovery;
  WalPosition snapshot;
  std::vector<OwnedStep> read, submitted;  // behind the snapshot
  std::size_t acknowledged = 0;

 private:
  std::mt19937_64 random_;
};

TEST(WalRecycle, FilesGoRoundAndRestartsFindTheRest) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    Recycled log(seed);
    std::size_t recycled = 0;
    for (int life = 0; life < 8; ++life) {
      ASSERT_TRUE(log.open().ok());
      ASSERT_TRUE(log.accept());
      EXPECT_FALSE(log.recovery.torn) << log.recovery.message;
      ASSERT_TRUE(log.work(60));
      recycled += log.recycled_files();
      if (life % 2 == 0) {
        ASSERT_TRUE(log.wal->seal().ok());
      }
    }
    EXPECT_GT(recycled, 0u);
    EXPECT_EQ(log.files("wal-") > 40, false) << "they pile up";
  }
}

TEST(WalRecycle, TheSegmentOfTheSnapshotStays) {
  Recycled log(1);
  ASSERT_TRUE(log.open().ok());
  Group group;
  OwnedStep step;
  step.payload.resize(6000);  // two groups a segment
  group.append(step.record());
  std::vector<WalPosition> positions{{}};
  for (int i = 0; i < 12; ++i) positions.push_back(*log.wal->submit(group));
  ASSERT_EQ(log.files("wal-"), 6u);
  for (std::uint64_t below = 0; below <= 12; ++below) {
    ASSERT_TRUE(log.wal->release_below(below).ok());
    // Segment k holds 2k-1 and 2k; it goes when 2k < below; the one being written never.
    const std::uint64_t gone = below == 0 ? 0 : (below - 1) / 2;
    EXPECT_EQ(log.files("wal-"), 6 - gone) << below;
    EXPECT_EQ(log.wal->room().segments, 6 - gone);
    log.snapshot = positions[below];
    auto other = log.disk->copy();
    std::vector<OwnedStep> read;
    WalRecovery recovery;
    WalOptions options = log.options;
    options.start = positions[below];
    ASSERT_TRUE(Wal::open(*other, options, testing::collect(&read), &recovery).ok());
    EXPECT_EQ(read.size(), 12 - below);
  }
}

TEST(WalRecycle, MoreThanAreWantedAreGivenBackInPieces) {
  Recycled log(1);
  log.options.segment_bytes = 9 << 20;
  log.options.spare_segments_max = 1;
  ASSERT_TRUE(log.open().ok());
  Group group;
  OwnedStep step;
  step.payload.resize(7 << 20);
  group.append(step.record());
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(log.wal->submit(group).ok());
  ASSERT_TRUE(log.wal->release_below(4).ok());
  EXPECT_EQ(log.files("spare-"), 3u);
  int steps = 0;
  while (*log.wal->prepare_next_segment()) ASSERT_LT(++steps, 100);
  EXPECT_GT(steps, 4);
  EXPECT_EQ(log.files("spare-"), 1u);
  EXPECT_EQ(log.wal->room().ready_segments, 2u);
  // A restart takes them over.
  log.snapshot = log.wal->position();
  ASSERT_TRUE(log.open().ok());
  EXPECT_EQ(log.wal->room().ready_segments, 1u);
}

TEST(WalRecycle, PowerLossAtEveryCall) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    for (std::uint64_t k = 0;; ++k) {
      SCOPED_TRACE(::testing::Message() << "seed " << seed << ", crash at call " << k);
      Recycled log(seed);
      log.disk->crash_at(k);
      bool done = log.open().ok() && log.work(40);
      ASSERT_EQ(done, !log.disk->crashed());
      k % 3 == 0 ? log.disk->kill() : log.disk->lose_power();
      for (int life = 0; life < 2; ++life) {
        const Status opened = log.open();
        ASSERT_TRUE(opened.ok()) << opened.error().message;
        ASSERT_TRUE(log.accept());
        log.disk->crash_at(k * 7 % 31);
        (void)log.work(8);
        log.disk->lose_power();
      }
      const Status opened = log.open();
      ASSERT_TRUE(opened.ok()) << opened.error().message;
      ASSERT_TRUE(log.accept());
      if (done) break;
    }
  }
}

// As in wal_damage_test, on segments that are full of older groups.
TEST(WalRecycle, ABitOfEveryByteOfWhatIsAcknowledged) {
  Recycled log(3);
  log.options.segment_bytes = 3 * kBlockBytes;
  ASSERT_TRUE(log.open().ok());
  Group group;
  OwnedStep step;
  step.payload.resize(300);
  group.append(step.record());
  for (int i = 0; i < 8; ++i) {  // two a segment
    ASSERT_TRUE(log.wal->submit(group).ok());
    if (i == 5) {
      ASSERT_TRUE(log.wal->release_below(log.wal->position().group).ok());
      log.snapshot = log.wal->position();
    }
  }
  ASSERT_TRUE(log.wal->submit(group).ok());
  log.snapshot = log.wal->position();  // 9: the first of segment 5, which is a recycled one
  ASSERT_TRUE(log.wal->submit(group).ok());
  ASSERT_TRUE(log.wal->submit(group).ok());
  ASSERT_TRUE(log.wal->seal().ok());  // 12
  ASSERT_GE(log.recycled_files(), 2u);
  const auto pristine = log.disk->copy();
  std::uint64_t refused = 0, torn = 0;
  for (const std::uint64_t segment : {5, 6}) {
    for (std::size_t at = segment == 5 ? 2 * kBlockBytes : kBlockBytes; at < 3 * kBlockBytes;
         ++at) {
      log.wal.reset();
      log.disk = pristine->copy();
      log.disk->flip(wal::segment_path("/d", segment), at, at % 8);
      if (!log.open().ok()) {
        ++refused;
        continue;
      }
      ASSERT_TRUE(log.recovery.torn) << "silent: segment " << segment << " byte " << at;
      ASSERT_EQ(log.read.size(), 2u) << "segment " << segment << " byte " << at;
      ++torn;
    }
  }
  EXPECT_EQ(refused, 2 * kBlockBytes);
  EXPECT_EQ(torn, kBlockBytes);  // the seal
}

TEST(WalRecycle, AFullDiskIsAStateAndPasses) {
  Recycled log(4);
  log.options.spare_segments = 2;
  ASSERT_TRUE(log.open().ok());
  while (*log.wal->prepare_next_segment()) {
  }
  EXPECT_FALSE(log.wal->room().disk_full);
  EXPECT_EQ(log.wal->room().ready_segments, 3u);
  log.disk->capacity(log.disk->used());
  Group group;
  OwnedStep step;
  step.payload.resize(6000);
  group.append(step.record());
  // Two groups a segment. Upkeep after each says whether a spare one is missing.
  for (int i = 0; i < 8; ++i) {
    ASSERT_TRUE(log.wal->submit(group).ok());
    const auto tended = log.wal->prepare_next_segment();
    const std::uint32_t entered = static_cast<std::uint32_t>(i) / 2;
    EXPECT_EQ(log.wal->room().ready_segments, 3 - entered) << i;
    if (!tended) {
      EXPECT_EQ(tended.error().code, Errc::disk_full);
    }
    (void)log.wal->prepare_next_segment();
    EXPECT_EQ(log.wal->room().disk_full, i >= 2) << i;
  }
  EXPECT_EQ(log.wal->room().ready_segments, 0u);
  log.disk->capacity(FaultyStorage::kNever);
  while (*log.wal->prepare_next_segment()) {
  }
  EXPECT_FALSE(log.wal->room().disk_full);
  ASSERT_TRUE(log.wal->submit(group).ok());
}

// A start on a full disk takes a spare segment's room for the one that it begins with.
TEST(WalRecycle, AStartOnAFullDisk) {
  Recycled log(5);
  log.options.spare_segments = 3;
  ASSERT_TRUE(log.open().ok());
  ASSERT_TRUE(log.work(3));
  while (*log.wal->prepare_next_segment()) {
  }
  const std::size_t spares = log.files("spare-");
  ASSERT_GT(spares, 0u);
  log.disk->capacity(log.disk->used());
  const Status opened = log.open();
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  ASSERT_TRUE(log.accept());
  EXPECT_LT(log.files("spare-"), spares);
}

TEST(WalRecycle, SpareFilesAloneAreNoNewLog) {
  Recycled log(6);
  ASSERT_TRUE(log.disk->make_directory("/d").ok());
  log.disk->put("/d/" + wal::spare_name(1), std::vector<std::byte>(5 * kBlockBytes));
  const Status opened = log.open();
  ASSERT_FALSE(opened.ok());
  EXPECT_NE(opened.error().message.find("the segments are missing"), std::string::npos);
}

}  // namespace
}  // namespace vencer
