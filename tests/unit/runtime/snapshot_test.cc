// Snapshots taken while commands run, and starts from them. The roles are turned by hand, so that
// commands come between any two slices; what comes back must have the digest and the events of the
// machine that was never stopped.
#include <fstream>

#include "engine/log/snapshot_file.h"
#include "engine/wire/frame.h"
#include "partition_desk.h"

namespace vencer::testing {
namespace {

namespace fs = std::filesystem;

class SnapshotTest : public ::testing::Test {
 protected:
  SnapshotTest() {
    desk_.config.snapshot_every_ms = 0;
    desk_.config.snapshot_log_bytes = 0;
    desk_.config.snapshot_bytes_per_second = 0;
    desk_.config.snapshot_bounds.slice_tickets = 10;
    desk_.config.snapshot_bounds.buffer_bytes = 2000;
  }
  void open() {
    const Status opened = desk_.open();
    ASSERT_TRUE(opened.ok()) << opened.error().message;
  }
  void create(std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t key = from; key <= to; ++key) {
      ASSERT_TRUE(desk_.create(key));
      desk_.settle();
    }
  }
  bool ask() {
    flatbuffers::FlatBufferBuilder builder;
    builder.Finish(wire::CreateTakeSnapshot(builder));
    return desk_.submit(wire::FrameType::take_snapshot, builder);
  }
  // Answers of one type since the last call.
  std::size_t answers(wire::FrameType type) {
    std::size_t count = 0;
    for (const auto& frame : desk_.replies) {
      const FrameHeader header = decode_frame_header(std::span(frame).first<kFrameHeaderBytes>());
      if (header.type == static_cast<std::uint16_t>(type)) ++count;
    }
    desk_.replies.clear();
    return count;
  }
  void take() {
    desk_.replies.clear();
    ASSERT_TRUE(ask());
    desk_.settle();
    ASSERT_EQ(answers(wire::FrameType::snapshot_reply), 1u);
  }
  std::vector<std::string> snapshots(std::string_view end = ".snap") const {
    std::vector<std::string> paths;
    const std::string directory = desk_.config.data + "/snapshots";
    if (!fs::exists(directory)) return paths;
    for (const auto& entry : fs::directory_iterator(directory)) {
      if (entry.path().string().ends_with(end)) paths.push_back(entry.path());
    }
    std::ranges::sort(paths);
    return paths;
  }
  struct Seen {
    std::uint64_t digest = 0;
    std::vector<std::vector<std::byte>> events;
    friend bool operator==(const Seen&, const Seen&) = default;
  };
  Seen seen() {
    Seen now;
    now.digest = desk_.partition().machine().digest();
    const EventHub& hub = desk_.partition().hub();
    for (std::uint64_t at = 1; at <= hub.last_sequence();) {
      const auto slice = hub.read(at, 1000);
      EXPECT_TRUE(slice.ok()) << (slice ? "" : slice.error().message);
      if (!slice || slice->records.empty()) break;
      for (const auto record : slice->records)
        now.events.emplace_back(record.begin(), record.end());
      at += slice->records.size();
    }
    EXPECT_EQ(now.events.size(), hub.last_sequence());
    return now;
  }
  // Old files go bit by bit, a step every few milliseconds.
  void tidy() {
    for (int i = 0; i < 1000 && snapshots().size() + snapshots(".gone").size() > 2; ++i) {
      for (int turn = 0; turn < 10'000; ++turn) desk_.partition().maintenance().do_work();
    }
  }
  std::uint64_t replayed_steps() { return desk_.partition().wal_recovery().steps; }
  void restart() {
    desk_.close();
    open();
  }
  static void flip(const std::string& path, std::uint64_t offset) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(offset));
    const int byte = file.get();
    file.seekp(static_cast<std::streamoff>(offset));
    file.put(static_cast<char>(byte ^ 4));
    ASSERT_TRUE(file.good());
  }

  PartitionDesk desk_;
};

// The simulator found it: between two buffers the maintenance thread went round and round.
TEST_F(SnapshotTest, WhoWaitsForTheWalkDoesNotSpin) {
  open();
  desk_.put_document();
  create(1, 100);
  ASSERT_TRUE(ask());
  // Begun; the commit role has not said where the log stands, or the next buffer is not full.
  for (int turns = 0; turns < 5; ++turns) {
    desk_.partition().shard().do_work();
    if (turns == 3) desk_.partition().commit().do_work();
    const SteadyTime before = desk_.clock.steady_now();
    while (desk_.partition().maintenance().do_work() > 0) {
    }
    EXPECT_GT(desk_.partition().maintenance().wake_at(), before);
  }
  desk_.settle();
  EXPECT_EQ(snapshots().size(), 1u);
}

