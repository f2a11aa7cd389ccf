// The simulator itself: it is exact, its disk does what a disk does, and it finds what it must
// find.
#include <gtest/gtest.h>

#include <cstring>

#include "tests/sim/every_bit.h"
#include "tests/sim/life.h"
#include "tests/sim/shrink.h"

namespace vencer::sim {
namespace {

LifeOptions short_life(std::uint64_t seed) {
  LifeOptions options;
  options.seed = seed;
  options.hours = 6;
  return options;
}

TEST(Life, OneSeedOneHistory) {
  const LifeResult one = Life(short_life(11)).run();
  const LifeResult two = Life(short_life(11)).run();
  EXPECT_EQ(one.wrong, "");
  EXPECT_EQ(one.digest, two.digest);
  EXPECT_EQ(one.hours, two.hours);
  EXPECT_NE(one.digest, Life(short_life(12)).run().digest);
}

// A life in which nothing happens would find nothing.
TEST(Life, MuchHappens) {
  LifeOptions options = short_life(11);
  options.hours = 24;
  const LifeResult result = Life(options).run();
  EXPECT_EQ(result.wrong, "");
  EXPECT_GT(result.truth.commands, 50u);
  EXPECT_GT(result.truth.events, 50u);
  EXPECT_GT(result.life.starts, 5u);
  EXPECT_GT(result.clients.events_received, 50u);
}

LifeOptions life_with(SimDisk::Lie lie, std::uint64_t seed) {
  LifeOptions options = short_life(seed);
  options.hours = 24;
  options.faults = kCrash;
  options.lie = lie;
  return options;
}

// A lie of the disk that the engine cannot notice is found by what was promised and is not there.
std::uint64_t lives_until_found(SimDisk::Lie lie) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    if (!Life(life_with(lie, seed)).run().wrong.empty()) return seed;
  }
  return 0;
}

TEST(Lies, ADiskThatAnswersBeforeItHasWritten) {
  EXPECT_NE(lives_until_found(SimDisk::Lie::direct_writes), 0u);
}

TEST(Lies, ADirectoryThatIsNotSynced) {
  EXPECT_NE(lives_until_found(SimDisk::Lie::directory_syncs), 0u);
}

TEST(Shrink, PositionsAreReadAsTheyAreTold) {
  std::set<std::size_t> positions;
  EXPECT_TRUE(parse_positions("1,4-6,9", &positions));
  EXPECT_EQ(positions, (std::set<std::size_t>{1, 4, 5, 6, 9}));
  LifeOptions options = short_life(7);
  options.faults = kCrash | kNet;
  options.without = positions;
  EXPECT_EQ(replay_command(options),
            "vencer-sim --seed 7 --hours 6 --faults crash,net --without 1,4-6,9 --tell");
  EXPECT_FALSE(parse_positions("1,x", &positions));
  EXPECT_FALSE(parse_positions("3-1", &positions));
}

// Few tries of a short life: what is shown is that each one that is kept fails, too.
TEST(Shrink, AFailingLifeBecomesSmallerAndStillFails) {
  LifeOptions failing;
  LifeResult result;
  for (std::uint64_t seed = 1; seed <= 20 && result.wrong.empty(); ++seed) {
    failing = life_with(SimDisk::Lie::direct_writes, seed);
    failing.hours = 4;
    result = Life(failing).run();
  }
  ASSERT_FALSE(result.wrong.empty());
  const LifeOptions small = shrink(failing, result, 6);
  EXPECT_EQ(small.seed, failing.seed);
  EXPECT_EQ(small.hours, failing.hours);  // the plan of faults stays what it was
  EXPECT_TRUE(small.load < failing.load || !small.without.empty());
  EXPECT_LT(small.without.size(), result.planned_faults);
  EXPECT_FALSE(Life(small).run().wrong.empty());
}

// All of them: `vencer-sim --report`, and log_test.
TEST(EveryBit, ManyOfThemAreNoticed) {
  constexpr std::uint64_t kStride = 53;
  for (const EveryBit& counted : {every_bit_of_a_log(kStride), every_bit_of_a_snapshot(kStride),
                                  every_bit_of_event_segments(kStride)}) {
    EXPECT_GT(counted.bits, 100u);
    EXPECT_TRUE(counted.all()) << counted.detected << " of " << counted.bits;
  }
}

