// Goal: a data directory whose log is damaged starts again after a repair with consent, in a new
// epoch, with the old events and what was cut off put aside; one that is in use is not touched.
#include "engine/runtime/log_repair.h"

#include <fstream>
#include <iterator>
#include <map>
#include <new>

#include "partition_desk.h"
#include "tests/unit/log/faulty_storage.h"

namespace vencer::testing {
namespace {

void damage_last_segments(const std::string& wal) {
  std::fstream file(wal + "/wal-0000000000000001.seg",
                    std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(3 * 4096 + 200);  // the third group
  file.put('!');
}

std::map<std::string, std::string> files_below(const std::string& directory) {
  std::map<std::string, std::string> all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file() || entry.path().filename() == "LOCK") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    all[entry.path()] = {std::istreambuf_iterator<char>(file), {}};
  }
  return all;
}

void take_snapshot(PartitionDesk& desk) {
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(wire::CreateTakeSnapshot(builder));
  ASSERT_TRUE(desk.submit(wire::FrameType::take_snapshot, builder));
  desk.settle();
}

TEST(LogRepair, BeginsANewEpoch) {
  PartitionDesk desk;
  ASSERT_TRUE(desk.open().ok());
  desk.put_document();
  for (std::uint64_t i = 1; i <= 5; ++i) {
    desk.create(i);
    desk.settle();
  }
  const std::uint64_t epoch = desk.partition().hub().epoch();
  EXPECT_FALSE(repair_partition(desk.storage, desk.config.data, true).ok()) << "it is in use";
  ASSERT_TRUE(desk.partition().stop().ok());
  desk.close();
  damage_last_segments(desk.config.data + "/wal");
  const Status refused = desk.open();
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("the log is damaged"), std::string::npos);

  const auto asked = repair_partition(desk.storage, desk.config.data, false, [](const WalRepair&) {
    ADD_FAILURE() << "nothing says that it is whole";
  });
  ASSERT_TRUE(asked.ok()) << asked.error().message;
  EXPECT_TRUE(asked->damaged);
  EXPECT_FALSE(desk.open().ok());
  const auto repaired = repair_partition(desk.storage, desk.config.data, true);
  ASSERT_TRUE(repaired.ok()) << repaired.error().message;
  EXPECT_EQ(repaired->last_group, asked->last_group);
  EXPECT_FALSE(repaired->kept.empty());
  const Status opened = desk.open();
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_EQ(desk.partition().hub().epoch(), epoch + 1);
  EXPECT_LT(desk.partition().machine().ticket_count(), 5u);
  EXPECT_TRUE(std::filesystem::exists(desk.config.data + "/events.epoch-" + std::to_string(epoch)));
}

// Without it more would be cut off than is lost.
TEST(LogRepair, ASnapshotThatTheDiskDoesNotGiveEndsIt) {
  PartitionDesk desk;
  ASSERT_TRUE(desk.open().ok());
  desk.put_document();
  for (std::uint64_t i = 1; i <= 5; ++i) {
    desk.create(i);
    desk.settle();
  }
  take_snapshot(desk);
  ASSERT_TRUE(desk.partition().stop().ok());
  desk.close();
  damage_last_segments(desk.config.data + "/wal");
  desk.storage.unreadable = ".snap";
  int ended = 0;
  while (true) {
    desk.storage.reads_until_error = ended;
    const auto asked = repair_partition(desk.storage, desk.config.data, false);
    if (asked.ok()) break;
    EXPECT_NE(asked.error().message.find("Input/output error"), std::string::npos);
    ASSERT_LT(++ended, 20);
  }
  EXPECT_GE(ended, 5);  // header, trailer; header, blocks, trailer
}

