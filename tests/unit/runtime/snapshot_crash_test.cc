// Goal: whatever call to the disk the machine dies in while a snapshot is taken, nothing that was
// acknowledged is lost and the partition starts again, from a snapshot. Method: a partition on
// FaultyStorage with one snapshot; a second one is taken while tickets come; power loss at call k,
// for every k; the oracle is the digest after n tickets of a partition that was never stopped.
#include "engine/wire/frame.h"
#include "partition_desk.h"
#include "tests/unit/log/faulty_storage.h"

namespace vencer::testing {
namespace {

constexpr std::uint64_t kBefore = 40, kWhile = 30;

void configure(PartitionDesk& desk, Storage& disk) {
  desk.disk = &disk;
  desk.config.data = "/data";
  desk.config.segment_bytes = 256 << 10;
  desk.config.event_segment_bytes = 4096;
  desk.config.capacity = 1024;
  desk.config.snapshot_every_ms = 0;
  desk.config.snapshot_log_bytes = 0;
  desk.config.snapshot_bytes_per_second = 0;
  desk.config.snapshot_bounds.slice_tickets = 8;
  desk.config.snapshot_bounds.buffer_bytes = 1000;
  desk.config.recovery_reads_ahead = false;
}

bool ask(PartitionDesk& desk) {
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(wire::CreateTakeSnapshot(builder));
  return desk.submit(wire::FrameType::take_snapshot, builder);
}

std::size_t count_replies(const PartitionDesk& desk, wire::FrameType type) {
  std::size_t count = 0;
  for (const auto& frame : desk.replies) {
    const FrameHeader header = decode_frame_header(std::span(frame).first<kFrameHeaderBytes>());
    if (header.type == static_cast<std::uint16_t>(type)) ++count;
  }
  return count;
}

std::vector<std::uint64_t> digests_by_tickets() {
  FaultyStorage disk(1);
  PartitionDesk desk;
  configure(desk, disk);
  EXPECT_TRUE(desk.open().ok());
  desk.put_document();
  std::vector<std::uint64_t> digests = {desk.partition().machine().digest()};
  for (std::uint64_t key = 1; key <= kBefore + kWhile; ++key) {
    desk.create(key);
    desk.settle();
    digests.push_back(desk.partition().machine().digest());
  }
  return digests;
}

// Tickets and turns of everybody until the snapshot is there; how many tickets were acknowledged.
std::uint64_t take_amid_commands(PartitionDesk& desk) {
  desk.replies.clear();
  (void)ask(desk);
  for (std::uint64_t i = 1; i <= kWhile && desk.fatal.empty(); ++i) {
    desk.create(kBefore + i);
    desk.partition().shard().do_work();
    desk.partition().maintenance().do_work();
    desk.partition().commit().do_work();
  }
  if (desk.fatal.empty()) desk.settle();
  return kBefore + count_replies(desk, wire::FrameType::commands_reply);
}

void expect_all_events(PartitionDesk& desk) {
  const EventHub& hub = desk.partition().hub();
  EXPECT_EQ(hub.first_sequence(), 1u);
  for (std::uint64_t at = 1; at <= hub.last_sequence();) {
    const auto slice = hub.read(at, 500);
    ASSERT_TRUE(slice.ok()) << slice.error().message;
    ASSERT_FALSE(slice->records.empty());
    at += slice->records.size();
  }
}

TEST(SnapshotCrash, PowerLossAtEveryCall) {
  const auto digests = digests_by_tickets();
  FaultyStorage before(7);
  {
    PartitionDesk desk;
    configure(desk, before);
    ASSERT_TRUE(desk.open().ok());
    desk.put_document();
    for (std::uint64_t key = 1; key <= kBefore; ++key) {
      desk.create(key);
      desk.settle();
    }
    ASSERT_TRUE(ask(desk));
    desk.settle();
    ASSERT_EQ(count_replies(desk, wire::FrameType::snapshot_reply), 1u);
    ASSERT_TRUE(desk.partition().stop().ok());
  }
  std::uint64_t crashes = 0, second_ones = 0, from_snapshots = 0;
  for (std::uint64_t k = 0;; ++k) {
    SCOPED_TRACE(::testing::Message() << "call " << k);
    const auto disk = before.copy();
    std::uint64_t acknowledged = 0;
    {
      PartitionDesk desk;
      configure(desk, *disk);
      ASSERT_TRUE(desk.open().ok());
      disk->crash_at(k);
      acknowledged = take_amid_commands(desk);
      if (!disk->crashed()) break;  // all calls have been tried
      ++crashes;
    }
    disk->lose_power();
    for (int life = 0; life < 2; ++life) {
      PartitionDesk desk;
      configure(desk, *disk);
      const Status opened = desk.open();
      ASSERT_TRUE(opened.ok()) << opened.error().message;
      const std::uint64_t tickets = desk.partition().machine().ticket_count();
      EXPECT_GE(tickets, acknowledged);
      ASSERT_LT(tickets, digests.size());
      EXPECT_EQ(desk.partition().machine().digest(), digests[tickets]);
      // The first forty lie in a snapshot, and no later write shares a sector with its last event.
      if (desk.partition().wal_recovery().steps <= kWhile) ++from_snapshots;
      expect_all_events(desk);
      if (life > 0) continue;
      const std::size_t files = static_cast<std::size_t>(
          std::ranges::count_if(disk->paths(), [](const auto& p) { return p.ends_with(".snap"); }));
      second_ones += files - 1;
      ASSERT_TRUE(ask(desk));
      desk.settle();
      EXPECT_EQ(count_replies(desk, wire::FrameType::snapshot_reply), 1u);
    }
  }
  EXPECT_GT(crashes, 40u);
  EXPECT_EQ(from_snapshots, 2 * crashes);
  EXPECT_GT(second_ones, 0u);
  EXPECT_LT(second_ones, crashes);
  RecordProperty("crash_points", std::to_string(crashes));
}

}  // namespace
}  // namespace vencer::testing
