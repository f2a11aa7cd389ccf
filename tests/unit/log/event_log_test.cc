// Event segments on real files: what was appended comes back; after a restart the replayed events
// are compared, missing ones written, strangers cut off; readers run beside the writer.
#include "engine/log/event_log.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <thread>

#include "tests/unit/log/log_testing.h"

namespace vencer {
namespace {

using testing::TempDirectory;

// The bytes of event n: a pure function, as the engine's are.
std::vector<std::byte> event_bytes(std::uint64_t sequence) {
  std::vector<std::byte> bytes(8 + sequence * 7919 % 90);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::byte>((sequence * 31 + i * 7) & 0xff);
  }
  std::memcpy(bytes.data(), &sequence, 8);
  return bytes;
}

class EventLogTest : public ::testing::Test {
 protected:
  EventLogTest() {
    options_.directory = directory_.path() + "/events";
    options_.partition = 3;
    options_.identity_high = 11;
    options_.identity_low = 22;
    options_.segment_bytes = 4096;
  }
  void open() {
    log_.reset();
    auto log = EventLog::open(*storage_, options_);
    ASSERT_TRUE(log.ok()) << log.error().message;
    log_ = std::move(*log);
  }
  Status replay_only(std::uint64_t from, std::uint64_t to) {
    if (from == 1) {
      if (auto status = log_->begin_replay(0, 0, MissingEvents::refuse); !status) return status;
    }
    for (std::uint64_t s = from; s <= to; ++s) {
      const auto bytes = event_bytes(s);
      if (auto status = log_->replay({s, bytes}); !status) return status;
    }
    return ok_status();
  }
  Status replay(std::uint64_t from, std::uint64_t to) {
    if (auto status = replay_only(from, to); !status) return status;
    return log_->finish_replay();
  }
  std::map<std::string, std::string> contents() const {
    std::map<std::string, std::string> all;
    for (const auto& entry : std::filesystem::directory_iterator(options_.directory)) {
      std::ifstream file(entry.path(), std::ios::binary);
      all[entry.path()] = {std::istreambuf_iterator<char>(file), {}};
    }
    return all;
  }
  void append(std::uint64_t from, std::uint64_t to) {
    std::vector<std::vector<std::byte>> owned;
    std::vector<EventBytes> events;
    for (std::uint64_t s = from; s <= to; ++s) owned.push_back(event_bytes(s));
    for (std::uint64_t s = from; s <= to; ++s) events.push_back({s, owned[s - from]});
    const auto status = log_->append(events);
    ASSERT_TRUE(status.ok()) << status.error().message;
  }
  // Reads from..last and compares each; returns how many.
  std::uint64_t check(std::uint64_t from, std::size_t max_bytes = 700) {
    std::uint64_t at = from;
    while (true) {
      auto batch = log_->read_from(at, max_bytes);
      EXPECT_TRUE(batch.ok()) << (batch ? "" : batch.error().message);
      if (!batch || batch->records.empty()) return at - from;
      EXPECT_EQ(batch->first_sequence, at);
      for (const auto record : batch->records) {
        const auto expected = event_bytes(at);
        EXPECT_TRUE(std::ranges::equal(record, expected)) << "event " << at;
        ++at;
      }
    }
  }
  std::string segment(std::uint64_t first) const {
    char name[64];
    std::snprintf(name, sizeof name, "/events-%020llu.seg", static_cast<unsigned long long>(first));
    return options_.directory + name;
  }
  void patch(const std::string& path, std::uint64_t offset, unsigned char flip) {
    auto file = storage_->open(path, OpenMode::read_write);
    ASSERT_TRUE(file.ok());
    std::byte b{};
    ASSERT_EQ(*(*file)->read_at(offset, {&b, 1}), 1u);
    b ^= std::byte{flip};
    ASSERT_TRUE((*file)->write_at(offset, {&b, 1}).ok());
  }

