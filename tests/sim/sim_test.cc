// The simulator itself: it is exact, its disk does what a disk does, and it finds what it must
// find.
#include <gtest/gtest.h>

#include <cstring>

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

// A lie of the disk that the engine cannot notice is found by what was promised and is not there.
std::uint64_t lives_until_found(SimDisk::Lie lie) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    LifeOptions options = short_life(seed);
    options.hours = 24;
    options.faults = kCrash;
    options.lie = lie;
    const LifeResult result = Life(options).run();
    if (!result.wrong.empty()) return seed;
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