struct Aligned {
  alignas(4096) std::array<std::byte, 4096> bytes;
};

class DiskTest : public testing::Test {
 protected:
  std::unique_ptr<File> make(const std::string& path, OpenMode mode) {
    EXPECT_TRUE(disk_.make_directory("/d").ok());
    auto created = disk_.open(path, OpenMode::create_new);
    EXPECT_TRUE(created.ok());
    EXPECT_TRUE((*created)->write_at(0, page(1)).ok());
    EXPECT_TRUE((*created)->sync().ok());
    EXPECT_TRUE(disk_.sync_directory("").ok());
    EXPECT_TRUE(disk_.sync_directory("/d").ok());
    auto file = disk_.open(path, mode);
    EXPECT_TRUE(file.ok());
    return std::move(*file);
  }
  std::span<const std::byte> page(unsigned fill) {
    page_.bytes.fill(static_cast<std::byte>(fill));
    return page_.bytes;
  }
  static std::vector<unsigned> first_bytes(const SimDisk& disk) {  // of each page
    const std::vector<std::byte> all = disk.content("/d/f");
    std::vector<unsigned> bytes;
    for (std::size_t at = 0; at < all.size(); at += SimDisk::kPage) {
      bytes.push_back(static_cast<unsigned>(all[at]));
    }
    return bytes;
  }
  unsigned first_byte(const std::string& path) {
    return static_cast<unsigned>(disk_.content(path).at(0));
  }

  SimDisk disk_{7};
  Aligned page_;
};

TEST_F(DiskTest, ADirectWriteSurvivesThePowersLoss) {
  auto file = make("/d/f", OpenMode::direct_sync);
  ASSERT_TRUE(file->write_at(0, page(2)).ok());
  disk_.power_off();
  disk_.restart_after_power_loss();
  EXPECT_EQ(first_byte("/d/f"), 2u);
}

TEST_F(DiskTest, AKilledProcessLeavesThePageCache) {
  auto file = make("/d/f", OpenMode::read_write);
  ASSERT_TRUE(file->write_at(0, page(2)).ok());
  disk_.restart_after_kill();
  EXPECT_EQ(first_byte("/d/f"), 2u);
  EXPECT_FALSE(file->sync().ok()) << "a file of an earlier life";
}

TEST_F(DiskTest, UnsyncedSectorsAreOldNewOrGarbage) {
  std::set<unsigned> seen;
  for (std::uint64_t seed = 1; seed < 200; ++seed) {
    SimDisk disk(seed);
    ASSERT_TRUE(disk.make_directory("/d").ok());
    auto file = disk.open("/d/f", OpenMode::create_new);
    ASSERT_TRUE((*file)->write_at(0, page(1)).ok() && (*file)->sync().ok());
    ASSERT_TRUE(disk.sync_directory("").ok() && disk.sync_directory("/d").ok());
    ASSERT_TRUE((*file)->write_at(0, page(2)).ok());
    disk.power_off();
    disk.restart_after_power_loss();
    const auto first = static_cast<unsigned>(disk.content("/d/f").at(0));
    seen.insert(first == 1 || first == 2 ? first : 3);
  }
  EXPECT_EQ(seen, (std::set<unsigned>{1, 2, 3}));
}