TEST_F(SnapshotTest, CommandsBetweenItsSlicesAndARestart) {
  open();
  desk_.put_document();
  create(1, 200);
  desk_.replies.clear();
  ASSERT_TRUE(ask());
  std::uint64_t key = 200, turns = 0;
  while (answers(wire::FrameType::snapshot_reply) == 0) {
    ASSERT_LT(++turns, 2000u);
    // Time passes (breaches), tickets come, one turn each of all.
    desk_.clock.set(kStart + static_cast<TimeMs>(turns) * 300);
    ASSERT_TRUE(desk_.create(++key));
    desk_.partition().shard().do_work();
    desk_.partition().commit().do_work();
    desk_.partition().maintenance().do_work();
  }
  EXPECT_GT(turns, 15u);
  ASSERT_EQ(snapshots().size(), 1u);
  desk_.settle();
  create(key + 1, key + 40);
  const Seen before = seen();
  EXPECT_GT(before.events.size(), 240u);
  for (int i = 0; i < 3; ++i) {
    restart();
    EXPECT_EQ(seen(), before);
    EXPECT_LT(replayed_steps(), key);  // not the two hundred before it
    if (i == 1) {
      ASSERT_TRUE(desk_.partition().stop().ok());
    }
  }
  // It goes on as if nothing had been.
  create(key + 41, key + 60);
  const Seen after = seen();
  restart();
  EXPECT_EQ(seen(), after);
}

TEST_F(SnapshotTest, AnEmptyPartition) {
  open();
  take();
  const Seen before = seen();
  restart();
  EXPECT_EQ(seen(), before);
  desk_.put_document();
  create(1, 5);
  const Seen after = seen();
  take();
  restart();
  EXPECT_EQ(seen(), after);
  EXPECT_LE(replayed_steps(), 1u);
}

TEST_F(SnapshotTest, ASecondRequestIsToldThatOneIsRunning) {
  open();
  desk_.put_document();
  create(1, 50);
  desk_.replies.clear();
  ASSERT_TRUE(ask());
  desk_.partition().shard().do_work();
  ASSERT_TRUE(ask());
  desk_.partition().shard().do_work();
  for (int turn = 0; turn < 4; ++turn) {  // nobody writes it down meanwhile
    desk_.partition().shard().do_work();
    desk_.partition().commit().do_work();
  }
  EXPECT_EQ(answers(wire::FrameType::error), 1u);
  desk_.settle();
  EXPECT_EQ(answers(wire::FrameType::snapshot_reply), 1u);
  take();
}

TEST_F(SnapshotTest, TwoAreKeptAndADamagedOneFallsBackToTheOlder) {
  open();
  desk_.put_document();
  for (std::uint64_t i = 0; i < 4; ++i) {
    create(i * 50 + 1, i * 50 + 50);
    take();
  }
  desk_.clock.set(kStart + 60'000);
  create(201, 220);
  tidy();
  ASSERT_EQ(snapshots().size(), 2u);
  const Seen before = seen();
  desk_.close();
  const std::string newest = snapshots().back();
  flip(newest, fs::file_size(newest) / 2);
  open();
  EXPECT_EQ(seen(), before);
  EXPECT_GT(replayed_steps(), 50u);  // from the older one
  EXPECT_EQ(snapshots().size(), 1u);
  ASSERT_EQ(snapshots(".damaged").size(), 1u);
  EXPECT_EQ(snapshots(".damaged").front(), newest + ".damaged");
  // The next ones count anew.
  take();
  create(221, 222);
  take();
  tidy();
  EXPECT_EQ(snapshots().size(), 2u);
  const Seen after = seen();
  restart();
  EXPECT_EQ(seen(), after);
}

TEST_F(SnapshotTest, TheOnlyOneDamagedTheWholeLogIsThere) {
  open();
  desk_.put_document();
  create(1, 100);
  take();
  create(101, 110);
  const Seen before = seen();
  desk_.close();
  flip(snapshots().front(), 100);
  open();
  EXPECT_EQ(seen(), before);
  EXPECT_GE(replayed_steps(), 110u);
}

// Once a good file was renamed for an error of the disk, and the start went on without it.
TEST_F(SnapshotTest, OneThatTheDiskDoesNotGiveStaysAndRefusesTheStart) {
  open();
  desk_.put_document();
  create(1, 50);
  take();
  create(51, 60);
  take();
  const Seen before = seen();
  const auto files = snapshots();
  ASSERT_EQ(files.size(), 2u);
  RecoveryProgress progress;
  desk_.config.recovery_progress = &progress;  // with the threads of a real start
  int refused = 0;
  for (const bool reads_ahead : {false, true}) {
    desk_.config.recovery_reads_ahead = reads_ahead;
    desk_.storage.unreadable = ".snap";
    for (int read = 0;; ++read) {
      SCOPED_TRACE(read);
      desk_.close();
      desk_.storage.reads_until_error = read;
      const Status opened = desk_.open();
      EXPECT_EQ(snapshots(), files);
      EXPECT_TRUE(snapshots(".damaged").empty());
      if (opened.ok()) break;
      ++refused;
      const std::string& said = opened.error().message;
      const bool named = std::ranges::any_of(
          files, [&](const std::string& file) { return said.starts_with(file); });
      EXPECT_TRUE(named) << said;
      EXPECT_NE(said.find("Input/output error"), std::string::npos) << said;
      EXPECT_NE(said.find("move the file away"), std::string::npos) << said;
      ASSERT_LT(read, 100);
    }
    desk_.storage.unreadable.clear();
    EXPECT_EQ(seen(), before);
    EXPECT_LT(replayed_steps(), 5u);  // from the newest
  }
  EXPECT_GE(refused, 2 * 7);  // header and trailer of two; header, blocks, trailer of the newest
}

TEST_F(SnapshotTest, ASnapshotOfAnotherLogIsRefused) {
  open();
  desk_.put_document();
  create(1, 10);
  take();
  desk_.close();
  PartitionDesk other;
  other.config.snapshot_bytes_per_second = 0;
  ASSERT_TRUE(other.open().ok());
  other.put_document();
  other.close();
  fs::create_directories(other.config.data + "/snapshots");
  fs::copy(snapshots().front(), other.config.data + "/snapshots");
  const Status refused = other.open();
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("a snapshot of another log"), std::string::npos)
      << refused.error().message;
  EXPECT_NE(refused.error().message.find(".snap"), std::string::npos);
}