  TempDirectory directory_;
  std::unique_ptr<Storage> storage_ = make_posix_storage();
  EventLogOptions options_;
  std::unique_ptr<EventLog> log_;
};

std::size_t open_files() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

// A server writes thousands of segments before its clean stop, and a process may open a thousand.
TEST_F(EventLogTest, NoSegmentBeforeTheLastStaysOpen) {
  open();
  ASSERT_TRUE(replay(1, 0).ok());
  append(1, 1);
  const std::size_t before = open_files();
  append(2, 3000);
  EXPECT_GT(contents().size(), 20u);
  EXPECT_EQ(open_files(), before);
  EXPECT_TRUE(log_->sync().ok());
  open();
  ASSERT_TRUE(replay(1, 3000).ok());
  EXPECT_EQ(open_files(), before);
}

TEST_F(EventLogTest, EmptyThenAppendThenRestart) {
  open();
  ASSERT_TRUE(log_->finish_replay().ok());
  EXPECT_EQ(log_->first_sequence(), 1u);
  EXPECT_EQ(log_->last_sequence(), 0u);
  EXPECT_TRUE(log_->read_from(1, 100)->records.empty());
  append(1, 300);
  append(301, 1000);
  EXPECT_EQ(check(1), 1000u);
  EXPECT_EQ(check(1, 1), 1000u);  // at least one event a batch
  ASSERT_TRUE(log_->sync().ok());
  open();
  ASSERT_TRUE(replay(1, 1000).ok());
  EXPECT_EQ(log_->replay_compared(), 1000u);
  EXPECT_EQ(log_->replay_written(), 0u);
  EXPECT_EQ(check(1), 1000u);  // from disk
  EXPECT_EQ(check(777), 224u);
  append(1001, 1100);
  EXPECT_EQ(check(990), 111u);  // over the seam
}

TEST_F(EventLogTest, MissingOnesAreWritten) {
  open();
  ASSERT_TRUE(log_->finish_replay().ok());
  append(1, 500);
  open();
  ASSERT_TRUE(replay(1, 900).ok());
  EXPECT_EQ(log_->replay_compared(), 500u);
  EXPECT_EQ(log_->replay_written(), 400u);
  EXPECT_EQ(check(1), 900u);
}

// As in mode none, and when a new epoch begins.
TEST_F(EventLogTest, WhatLiesBehindTheReplayIsCutWhereItProvesNothing) {
  for (const std::uint64_t keep : {0, 1, 57, 58, 59, 499, 500}) {
    std::filesystem::remove_all(options_.directory);
    open();
    ASSERT_TRUE(log_->finish_replay().ok());
    append(1, 500);
    open();
    ASSERT_TRUE(replay(1, keep).ok());
    EXPECT_EQ(log_->last_sequence(), keep);
    EXPECT_EQ(check(1), keep);
    append(keep + 1, keep + 200);
    open();
    ASSERT_TRUE(replay(1, keep + 200).ok());
    EXPECT_EQ(log_->replay_written(), 0u) << keep;
    EXPECT_EQ(check(1), keep + 200);
  }
}

// Elsewhere it is of a durable group that the log lacks. Nothing is changed then, so that it stays
// so until somebody decides.
TEST_F(EventLogTest, WhatLiesBehindTheReplayProvesAGroup) {
  open();
  ASSERT_TRUE(log_->finish_replay().ok());
  append(1, 500);
  options_.proves_groups = options_.durable_only = true;
  const auto files = contents();
  for (const std::uint64_t keep : {0, 1, 57, 58, 59, 499}) {
    SCOPED_TRACE(keep);
    open();
    ASSERT_TRUE(replay_only(1, keep).ok());
    const Status ends = log_->check_end();
    ASSERT_FALSE(ends.ok());
    const std::string& why = ends.error().message;
    EXPECT_NE(why.find(": event " + std::to_string(keep + 1) + " is whole here"), std::string::npos)
        << why;
    EXPECT_NE(why.find(options_.directory + "/events-"), std::string::npos) << why;
    EXPECT_NE(why.find(" at byte "), std::string::npos) << why;
    EXPECT_FALSE(log_->finish_replay().ok());
    EXPECT_EQ(contents(), files);
  }
  open();
  ASSERT_TRUE(replay_only(1, 500).ok());
  ASSERT_TRUE(log_->check_end().ok());
  ASSERT_TRUE(log_->finish_replay().ok());
  EXPECT_EQ(check(1), 500u);
}

// What no sync covered may be there in part: a record that is not whole proves nothing; whole ones
// behind it, and a later segment that begins with one, do.
TEST_F(EventLogTest, ATornRecordProvesNothing) {
  open();
  ASSERT_TRUE(log_->finish_replay().ok());
  append(1, 300);
  log_.reset();
  const auto names = storage_->list(options_.directory);
  ASSERT_GT(names->size(), 2u);
  const std::uint64_t second = std::stoull((*names)[1].substr(std::strlen("events-"), 20));
  const std::uint64_t third = std::stoull((*names)[2].substr(std::strlen("events-"), 20));
  options_.proves_groups = options_.durable_only = true;
  patch(segment(second), 64 + 8, 1);  // its first event
  for (const std::uint64_t keep : {second - 1, second + 3}) {
    open();
    ASSERT_TRUE(replay_only(1, keep).ok());
    const Status ends = log_->check_end();
    ASSERT_FALSE(ends.ok());
    EXPECT_NE(ends.error().message.find(segment(third) + " at byte 64: event " +
                                        std::to_string(third) + " is whole here"),
              std::string::npos)
        << ends.error().message;
    EXPECT_TRUE(storage_->exists(segment(third)));
  }
  for (std::size_t i = 2; i < names->size(); ++i) {
    ASSERT_TRUE(storage_->remove(options_.directory + "/" + (*names)[i]).ok());
  }
  for (const std::uint64_t keep : {second - 1, second + 1}) {
    open();
    ASSERT_TRUE(replay_only(1, keep).ok());
    const Status ends = log_->check_end();
    ASSERT_FALSE(ends.ok());
    EXPECT_NE(
        ends.error().message.find(": event " + std::to_string(third - 1) + " was found whole"),
        std::string::npos)
        << ends.error().message;
  }
  std::filesystem::resize_file(segment(second), 64 + 8 + (event_bytes(second).size() + 7) / 8 * 8);
  open();
  ASSERT_TRUE(replay_only(1, second - 1).ok());
  ASSERT_TRUE(log_->check_end().ok());
  ASSERT_TRUE(log_->finish_replay().ok());
  append(second, 300);
  EXPECT_EQ(check(1), 300u);
}

// Goal: what is written in place of a torn event takes no proof away, for this start or a later
// one. Method: one record, or the first header, is torn; the log has lost what the last segment
// tells of; two starts, and then the log is back.
TEST_F(EventLogTest, WhatWasCutOffHasProvedAGroup) {
  options_.proves_groups = options_.durable_only = true;
  for (const std::uint64_t torn : {64 + 8, 8}) {
    SCOPED_TRACE(torn);
    std::filesystem::remove_all(options_.directory);
    open();
    ASSERT_TRUE(log_->finish_replay().ok());
    append(1, 300);
    log_.reset();
    const auto names = storage_->list(options_.directory);
    const std::string last = options_.directory + "/" + names->back();
    patch(segment(1), torn, 1);
    for (int start = 0; start < 2; ++start) {
      open();
      ASSERT_TRUE(replay_only(1, 298).ok());
      ASSERT_TRUE(log_->durable_through(298).ok());
      const Status ends = log_->check_end();
      ASSERT_FALSE(ends.ok());
      const std::string& why = ends.error().message;
      EXPECT_NE(why.find(": event 300 was found whole here"), std::string::npos) << why;
      EXPECT_EQ(why.find(last + " at byte "), 0u) << why;
      EXPECT_FALSE(log_->finish_replay().ok());
    }
    open();
    ASSERT_TRUE(replay_only(1, 300).ok());
    ASSERT_TRUE(log_->durable_through(300).ok());
    ASSERT_TRUE(log_->check_end().ok());
    ASSERT_TRUE(log_->finish_replay().ok());
    EXPECT_EQ(check(1), 300u);
    for (const auto& [path, content] : contents()) EXPECT_TRUE(path.ends_with(".seg")) << path;
  }
}

// Of another epoch it says nothing about the groups of this one.
TEST_F(EventLogTest, AProofIsOfItsEpoch) {
  options_.proves_groups = options_.durable_only = true;
  open();
  ASSERT_TRUE(log_->finish_replay().ok());
  append(1, 300);
  log_.reset();
  patch(segment(1), 64 + 8, 1);
  open();
  ASSERT_TRUE(replay_only(1, 200).ok());
  ASSERT_TRUE(log_->durable_through(200).ok());
  log_.reset();
  for (const auto& [path, content] : contents()) {
    if (path.ends_with(".seg")) std::filesystem::remove(path);
  }
  ++options_.epoch;
  open();
  ASSERT_TRUE(replay_only(1, 200).ok());
  ASSERT_TRUE(log_->check_end().ok());
  ASSERT_TRUE(log_->finish_replay().ok());
  EXPECT_EQ(check(1), 200u);
}

// Else an event could outlive a group that was read, and never synced, and lost in another crash.
TEST_F(EventLogTest, WhatIsMissingIsWrittenWhenItsGroupIsDurable) {
  options_.proves_groups = options_.durable_only = true;
  open();
  ASSERT_TRUE(log_->finish_replay().ok());
  append(1, 100);
  log_.reset();
  patch(segment(1), std::filesystem::file_size(segment(1)) - 8, 1);  // of its last event
  const auto files = contents();
  open();
  ASSERT_TRUE(replay_only(1, 300).ok());
  EXPECT_EQ(contents(), files);
  ASSERT_TRUE(log_->durable_through(250).ok());
  ASSERT_TRUE(log_->check_end().ok());
  EXPECT_NE(contents(), files);
  log_.reset();
  open();
  ASSERT_TRUE(replay_only(1, 250).ok());
  ASSERT_TRUE(log_->check_end().ok());
  ASSERT_TRUE(log_->finish_replay().ok());
  EXPECT_EQ(check(1), 250u);
}

// Whoever only compares may have any number of events missing: they are not kept, and whatever is
// durable or synced, no byte changes.
TEST_F(EventLogTest, WhoOnlyComparesKeepsAndChangesNothing) {
  open();
  ASSERT_TRUE(log_->finish_replay().ok());
  append(1, 100);
  log_.reset();
  patch(segment(1), std::filesystem::file_size(segment(1)) - 8, 1);  // of its last event
  const auto files = contents();
  options_.proves_groups = options_.durable_only = options_.compare_only = true;
  open();
  ASSERT_TRUE(replay_only(1, 300).ok());
  ASSERT_TRUE(log_->durable_through(300).ok());
  EXPECT_TRUE(log_->check_end().ok());
  EXPECT_EQ(log_->replay_compared() + log_->replay_written(), 300u);
  EXPECT_GE(log_->replay_written(), 200u);
  log_.reset();
  EXPECT_EQ(contents(), files);
  open();
  ASSERT_TRUE(replay_only(1, 10).ok());
  EXPECT_FALSE(log_->check_end().ok());
  log_.reset();
  EXPECT_EQ(contents(), files);
  options_.directory += "/none";
  open();
  ASSERT_TRUE(replay_only(1, 10).ok());
  EXPECT_TRUE(log_->check_end().ok());
  EXPECT_FALSE(storage_->exists(options_.directory));
}

TEST_F(EventLogTest, ADifferentEventIsAnError) {
  open();
  ASSERT_TRUE(log_->finish_replay().ok());
  append(1, 100);
  open();
  ASSERT_TRUE(log_->replay({1, event_bytes(1)}).ok());
  auto other = event_bytes(2);
  other[3] ^= std::byte{1};
  const auto status = log_->replay({2, other});
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().message.find("event 2"), std::string::npos) << status.error().message;
}

