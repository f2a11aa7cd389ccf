// Goal: with up to three groups on their way to the disk, which finishes them in any order, what
// leaves the engine leaves in the order of the log and never before it is durable. Method: a
// partition on FaultyStorage whose writes wait; power loss, kill or an error at call k, for every
// k; the oracle is what was answered against what a restart finds.
#include "engine/wire/frame.h"
#include "partition_desk.h"
#include "tests/unit/log/faulty_storage.h"

namespace vencer::testing {
namespace {

constexpr std::uint64_t kTickets = 40;

class FlightDesk {
 public:
  FlightDesk(FaultyStorage& disk, std::uint32_t groups) {
    disk.let_writes_wait(true);
    desk.disk = &disk;
    desk.config.data = "/data";
    desk.config.segment_bytes = 64 << 10;
    desk.config.capacity = 1024;
    desk.config.groups_in_flight = groups;
    desk.config.snapshot_every_ms = 0;
    desk.config.snapshot_log_bytes = 0;
    desk.config.recovery_reads_ahead = false;
  }

  // Until nobody has anything to do and nothing is on its way.
  void rest() {
    do {
      desk.settle();
    } while (in_flight() > 0);
  }
  std::size_t in_flight() { return static_cast<Commit&>(desk.partition().commit()).in_flight(); }
  // A ticket at a time; the disk may take as long as it likes.
  void create(std::uint64_t first, std::uint64_t last) {
    for (std::uint64_t key = first; key <= last && desk.fatal.empty(); ++key) {
      desk.create(key);
      desk.partition().shard().do_work();
      desk.partition().commit().do_work();
      if (key % 4 == 0) desk.partition().maintenance().do_work();
      most = std::max(most, in_flight());
      expect_order();
    }
  }
  // Replies as of events that can be read, each not before the one ahead of it.
  void expect_order() {
    for (; seen_ < desk.replies.size(); ++seen_) {
      const auto* reply = commands_reply(desk.replies[seen_]);
      if (reply == nullptr) continue;
      EXPECT_GT(reply->event_sequence(), sequence_);
      sequence_ = reply->event_sequence();
      EXPECT_LE(sequence_, desk.partition().hub().last_sequence());
    }
  }
  std::uint64_t answered() const {
    return static_cast<std::uint64_t>(std::ranges::count_if(desk.replies, commands_reply));
  }
  // As after a start, that which was answered is there, and with it a whole row.
  void expect_start(std::uint64_t answered) {
    const Status opened = desk.open();
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    EXPECT_GE(desk.partition().machine().ticket_count(), answered);
  }

  PartitionDesk desk;
  std::size_t most = 0;

 private:
  static const wire::CommandsReply* commands_reply(const std::vector<std::byte>& frame) {
    const FrameHeader header = decode_frame_header(std::span(frame).first<kFrameHeaderBytes>());
    if (header.type != static_cast<std::uint16_t>(wire::FrameType::commands_reply)) return nullptr;
    return flatbuffers::GetRoot<wire::CommandsReply>(frame.data() + kFrameHeaderBytes);
  }

  std::size_t seen_ = 0;
  std::uint64_t sequence_ = 0;
};

std::unique_ptr<FaultyStorage> with_document(std::uint64_t seed) {
  auto disk = std::make_unique<FaultyStorage>(seed);
  FlightDesk flight(*disk, 1);
  EXPECT_TRUE(flight.desk.open().ok());
  flight.desk.put_document();
  flight.rest();
  EXPECT_TRUE(flight.desk.partition().stop().ok());
  return disk;
}

class CommitFlightTest : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(CommitFlightTest, OutputsLeaveInOrder) {
  std::size_t most = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto disk = with_document(seed);
    FlightDesk flight(*disk, GetParam());
    ASSERT_TRUE(flight.desk.open().ok());
    flight.create(1, kTickets);
    most = std::max(most, flight.most);
    flight.rest();
    flight.expect_order();
    EXPECT_EQ(flight.answered(), kTickets);
    EXPECT_EQ(flight.desk.partition().metrics().groups_beside.get() > 0, GetParam() > 1);
    ASSERT_TRUE(flight.desk.partition().stop().ok());
    EXPECT_TRUE(flight.desk.fatal.empty());
  }
  EXPECT_EQ(most, GetParam());
}

// Stopped while groups are on their way: they land first.
TEST_P(CommitFlightTest, ACleanStopWaits) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto disk = with_document(seed);
    FlightDesk flight(*disk, GetParam());
    ASSERT_TRUE(flight.desk.open().ok());
    flight.create(1, 7);
    ASSERT_TRUE(flight.desk.partition().stop().ok());
    EXPECT_EQ(flight.answered(), 7u);
    flight.desk.close();
    disk->lose_power();
    flight.expect_start(7);
    EXPECT_TRUE(flight.desk.partition().wal_recovery().clean);
  }
}