TEST_F(SnapshotTest, LostEventsAreRefusedUnlessAccepted) {
  open();
  desk_.put_document();
  create(1, 60);
  take();
  create(61, 70);
  take();
  create(71, 75);
  const Seen before = seen();
  desk_.close();
  const std::string events = desk_.config.data + "/events";
  fs::rename(events, events + ".lost");
  // The whole log is still there (its first segment is not full): it makes them all again.
  open();
  EXPECT_EQ(seen(), before);
  desk_.close();
  // Without its beginning it cannot.
  fs::remove_all(events);
  desk_.config.accept_lost_events = true;
  open();
  EXPECT_EQ(desk_.partition().machine().digest(), before.digest);
  EXPECT_GT(desk_.partition().hub().first_sequence(), 1u);
  EXPECT_EQ(desk_.partition().hub().last_sequence(), before.events.size());
  EXPECT_EQ(desk_.partition().hub().read(1, 100).error().code, Errc::events_gone);
}

TEST_F(SnapshotTest, TheDiskIsBehind) {
  desk_.config.snapshot_bounds.waiting_bytes_max = 3000;
  desk_.config.snapshot_bounds.backlog_bytes_high = 500;
  desk_.config.snapshot_bounds.backlog_bytes_max = 4000;
  open();
  desk_.put_document();
  create(1, 300);
  desk_.replies.clear();
  ASSERT_TRUE(ask());
  // Nobody writes: the walk waits, commands go on.
  std::uint64_t key = 300;
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(desk_.create(++key));
    desk_.partition().shard().do_work();
    desk_.partition().commit().do_work();
  }
  EXPECT_EQ(desk_.partition().machine().ticket_count(), 400u);
  EXPECT_LT(desk_.partition().machine().snapshot_progress().done, 100u);
  // All tickets breach at once, and so change: more than may wait.
  desk_.clock.set(kStart + 3'600'000);
  for (int i = 0; i < 50; ++i) {
    desk_.partition().shard().do_work();
    desk_.partition().commit().do_work();
  }
  EXPECT_FALSE(desk_.partition().machine().snapshot_running());
  desk_.settle();
  EXPECT_EQ(answers(wire::FrameType::snapshot_reply), 0u);
  EXPECT_EQ(desk_.partition().metrics().snapshot_failures.get(), 1u);
  EXPECT_TRUE(snapshots().empty());
  EXPECT_TRUE(snapshots(".tmp").empty());
  // With a disk that keeps up the next one succeeds, and the state is as if there had been none.
  take();
  const Seen before = seen();
  restart();
  EXPECT_EQ(seen(), before);
}