// Goal: altered bytes are never served and always mended. Method: flip each byte of the first
// segments in turn, replay, compare all.
TEST_F(EventLogTest, AlteredBytesAreMendedFromTheLog) {
  options_.segment_bytes = 512;
  open();
  ASSERT_TRUE(log_->finish_replay().ok());
  append(1, 40);
  const auto size = std::filesystem::file_size(segment(1));
  for (std::uint64_t offset = 0; offset < size; ++offset) {
    log_.reset();
    patch(segment(1), offset, 0x10);
    open();
    ASSERT_TRUE(replay(1, 40).ok()) << "offset " << offset;
    // Padding between records carries nothing and is not checked.
    EXPECT_EQ(log_->replay_compared() + log_->replay_written(), 40u);
    ASSERT_EQ(check(1), 40u) << "offset " << offset;
    if (log_->replay_written() == 0) patch(segment(1), offset, 0x10);
  }
}

TEST_F(EventLogTest, GarbageIsMendedOrRefused) {
  options_.segment_bytes = 512;
  std::mt19937_64 random(9);
  std::uint64_t rewritten = 0;
  for (int i = 0; i < 300; ++i) {
    log_.reset();
    std::filesystem::remove_all(options_.directory);
    open();
    ASSERT_TRUE(log_->finish_replay().ok());
    append(1, 40);
    log_.reset();
    const auto names = storage_->list(options_.directory);
    auto file = storage_->open(options_.directory + "/" + (*names)[random() % names->size()],
                               OpenMode::read_write);
    std::vector<std::byte> garbage(1 + random() % 700);
    for (auto& b : garbage) b = static_cast<std::byte>(random() % 3 == 0 ? random() : 0);
    ASSERT_TRUE((*file)->write_at(random() % 600, garbage).ok());
    if (random() % 3 == 0) {
      ASSERT_TRUE((*file)->truncate(random() % 700).ok());
    }
    open();
    ASSERT_TRUE(replay(1, 40).ok());
    ASSERT_EQ(check(1), 40u);
    rewritten += log_->replay_written();
  }
  EXPECT_GT(rewritten, 0u);
}