// Nor does a start that is only thought through: what a real one sets aside stays where it is.
TEST(LogRepair, WhoOnlyAsksChangesNothing) {
  PartitionDesk desk;
  desk.config.snapshot_bytes_per_second = 0;
  ASSERT_TRUE(desk.open().ok());
  desk.put_document();
  for (const std::uint64_t key : {1, 2}) {
    desk.create(key);
    desk.settle();
    take_snapshot(desk);
  }
  desk.create(3);
  desk.settle();
  ASSERT_TRUE(desk.partition().stop().ok());
  desk.close();
  const std::string snapshots = desk.config.data + "/snapshots";
  std::vector<std::string> damaged;
  for (const auto& entry : std::filesystem::directory_iterator(snapshots)) {
    damaged.push_back(entry.path());
  }
  ASSERT_EQ(damaged.size(), 2u);
  for (std::size_t i = 0; i < damaged.size(); ++i) {  // one in its payload, one in its header
    std::fstream file(damaged[i], std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(i == 0 ? 4096 + 200 : 200);
    file.write("!?!?", 4);
  }
  std::ofstream(snapshots + "/snapshot-00000000000000000099.snap.tmp") << "left by a crash";
  const auto before = files_below(desk.config.data);
  const auto asked = repair_partition(desk.storage, desk.config.data, false);
  ASSERT_TRUE(asked.ok()) << asked.error().message;
  EXPECT_FALSE(asked->damaged) << asked->damage;
  EXPECT_EQ(files_below(desk.config.data), before);
  const Status opened = desk.open();
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_EQ(desk.partition().machine().ticket_count(), 3u);
  for (const std::string& path : damaged) EXPECT_TRUE(std::filesystem::exists(path + ".damaged"));
}

// The replay is the only part that takes memory as a start does. Method: none is left when the
// events that it would compare are opened.
class NoMemoryForEvents final : public FailingStorage {
 public:
  bool armed = false;
  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
    if (armed && path.find("/events/") != path.npos) throw std::bad_alloc();
    return FailingStorage::open(path, mode);
  }
};

TEST(LogRepair, NoMemoryForTheReplayIsARefusal) {
  NoMemoryForEvents disk;
  PartitionDesk desk;
  desk.disk = &disk;
  ASSERT_TRUE(desk.open().ok());
  desk.put_document();
  desk.create(1);
  desk.settle();
  ASSERT_TRUE(desk.partition().stop().ok());
  desk.close();
  disk.armed = true;
  for (const bool accept_loss : {false, true}) {
    const auto asked = repair_partition(disk, desk.config.data, accept_loss);
    ASSERT_FALSE(asked.ok());
    EXPECT_TRUE(asked.error().message.starts_with("not enough memory: "));
  }
  disk.armed = false;
  EXPECT_TRUE(repair_partition(disk, desk.config.data, false).ok());  // nor is it locked any more
  EXPECT_TRUE(desk.open().ok());
}

// What is there is whole, and the events know of more: an older copy of the log stands for a disk
// that lost its newest writes.
class LogThatEndsTooEarly : public ::testing::TestWithParam<Durability> {
 protected:
  LogThatEndsTooEarly() { desk_.config.durability = GetParam(); }
  void run(std::uint64_t first, std::uint64_t last) {
    const Status opened = desk_.open();
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    if (first == 1) desk_.put_document();
    for (std::uint64_t key = first; key <= last; ++key) {
      desk_.create(key);
      desk_.settle();
    }
  }
  void stop() {
    ASSERT_TRUE(desk_.partition().stop().ok());
    desk_.close();
  }
  std::string wal() const { return desk_.config.data + "/wal"; }
  void keep() { std::filesystem::copy(wal(), wal() + ".old"); }
  void put_back() {
    std::filesystem::remove_all(wal());
    std::filesystem::rename(wal() + ".old", wal());
  }
  std::map<std::string, std::string> files() const { return files_below(desk_.config.data); }

  PartitionDesk desk_;
};

TEST_P(LogThatEndsTooEarly, IsRefusedUntilTheLossIsAccepted) {
  run(1, 3);
  stop();
  keep();
  run(4, 5);
  const std::uint64_t epoch = desk_.partition().hub().epoch();
  stop();
  const auto whole = repair_partition(desk_.storage, desk_.config.data, true);
  ASSERT_TRUE(whole.ok()) << whole.error().message;
  EXPECT_FALSE(whole->damaged);
  put_back();
  const auto before = files();
  const Status refused = desk_.open();
  ASSERT_FALSE(refused.ok());
  const std::string& why = refused.error().message;
  for (const std::string& part : {desk_.config.data + "/events/events-", std::string(" at byte "),
                                  std::string("groups that were acknowledged are missing"),
                                  "vencer wal repair " + desk_.config.data + " --accept-loss"}) {
    EXPECT_NE(why.find(part), std::string::npos) << part << " in " << why;
  }
  EXPECT_EQ(files(), before);
  const auto asked = repair_partition(desk_.storage, desk_.config.data, false);
  ASSERT_TRUE(asked.ok()) << asked.error().message;
  EXPECT_TRUE(asked->damaged);
  EXPECT_EQ(why.find(asked->damage), 0u) << asked->damage;
  EXPECT_EQ(files(), before);
  EXPECT_FALSE(desk_.open().ok());
  ASSERT_TRUE(repair_partition(desk_.storage, desk_.config.data, true).ok());
  run(4, 4);
  EXPECT_EQ(desk_.partition().machine().ticket_count(), 4u);
  EXPECT_EQ(desk_.partition().hub().epoch(), epoch + 1);
  EXPECT_TRUE(
      std::filesystem::exists(desk_.config.data + "/events.epoch-" + std::to_string(epoch)));
  stop();
  run(5, 5);
  EXPECT_EQ(desk_.partition().machine().ticket_count(), 5u);
  EXPECT_EQ(desk_.partition().hub().epoch(), epoch + 1);
}