TEST_F(SnapshotTest, AFailedWriteIsReportedAndTheNextOneSucceeds) {
  open();
  desk_.put_document();
  create(1, 100);
  take();
  desk_.replies.clear();
  ASSERT_TRUE(ask());
  desk_.partition().shard().do_work();
  desk_.partition().commit().do_work();
  desk_.storage.fail_writes = true;
  desk_.partition().maintenance().do_work();
  desk_.storage.fail_writes = false;
  desk_.settle();
  EXPECT_EQ(answers(wire::FrameType::error), 1u);
  EXPECT_EQ(desk_.partition().metrics().snapshot_failures.get(), 1u);
  EXPECT_EQ(snapshots().size(), 1u);
  create(101, 102);
  take();
  EXPECT_EQ(snapshots().size(), 2u);
}

TEST_F(SnapshotTest, AFailedSyncOfItsOwnFileIsOneThatFailed) {
  open();
  desk_.put_document();
  create(1, 20);
  desk_.storage.unsyncable = "/snapshots/";
  ASSERT_TRUE(ask());
  desk_.settle();
  EXPECT_TRUE(desk_.fatal.empty());
  EXPECT_EQ(desk_.partition().metrics().snapshot_failures.get(), 1u);
  EXPECT_TRUE(snapshots(".tmp").empty());
  desk_.storage.unsyncable.clear();
  take();
}

// It would never succeed again in this process, and what the sync left is not to be trusted.
TEST_F(SnapshotTest, AFailedSyncOfTheEventsEndsTheProcess) {
  open();
  desk_.put_document();
  create(1, 20);
  const Seen before = seen();
  desk_.storage.unsyncable = "/events/";
  ASSERT_TRUE(ask());
  desk_.settle();
  ASSERT_EQ(desk_.fatal.size(), 1u);
  EXPECT_NE(desk_.fatal.front().message.find("/events/"), std::string::npos);
  EXPECT_TRUE(snapshots().empty());
  desk_.close();
  desk_.storage.unsyncable.clear();
  open();
  EXPECT_EQ(seen(), before);
  take();
}

TEST_F(SnapshotTest, BySizeOfTheLog) {
  desk_.config.snapshot_log_bytes = 200'000;
  open();
  desk_.put_document();
  EXPECT_TRUE(snapshots().empty());
  create(1, 60);  // a group of 4 KiB each
  desk_.settle();
  EXPECT_EQ(snapshots().size(), 1u);
  EXPECT_EQ(desk_.partition().metrics().snapshots.get(), 1u);
  // What a start had to replay counts, too.
  create(61, 90);
  restart();
  create(91, 115);
  desk_.settle();
  EXPECT_EQ(desk_.partition().metrics().snapshots.get(), 1u);
}

TEST_F(SnapshotTest, ByTimeIfAnythingWasLogged) {
  desk_.config.snapshot_every_ms = 3'600'000;
  const auto pass = [&](int minutes) {
    desk_.clock.skip(std::chrono::minutes{minutes});
    desk_.settle();
    return desk_.partition().metrics().snapshots.get();
  };
  open();
  desk_.put_document();
  create(1, 10);
  EXPECT_EQ(pass(50), 0u);
  EXPECT_EQ(pass(10), 1u);
  // An hour after that one began; not for nothing.
  create(11, 12);
  EXPECT_EQ(pass(50), 1u);
  EXPECT_EQ(pass(10), 2u);
  const std::uint64_t quiet = pass(10);
  for (int hour = 0; hour < 5; ++hour) EXPECT_EQ(pass(60), quiet);
  create(13, 13);
  EXPECT_EQ(pass(0), quiet + 1);  // it is due already
  // One that failed comes again an hour later, not at once.
  create(14, 14);
  desk_.storage.full = true;
  EXPECT_EQ(pass(60), quiet + 1);
  EXPECT_EQ(desk_.partition().metrics().snapshot_failures.get(), 1u);
  desk_.storage.full = false;
  create(15, 15);
  EXPECT_EQ(pass(30), quiet + 1);
  EXPECT_EQ(pass(30), quiet + 2);
  EXPECT_EQ(desk_.partition().metrics().snapshot_failures.get(), 1u);
  EXPECT_TRUE(desk_.fatal.empty());
}

TEST_F(SnapshotTest, AStrangerOfATemporaryFileIsRemoved) {
  open();
  desk_.close();
  const std::string directory = desk_.config.data + "/snapshots";
  fs::create_directories(directory);
  std::ofstream(directory + "/" + snapshot::file_name(77) + ".tmp") << "half";
  open();
  EXPECT_TRUE(snapshots(".tmp").empty());
}

}  // namespace
}  // namespace vencer::testing
