// The roles of a partition, turned by hand, so that what may happen between two turns can be looked
// at.
#include <fstream>

#include "partition_desk.h"

namespace vencer::testing {
namespace {

TEST(Partition, NothingLeavesBeforeItIsDurable) {
  PartitionDesk desk;
  ASSERT_TRUE(desk.open().ok());
  desk.put_document();
  desk.replies.clear();
  ASSERT_TRUE(desk.create(1));
  desk.partition().shard().do_work();
  EXPECT_EQ(desk.partition().machine().ticket_count(), 1u);  // applied
  EXPECT_TRUE(desk.replies.empty());
  EXPECT_EQ(desk.partition().hub().last_sequence(), 1u);
  desk.partition().commit().do_work();
  EXPECT_EQ(desk.replies.size(), 1u);
  EXPECT_EQ(desk.partition().hub().last_sequence(), 2u);
}

TEST(Partition, FailedWriteAcknowledgesNothingAnyMore) {
  PartitionDesk desk;
  ASSERT_TRUE(desk.open().ok());
  desk.put_document();
  desk.replies.clear();
  desk.storage.fail_writes = true;
  desk.create(1);
  desk.settle();
  ASSERT_EQ(desk.fatal.size(), 1u);
  EXPECT_NE(desk.fatal[0].message.find("on fire"), std::string::npos);
  // Not even if the disk seems to be well again.
  desk.storage.fail_writes = false;
  desk.create(2);
  desk.settle();
  EXPECT_TRUE(desk.replies.empty());
  EXPECT_EQ(desk.partition().hub().last_sequence(), 1u);
  EXPECT_FALSE(desk.partition().stop().ok());
  desk.close();
  ASSERT_TRUE(desk.open().ok());
  EXPECT_EQ(desk.partition().machine().ticket_count(), 0u);
}

TEST(Partition, ReplayGivesTheSameState) {
  PartitionDesk desk;
  desk.config.slice = 3;
  ASSERT_TRUE(desk.open().ok());
  desk.put_document();
  for (std::uint64_t i = 0; i < 50; ++i) {
    desk.create(i);
    if (i % 7 == 0) desk.settle();
    desk.clock.set(kStart + static_cast<TimeMs>(i) * 700);
  }
  desk.settle();
  const std::uint64_t digest = desk.partition().machine().digest();
  const std::uint64_t events = desk.partition().hub().last_sequence();
  EXPECT_GT(desk.partition().metrics().timers_fired.get(), 20u);
  for (const bool clean : {false, true}) {
    if (clean) {
      ASSERT_TRUE(desk.partition().stop().ok());
    }
    desk.close();
    ASSERT_TRUE(desk.open().ok());
    EXPECT_EQ(desk.partition().machine().digest(), digest);
    EXPECT_EQ(desk.partition().hub().last_sequence(), events);
  }
}

TEST(Partition, NextGroupFillsWhileOneSyncs) {
  PartitionDesk desk;
  ASSERT_TRUE(desk.open().ok());
  desk.put_document();
  const std::uint64_t groups = desk.partition().metrics().groups.get();
  desk.create(1);
  desk.partition().shard().do_work();  // handed over, not committed yet
  for (std::uint64_t i = 2; i <= 20; ++i) {
    desk.create(i);
    desk.partition().shard().do_work();
  }
  desk.settle();
  EXPECT_EQ(desk.partition().metrics().groups.get() - groups, 2u);
  EXPECT_EQ(desk.replies.size(), 21u);
}

TEST(Partition, QueueBeyondItsBoundRefuses) {
  PartitionDesk desk;
  ASSERT_TRUE(desk.open().ok());
  desk.put_document();
  desk.close();
  desk.config.queue_bytes_max = 1000;
  ASSERT_TRUE(desk.open().ok());
  std::uint64_t taken = 0;
  while (desk.create(taken)) {
    ASSERT_LT(++taken, 100u);
  }
  EXPECT_GT(taken, 2u);
  desk.settle();
  EXPECT_TRUE(desk.create(1000));  // there is room again
  desk.settle();
  EXPECT_EQ(desk.partition().machine().ticket_count(), taken + 1);
}

TEST(Partition, RefusedFrameIsNotLogged) {
  PartitionDesk desk;
  ASSERT_TRUE(desk.open().ok());
  desk.create(1);  // no tenant yet
  desk.settle();
  EXPECT_EQ(desk.replies.size(), 1u);
  EXPECT_EQ(desk.partition().metrics().steps.get(), 0u);
}

TEST(Partition, LogWithoutItsStreamFileIsRefused) {
  PartitionDesk desk;
  ASSERT_TRUE(desk.open().ok());
  desk.close();
  std::filesystem::remove(desk.config.data + "/STREAM");
  const Status opened = desk.open();
  ASSERT_FALSE(opened.ok());
  EXPECT_NE(opened.error().message.find("STREAM"), std::string::npos);
}

TEST(Partition, LostLogIsNotMadeAnew) {
  PartitionDesk desk;
  ASSERT_TRUE(desk.open().ok());
  desk.close();
  std::filesystem::remove_all(desk.config.data + "/wal");
  EXPECT_FALSE(desk.open().ok());
}

TEST(DataDirectory, StreamStateComesBack) {
  PartitionDesk desk;
  auto directory = DataDirectory::open(desk.storage, desk.config.data);
  ASSERT_TRUE(directory.ok());
  EXPECT_FALSE((*directory)->has_stream_state());
  StreamState state{0xfedcba9876543210, 5, true, 7, Durability::none, false};
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE((*directory)->write_stream_state(state).ok());
    const auto read = (*directory)->read_stream_state();
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->identity_high, state.identity_high);
    EXPECT_EQ(read->epoch, state.epoch);
    EXPECT_EQ(read->durability, state.durability);
    EXPECT_EQ(read->clean, state.clean);
    state.clean = true;
  }
  std::ofstream(desk.config.data + "/STREAM") << "nonsense";
  EXPECT_FALSE((*directory)->read_stream_state().ok());
}

TEST(DataDirectory, EpochChangesOnlyAfterAnUncleanStopWithoutDurability) {
  for (const bool none : {false, true}) {
    for (const bool clean : {false, true}) {
      StreamState last;
      last.epoch = 3;
      last.durability = none ? Durability::none : Durability::sync;
      last.clean = clean;
      EXPECT_EQ(begin_run(last, Durability::sync).epoch, none && !clean ? 4u : 3u);
      EXPECT_FALSE(begin_run(last, Durability::sync).clean);
    }
  }
}

}  // namespace
}  // namespace vencer::testing
