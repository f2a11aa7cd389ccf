// Goal: a data directory whose log is damaged starts again after a repair with consent, in a new
// epoch, with the old events and what was cut off put aside; one that is in use is not touched.
#include "engine/runtime/log_repair.h"

#include <fstream>

#include "partition_desk.h"

namespace vencer::testing {
namespace {

void damage_last_segments(const std::string& wal) {
  std::fstream file(wal + "/wal-0000000000000001.seg",
                    std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(3 * 4096 + 200);  // the third group
  file.put('!');
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

  const auto asked = repair_partition(desk.storage, desk.config.data, false);
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
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(wire::CreateTakeSnapshot(builder));
  ASSERT_TRUE(desk.submit(wire::FrameType::take_snapshot, builder));
  desk.settle();
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

TEST(LogRepair, WhatIsNoDataDirectoryIsRefused) {
  PartitionDesk desk;
  const auto repaired = repair_partition(desk.storage, desk.config.data + "/none", true);
  ASSERT_FALSE(repaired.ok());
  EXPECT_NE(repaired.error().message.find("no data directory"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(desk.config.data + "/none"));
}

}  // namespace
}  // namespace vencer::testing