TEST_F(EventLogTest, DamageIsNotServed) {
  options_.segment_bytes = 1 << 20;
  open();
  ASSERT_TRUE(log_->finish_replay().ok());
  append(1, 100);
  open();
  ASSERT_TRUE(replay(1, 100).ok());
  patch(segment(1), 64 + 8, 1);
  const auto batch = log_->read_from(1, 1000);
  ASSERT_FALSE(batch.ok());
  EXPECT_NE(batch.error().message.find("event 1 is damaged"), std::string::npos);
}

TEST_F(EventLogTest, RetentionDropsWholeSegments) {
  options_.retention_bytes = 20'000;
  open();
  ASSERT_TRUE(log_->finish_replay().ok());
  for (std::uint64_t s = 1; s <= 200'001; s += 1000) append(s, s + 999);
  const std::uint64_t first = log_->first_sequence();
  EXPECT_GT(first, 1u);
  ASSERT_FALSE(log_->read_from(first - 1, 100).ok());
  EXPECT_EQ(log_->read_from(first - 1, 100).error().code, Errc::events_gone);
  ASSERT_FALSE(log_->read_from(1, 100).ok());
  EXPECT_EQ(log_->read_from(1, 100).error().code, Errc::events_gone);
  EXPECT_EQ(check(first), 201'000 - first + 1);
  open();
  ASSERT_TRUE(replay(1, 201'000).ok());
  EXPECT_EQ(log_->first_sequence(), first);
  EXPECT_EQ(log_->replay_written(), 0u);
  EXPECT_EQ(check(first), 201'000 - first + 1);
}

// All that retention would keep may be what the replay cuts off; the next event then takes the name
// of a segment that retention would have taken.
TEST_F(EventLogTest, RetentionAtAStartWaitsForTheReplay) {
  open();
  ASSERT_TRUE(log_->finish_replay().ok());
  append(1, 300);
  log_.reset();
  const auto names = storage_->list(options_.directory);
  ASSERT_TRUE(names.ok());
  ASSERT_GT(names->size(), 2u);
  const std::uint64_t second = std::stoull((*names)[1].substr(std::strlen("events-"), 20));
  options_.retention_bytes = 1;
  open();
  ASSERT_TRUE(replay(1, second - 1).ok());
  append(second, 300);
  EXPECT_EQ(log_->last_sequence(), 300u);
  EXPECT_GT(log_->first_sequence(), 1u);
  EXPECT_EQ(check(log_->first_sequence()), 301 - log_->first_sequence());
}

TEST_F(EventLogTest, ReplayMayBeginLater) {
  open();
  ASSERT_TRUE(log_->finish_replay().ok());
  append(1, 500);
  open();
  ASSERT_TRUE(replay(400, 600).ok());
  EXPECT_EQ(log_->replay_compared(), 101u);
  EXPECT_EQ(check(1), 600u);
}

TEST_F(EventLogTest, AnotherLogsEventsAreRefused) {
  open();
  ASSERT_TRUE(log_->finish_replay().ok());
  append(1, 10);
  log_.reset();
  const auto message = [&](auto change) {
    EventLogOptions other = options_;
    change(other);
    const auto log = EventLog::open(*storage_, other);
    return log.ok() ? std::string("opened") : log.error().message;
  };
  EXPECT_NE(message([](auto& o) { o.partition = 4; }).find("partition 3, not of 4"),
            std::string::npos);
  EXPECT_NE(message([](auto& o) { o.identity_low = 1; }).find("another log"), std::string::npos);
  EXPECT_NE(message([](auto& o) { o.epoch = 2; }).find("epoch 1, not of 2"), std::string::npos);
}

TEST_F(EventLogTest, ReadersRunBesideTheWriter) {
  options_.segment_bytes = 64 << 10;
  open();
  ASSERT_TRUE(log_->finish_replay().ok());
  constexpr std::uint64_t kEvents = 60'000;
  std::atomic<int> wrong{0};
  const auto follow = [&](std::size_t max_bytes) {
    for (std::uint64_t at = 1; at <= kEvents;) {
      const auto batch = log_->read_from(at, max_bytes);
      if (!batch) {
        ++wrong;
        return;
      }
      for (const auto record : batch->records) {
        if (!std::ranges::equal(record, event_bytes(at++))) ++wrong;
      }
      if (batch->records.empty()) std::this_thread::yield();
    }
  };
  std::thread fast(follow, 1 << 20), slow(follow, 500);
  for (std::uint64_t s = 1; s <= kEvents; s += 100) append(s, s + 99);
  fast.join();
  slow.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace vencer