// Three writes under way: done in any order, given back as they are done; power loss decides for
// each.
TEST_F(DiskTest, WritesUnderWayAreDoneInAnyOrder) {
  std::set<std::vector<std::uint64_t>> orders;
  std::set<std::vector<unsigned>> left;
  for (std::uint64_t seed = 1; seed < 200; ++seed) {
    SimDisk disk(seed);
    Dice dice(seed);
    std::vector<std::function<void()>> waiting;
    disk.later = [&](std::function<void()> what) { waiting.push_back(std::move(what)); };
    ASSERT_TRUE(disk.make_directory("/d").ok());
    auto made = disk.open("/d/f", OpenMode::create_new);
    for (unsigned p = 0; p < 3; ++p) ASSERT_TRUE((*made)->write_at(p * 4096, page(1)).ok());
    ASSERT_TRUE((*made)->sync().ok());
    ASSERT_TRUE(disk.sync_directory("").ok() && disk.sync_directory("/d").ok());
    auto file = disk.open("/d/f", OpenMode::direct_sync);
    ASSERT_TRUE((*file)->write_apart(0));
    for (unsigned p = 0; p < 3; ++p) (*file)->begin_write(p, p * 4096, page(2 + p));
    std::vector<WriteDone> done;
    (*file)->poll_writes(false, &done);
    EXPECT_TRUE(done.empty());
    EXPECT_EQ(first_bytes(disk), (std::vector<unsigned>{1, 1, 1})) << "nothing is there yet";
    if (seed % 2 == 0) {
      disk.power_off();
      disk.restart_after_power_loss();
      left.insert(first_bytes(disk));
      continue;
    }
    std::vector<std::uint64_t> order;
    while (!waiting.empty()) {
      std::swap(waiting[dice.below(waiting.size())], waiting.back());
      waiting.back()();
      waiting.pop_back();
      done.clear();
      (*file)->poll_writes(false, &done);
      ASSERT_EQ(done.size(), 1u);
      EXPECT_TRUE(done[0].status.ok());
      order.push_back(done[0].token);
    }
    EXPECT_EQ(first_bytes(disk), (std::vector<unsigned>{2, 3, 4}));
    orders.insert(order);
  }
  EXPECT_EQ(orders.size(), 6u);
  EXPECT_TRUE(left.contains({1, 3, 1}) || left.contains({1, 1, 4})) << "a later one alone";
  EXPECT_TRUE(left.contains({2, 3, 4}));
  EXPECT_TRUE(left.contains({1, 1, 1}));
}

TEST_F(DiskTest, WhoWaitsGetsAWriteAndAKilledProcessLosesNone) {
  disk_.later = [](const std::function<void()>&) {};
  auto file = make("/d/f", OpenMode::direct_sync);
  ASSERT_TRUE(file->write_apart(0));
  file->begin_write(7, 0, page(2));
  std::vector<WriteDone> done;
  file->poll_writes(true, &done);
  ASSERT_EQ(done.size(), 1u);
  EXPECT_EQ(done[0].token, 7u);
  EXPECT_EQ(first_byte("/d/f"), 2u);
  file->begin_write(8, 0, page(3));
  file.reset();
  disk_.restart_after_kill();
  EXPECT_EQ(first_byte("/d/f"), 3u);
}

TEST_F(DiskTest, ANameThatWasNotSyncedMayBeGone) {
  bool there = false, gone = false;
  for (std::uint64_t seed = 1; seed < 50; ++seed) {
    SimDisk disk(seed);
    ASSERT_TRUE(disk.make_directory("/d").ok() && disk.sync_directory("").ok());
    ASSERT_TRUE(disk.open("/d/f", OpenMode::create_new).ok());
    disk.power_off();
    disk.restart_after_power_loss();
    (disk.exists("/d/f") ? there : gone) = true;
  }
  EXPECT_TRUE(there && gone);
}

TEST_F(DiskTest, SilentDamageCanBeHealed) {
  auto file = make("/d/f", OpenMode::direct_sync);
  disk_.do_silently(SimDisk::Silent::lost);
  ASSERT_TRUE(file->write_at(0, page(2)).ok());
  EXPECT_EQ(first_byte("/d/f"), 1u);
  ASSERT_EQ(disk_.damage().size(), 1u);
  disk_.heal();
  EXPECT_EQ(first_byte("/d/f"), 2u);
  ASSERT_TRUE(disk_.flip_a_bit().has_value());
  EXPECT_NE(disk_.content("/d/f"), std::vector<std::byte>(page(2).begin(), page(2).end()));
  disk_.heal();
  EXPECT_EQ(disk_.content("/d/f"), std::vector<std::byte>(page(2).begin(), page(2).end()));
}

TEST_F(DiskTest, AFullDiskRefusesGrowthAlone) {
  auto file = make("/d/f", OpenMode::read_write);
  disk_.set_full(true);
  EXPECT_TRUE(file->write_at(0, page(2)).ok());
  const Status grown = file->write_at(4096, page(3));
  ASSERT_FALSE(grown.ok());
  EXPECT_EQ(grown.error().code, Errc::disk_full);
}

}  // namespace
}  // namespace vencer::sim