TEST_P(CommitFlightTest, ACrashAtEveryCallLosesNothingAnswered) {
  const auto before = with_document(3);
  std::size_t most_left = 0;
  for (std::uint64_t k = 0;; ++k) {
    SCOPED_TRACE(::testing::Message() << "call " << k);
    const auto disk = before->copy();
    std::uint64_t answered = 0;
    {
      FlightDesk flight(*disk, GetParam());
      ASSERT_TRUE(flight.desk.open().ok());
      disk->crash_at(k);
      flight.create(1, kTickets);
      if (!disk->crashed()) break;
      most_left = std::max(most_left, flight.most);
      answered = flight.answered();
    }
    k % 3 == 0 ? disk->kill() : disk->lose_power();
    FlightDesk again(*disk, GetParam());
    again.expect_start(answered);
  }
  EXPECT_EQ(most_left, GetParam());
}

TEST_P(CommitFlightTest, AnErrorAtEveryCallEndsIt) {
  const auto before = with_document(4);
  std::size_t ended = 0;
  for (std::uint64_t k = 0; k < 60; ++k) {
    SCOPED_TRACE(::testing::Message() << "call " << k);
    const auto disk = before->copy();
    std::uint64_t answered = 0;
    {
      FlightDesk flight(*disk, GetParam());
      ASSERT_TRUE(flight.desk.open().ok());
      disk->fail_at(k);
      flight.create(1, kTickets);
      answered = flight.answered();
      if (!flight.desk.fatal.empty()) {
        ++ended;
        EXPECT_EQ(flight.desk.fatal.size(), 1u);
        for (int i = 0; i < 20; ++i) flight.desk.partition().commit().do_work();
        EXPECT_EQ(flight.answered(), answered) << "nothing leaves any more";
        EXPECT_FALSE(flight.desk.partition().stop().ok());
        EXPECT_EQ(flight.desk.fatal.size(), 1u);
      }
    }
    k % 2 == 0 ? disk->kill() : disk->lose_power();
    FlightDesk again(*disk, GetParam());
    again.expect_start(answered);
  }
  EXPECT_GT(ended, 20u);
}

// What is on its way needs no room; what comes behind it is refused, and later taken again.
TEST_P(CommitFlightTest, AFullDiskIsAState) {
  const auto disk = with_document(5);
  FlightDesk flight(*disk, GetParam());
  ASSERT_TRUE(flight.desk.open().ok());
  flight.rest();
  disk->capacity(disk->used());
  flight.create(1, 200);
  flight.rest();
  EXPECT_TRUE(flight.desk.fatal.empty());
  const auto& metrics = flight.desk.partition().metrics();
  EXPECT_GT(metrics.refused_disk_full.get(), 0u);
  const std::uint64_t taken = flight.answered();
  EXPECT_EQ(flight.desk.partition().machine().ticket_count(), taken);
  disk->capacity(FaultyStorage::kNever);
  flight.desk.clock.skip(std::chrono::seconds{2});
  flight.rest();
  flight.create(201, 210);
  flight.rest();
  EXPECT_EQ(flight.answered(), taken + 10);
  EXPECT_TRUE(flight.desk.fatal.empty());
}

// A mark says where the log stands behind all that was logged before it, once that is durable.
TEST_P(CommitFlightTest, ASnapshotAmidFlights) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto disk = with_document(seed);
    FlightDesk flight(*disk, GetParam());
    flight.desk.config.snapshot_bounds.slice_tickets = 4;
    ASSERT_TRUE(flight.desk.open().ok());
    flight.create(1, 20);
    flatbuffers::FlatBufferBuilder builder;
    builder.Finish(wire::CreateTakeSnapshot(builder));
    ASSERT_TRUE(flight.desk.submit(wire::FrameType::take_snapshot, builder));
    flight.create(21, kTickets);
    flight.rest();
    EXPECT_EQ(flight.desk.partition().metrics().snapshots.get(), 1u);
    const std::uint64_t digest = flight.desk.partition().machine().digest();
    flight.desk.close();
    disk->lose_power();
    flight.expect_start(kTickets);
    EXPECT_EQ(flight.desk.partition().machine().digest(), digest);
    EXPECT_LT(flight.desk.partition().wal_recovery().steps, kTickets);
  }
}

INSTANTIATE_TEST_SUITE_P(Groups, CommitFlightTest, ::testing::Values(1, 2, 3));

}  // namespace
}  // namespace vencer::testing