INSTANTIATE_TEST_SUITE_P(Modes, LogThatEndsTooEarly,
                         ::testing::Values(Durability::sync, Durability::none));

// Nothing but a clean stop makes a run of mode none durable: its events prove nothing.
TEST(LogThatEndsTooEarlyInModeNone, IsANewEpochWithoutACleanStop) {
  PartitionDesk desk;
  desk.config.durability = Durability::none;
  ASSERT_TRUE(desk.open().ok());
  desk.put_document();
  desk.create(1);
  desk.settle();
  ASSERT_TRUE(desk.partition().stop().ok());
  desk.close();
  const std::string wal = desk.config.data + "/wal";
  std::filesystem::copy(wal, wal + ".old");
  ASSERT_TRUE(desk.open().ok());
  desk.create(2);
  desk.settle();
  desk.close();  // like a crash
  std::filesystem::remove_all(wal);
  std::filesystem::rename(wal + ".old", wal);
  const Status opened = desk.open();
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_EQ(desk.partition().hub().epoch(), 2u);
  EXPECT_EQ(desk.partition().machine().ticket_count(), 1u);
}

// Goal: a start that dies leaves no event of a group that may be lost in the same crash: the next
// start would take it for proof. Method: the last group's write fails (it is in the page cache, not
// on the disk), kill -9, power loss at call k of the start that reads it, for every k.
TEST(LogThatEndsTooEarlyAfterAStart, IsNeverMadeByAStartThatDies) {
  std::uint64_t crashes = 0, lost = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    for (std::uint64_t k = 0; k < 60; ++k) {
      SCOPED_TRACE(::testing::Message() << "seed " << seed << " call " << k);
      FaultyStorage disk(seed * 1000 + k);
      PartitionDesk desk;
      desk.disk = &disk;
      desk.config.data = "/data";
      desk.config.segment_bytes = 256 << 10;
      desk.config.event_segment_bytes = 128;  // each event is written when the next one comes
      desk.config.recovery_reads_ahead = false;
      ASSERT_TRUE(desk.open().ok());
      desk.put_document();
      desk.create(1);
      desk.settle();
      disk.fail_at(0);
      for (const std::uint64_t key : {2, 3, 4}) desk.create(key);  // of one group
      desk.settle();
      ASSERT_FALSE(desk.fatal.empty());
      desk.close();
      disk.kill();
      disk.crash_at(k);
      (void)desk.open();
      const bool crashed = disk.crashed();
      const bool there = !crashed && desk.partition().machine().ticket_count() == 4;
      desk.close();
      disk.lose_power();
      const Status opened = desk.open();
      ASSERT_TRUE(opened.ok()) << opened.error().message;
      EXPECT_GE(desk.partition().machine().ticket_count(), there ? 4u : 1u);
      crashes += crashed ? 1 : 0;
      lost += desk.partition().machine().ticket_count() == 1 ? 1 : 0;
      if (!crashed) break;
    }
  }
  EXPECT_GT(crashes, 100u);
  EXPECT_GT(lost, 10u);
}

TEST(LogRepair, WhatIsNoDataDirectoryIsRefused) {
  PartitionDesk desk;
  const auto repaired = repair_partition(desk.storage, desk.config.data + "/none", true);
  ASSERT_FALSE(repaired.ok());
  EXPECT_NE(repaired.error().message.find("no data directory"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(desk.config.data + "/none"));
}

}  // namespace
}  // namespace vencer::testing
