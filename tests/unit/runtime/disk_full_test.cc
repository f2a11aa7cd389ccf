// Goal: a full disk is a state, not an end: commands are refused and change nothing, deadlines go
// on while spare log segments last, then time stands still; with room all of it passes. Method: the
// roles turned by hand on a storage that makes no new file; maintenance says what it has left.
#include "partition_desk.h"

#include "engine/wire/frame.h"
#include "engine/wire/reply_codec.h"

namespace vencer::testing {
namespace {

// The next segment and `spares` spare ones are there; then the disk is full, and known to be.
void fill(PartitionDesk& desk, std::uint32_t spares) {
  Role& maintenance = desk.partition().maintenance();
  const std::uint64_t wanted = spares + 1;
  for (int i = 0; i < 100 && desk.partition().metrics().log_segments_ready.get() < wanted; ++i) {
    maintenance.do_work();
  }
  ASSERT_EQ(desk.partition().metrics().log_segments_ready.get(), wanted);
  desk.storage.full = true;
  for (int i = 0; i < 10 && maintenance.do_work() > 0; ++i) {
  }
}

std::uint64_t state(PartitionDesk& desk) {
  return desk.partition().metrics().disk_state.get();
}

TEST(DiskFull, CommandsAreRefusedAndDeadlinesKept) {
  PartitionDesk desk;
  ASSERT_TRUE(desk.open().ok());
  desk.put_document();
  desk.close();
  ASSERT_TRUE(desk.open().ok());  // as after a start: nothing is ready ahead of need
  desk.create(1);
  desk.partition().shard().do_work();
  desk.partition().commit().do_work();
  ASSERT_EQ(desk.partition().machine().ticket_count(), 1u);
  fill(desk, 1);
  ASSERT_EQ(state(desk), 1u);
  EXPECT_NE(desk.partition().maintenance().wake_at(), kNoWakeTime);  // it tries again
  const std::uint64_t digest = desk.partition().machine().digest();
  desk.replies.clear();
  desk.create(2);
  desk.settle();
  EXPECT_EQ(desk.partition().machine().ticket_count(), 1u);
  EXPECT_EQ(desk.partition().machine().digest(), digest);
  EXPECT_EQ(desk.partition().metrics().refused_disk_full.get(), 1u);
  ASSERT_EQ(desk.replies.size(), 1u);
  const std::uint64_t before = desk.partition().hub().last_sequence();
  desk.clock.set(kStart + 20'000);  // the target was 10 s
  desk.settle();
  EXPECT_GT(desk.partition().hub().last_sequence(), before);
  EXPECT_TRUE(desk.fatal.empty());
  // The event segments could not grow either: the breach is read from memory.
  EXPECT_GT(desk.partition().hub().unwritten_bytes(), 0u);
  const auto breach = desk.partition().hub().read(before + 1, 1);
  ASSERT_TRUE(breach.ok()) << breach.error().message;
  EXPECT_EQ(breach->records.size(), 1u);
  EXPECT_NE(desk.partition().commit().wake_at(), kNoWakeTime);  // it tries again

  desk.storage.full = false;
  desk.clock.set(kStart + 30'000);
  desk.clock.skip(std::chrono::seconds{2});  // both tries come once a second
  desk.settle();
  EXPECT_EQ(desk.partition().hub().unwritten_bytes(), 0u);
  EXPECT_EQ(state(desk), 0u);
  desk.create(2);
  desk.settle();
  EXPECT_EQ(desk.partition().machine().ticket_count(), 2u);
}

TEST(DiskFull, WithoutASpareSegmentTimeStandsStill) {
  PartitionDesk desk;
  ASSERT_TRUE(desk.open().ok());
  desk.put_document();
  desk.create(1);
  desk.settle();
  ASSERT_TRUE(desk.partition().stop().ok());
  desk.close();
  std::size_t removed = 0;
  for (const auto& entry : std::filesystem::directory_iterator(desk.config.data + "/wal")) {
    if (entry.path().filename().string().starts_with("spare-")) {
      removed += std::filesystem::remove(entry.path());
    }
  }
  EXPECT_GT(removed, 0u);
  ASSERT_TRUE(desk.open().ok());
  desk.storage.full = true;
  desk.partition().maintenance().do_work();
  ASSERT_EQ(state(desk), 2u);
  const TimeMs now = desk.partition().machine().now();
  const std::uint64_t steps = desk.partition().metrics().steps.get();
  const std::uint64_t events = desk.partition().hub().last_sequence();
  desk.clock.set(kStart + 20'000);
  desk.replies.clear();
  desk.create(2);
  desk.settle();
  EXPECT_EQ(desk.replies.size(), 1u);
  EXPECT_EQ(desk.partition().machine().now(), now);
  EXPECT_EQ(desk.partition().metrics().steps.get(), steps) << "nothing is logged";
  EXPECT_EQ(desk.partition().hub().last_sequence(), events);
  EXPECT_EQ(desk.partition().shard().wake_at(), kNoWakeTime) << "it does not spin";

  desk.storage.full = false;
  desk.settle();
  EXPECT_EQ(state(desk), 0u);
  EXPECT_GT(desk.partition().hub().last_sequence(), events);  // late, and told
  EXPECT_TRUE(desk.fatal.empty());
}

// What it would rest on is not on the disk yet. (Once it ended the process, by an assertion.)
TEST(DiskFull, ASnapshotBeforeTheEventsAreWrittenIsGivenUp) {
  PartitionDesk desk;
  ASSERT_TRUE(desk.open().ok());
  desk.put_document();
  desk.create(1);
  desk.settle();
  desk.storage.full = true;
  desk.clock.set(kStart + 20'000);  // a breach: an event that the segments cannot take
  desk.settle();
  ASSERT_GT(desk.partition().hub().unwritten_bytes(), 0u);
  // There is room for the snapshot's file before the events are tried again.
  desk.storage.full = false;
  const auto ask = [&] {
    flatbuffers::FlatBufferBuilder builder;
    builder.Finish(wire::CreateTakeSnapshot(builder));
    desk.replies.clear();
    ASSERT_TRUE(desk.submit(wire::FrameType::take_snapshot, builder));
    desk.settle();
    ASSERT_EQ(desk.replies.size(), 1u);
  };
  ask();
  EXPECT_GT(desk.partition().hub().unwritten_bytes(), 0u);
  EXPECT_EQ(desk.partition().metrics().snapshot_failures.get(), 1u);
  EXPECT_EQ(desk.partition().metrics().snapshots.get(), 0u);
  EXPECT_TRUE(desk.fatal.empty());
  const FrameHeader refused =
      decode_frame_header(std::span(desk.replies.front()).first<kFrameHeaderBytes>());
  EXPECT_EQ(refused.type, static_cast<std::uint16_t>(wire::FrameType::error));

  desk.clock.skip(std::chrono::seconds{2});
  desk.settle();
  ASSERT_EQ(desk.partition().hub().unwritten_bytes(), 0u);
  ask();
  EXPECT_EQ(desk.partition().metrics().snapshots.get(), 1u);
  const std::uint64_t digest = desk.partition().machine().digest();
  desk.close();
  ASSERT_TRUE(desk.open().ok());
  EXPECT_EQ(desk.partition().machine().digest(), digest);
}

// All that was acknowledged is in the log: the next start, on the full disk too, has it.
TEST(DiskFull, AStopThatCannotBeNotedLosesNothing) {
  PartitionDesk desk;
  ASSERT_TRUE(desk.open().ok());
  desk.put_document();
  desk.create(1);
  desk.settle();
  desk.storage.full = true;
  desk.clock.set(kStart + 20'000);  // events that the segments cannot take
  desk.settle();
  const std::uint64_t digest = desk.partition().machine().digest();
  const std::uint64_t events = desk.partition().hub().last_sequence();
  const std::uint64_t epoch = desk.partition().hub().epoch();
  const Status stopped = desk.partition().stop();
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().code, Errc::disk_full) << stopped.error().message;
  desk.close();
  EXPECT_TRUE(desk.fatal.empty());
  desk.storage.full = false;
  ASSERT_TRUE(desk.open().ok());
  EXPECT_EQ(desk.partition().machine().digest(), digest);
  EXPECT_EQ(desk.partition().hub().last_sequence(), events);
  EXPECT_EQ(desk.partition().hub().epoch(), epoch);
  EXPECT_TRUE(desk.partition().stop().ok());
}

// A failure of the log stays one.
TEST(DiskFull, AStopOnABrokenDiskIsNoFullDisk) {
  PartitionDesk desk;
  ASSERT_TRUE(desk.open().ok());
  desk.put_document();
  desk.create(1);
  desk.partition().shard().do_work();
  desk.storage.full = true;
  desk.storage.fail_writes = true;
  const Status stopped = desk.partition().stop();
  ASSERT_FALSE(stopped.ok());
  EXPECT_NE(stopped.error().code, Errc::disk_full);
}

}  // namespace
}  // namespace vencer::testing
