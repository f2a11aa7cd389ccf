// Events of which a snapshot already is: the replay begins behind them, what lies before is not
// made again. Goal: nothing before is lost or altered unnoticed, everything stays readable without
// having been walked, old files go bit by bit. Method: small segments on FaultyStorage.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "engine/log/event_format.h"
#include "engine/log/event_log.h"
#include "engine/log/gentle_removal.h"
#include "tests/unit/log/faulty_storage.h"

namespace vencer {
namespace {

using testing::FaultyStorage;

std::vector<std::byte> event_bytes(std::uint64_t sequence) {
  std::vector<std::byte> bytes(8 + sequence * 7919 % 90);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::byte>((sequence * 31 + i * 7) & 0xff);
  }
  std::memcpy(bytes.data(), &sequence, 8);
  return bytes;
}

// An event a second.
TimeMs time_of(std::span<const std::byte> event) {
  std::uint64_t sequence = 0;
  std::memcpy(&sequence, event.data(), 8);
  return static_cast<TimeMs>(sequence * 1000);
}

class EventBeginTest : public ::testing::Test {
 protected:
  EventBeginTest() {
    options_.directory = "/events";
    options_.identity_high = 11;
    options_.segment_bytes = 2048;
    options_.time_of = &time_of;
  }
  void open() {
    log_.reset();
    auto log = EventLog::open(disk_, options_);
    ASSERT_TRUE(log.ok()) << log.error().message;
    log_ = std::move(*log);
  }
  void append(std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t s = from; s <= to; ++s) {
      const auto bytes = event_bytes(s);
      const EventBytes event{s, bytes};
      ASSERT_TRUE(log_->append({&event, 1}).ok());
    }
  }
  // A log of `last` events, and the CRC of event `after`'s record.
  std::uint32_t make(std::uint64_t last, std::uint64_t after) {
    open();
    EXPECT_TRUE(log_->finish_replay().ok());
    append(1, last);
    const auto crc = log_->sync_through(after);
    EXPECT_TRUE(crc.ok()) << crc.error().message;
    return *crc;
  }
  Status begin(std::uint64_t after, std::uint32_t crc,
               MissingEvents missing = MissingEvents::refuse) {
    return log_->begin_replay(after, crc, missing);
  }
  Status replay(std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t s = from; s <= to; ++s) {
      const auto bytes = event_bytes(s);
      if (auto status = log_->replay({s, bytes}); !status) return status;
    }
    return log_->finish_replay();
  }
  // Reads from..last and compares each; returns how many.
  std::uint64_t check(std::uint64_t from) {
    std::uint64_t at = from;
    while (true) {
      auto batch = log_->read_from(at, 300);
      EXPECT_TRUE(batch.ok()) << (batch ? "" : batch.error().message);
      if (!batch || batch->records.empty()) return at - from;
      for (const auto record : batch->records) {
        EXPECT_TRUE(std::ranges::equal(record, event_bytes(at))) << "event " << at;
        ++at;
      }
    }
  }
  std::vector<std::string> files(std::string_view end) const {
    std::vector<std::string> found;
    for (const std::string& path : disk_.paths()) {
      if (path.ends_with(end)) found.push_back(path);
    }
    return found;
  }

  FaultyStorage disk_{1};
  EventLogOptions options_;
  std::unique_ptr<EventLog> log_;
};

TEST_F(EventBeginTest, WhatLiesBeforeStaysAndCanBeRead) {
  for (const std::uint64_t after : {1u, 100u, 137u, 299u, 300u}) {
    for (const std::uint64_t to : {after, std::uint64_t{300}, std::uint64_t{350}}) {
      SCOPED_TRACE(::testing::Message() << after << " to " << to);
      for (const std::string& path : files(".seg")) ASSERT_TRUE(disk_.remove(path).ok());
      const std::uint32_t crc = make(300, after);
      open();
      ASSERT_TRUE(begin(after, crc).ok());
      ASSERT_TRUE(replay(after + 1, to).ok());
      EXPECT_EQ(log_->replay_compared(), std::min<std::uint64_t>(to, 300) - after);
      EXPECT_EQ(log_->first_sequence(), 1u);
      EXPECT_EQ(log_->last_sequence(), to);
      EXPECT_EQ(check(1), to);  // segments that nobody has walked
      append(to + 1, to + 20);
      EXPECT_EQ(check(after / 2 + 1), to + 20 - after / 2);
    }
  }
}

TEST_F(EventBeginTest, TidyIndexesWhatNobodyWalked) {
  const std::uint32_t crc = make(300, 300);
  open();
  ASSERT_TRUE(begin(300, crc).ok());
  ASSERT_TRUE(replay(301, 300).ok());
  std::size_t indexed = 0;
  while (true) {
    const auto more = log_->tidy();
    ASSERT_TRUE(more.ok()) << more.error().message;
    if (!*more) break;
    ++indexed;
  }
  EXPECT_EQ(indexed, files(".seg").size() - 1);  // the last one was walked
  EXPECT_EQ(check(1), 300u);
}

TEST_F(EventBeginTest, MissingOrAlteredEventsAreRefusedAndAnOlderPlaceStillServes) {
  const std::uint32_t crc_200 = make(300, 200);
  const auto crc_300 = log_->sync_through(300);
  ASSERT_TRUE(crc_300.ok());
  log_.reset();
  const auto segments = files(".seg");
  disk_.flip(segments.back(), disk_.bytes(segments.back())->size() - 20, 3);
  open();
  const Status refused = begin(300, *crc_300);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find(segments.back() + " at byte "), std::string::npos)
      << refused.error().message;
  EXPECT_NE(refused.error().message.find("the snapshot rests on event 300"), std::string::npos);
  ASSERT_TRUE(begin(200, crc_200).ok());  // the log makes the rest again
  ASSERT_TRUE(replay(201, 300).ok());
  EXPECT_GT(log_->replay_written(), 0u);
  EXPECT_EQ(check(1), 300u);
}

TEST_F(EventBeginTest, AnotherEventInThatPlaceIsRefused) {
  const std::uint32_t crc = make(300, 300);
  open();
  const Status refused = begin(300, crc ^ 1);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("CRC differs"), std::string::npos);
  EXPECT_TRUE(begin(300, 0).ok());  // not known
}

TEST_F(EventBeginTest, NoEventsAtAll) {
  make(300, 300);
  log_.reset();
  for (const std::string& path : files(".seg")) ASSERT_TRUE(disk_.remove(path).ok());
  open();
  const Status refused = begin(300, 0);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("no event segments are here"), std::string::npos);
  // Of a younger epoch, or given up by the operator: the stream begins behind them.
  for (const MissingEvents missing : {MissingEvents::allow, MissingEvents::begin_anew}) {
    open();
    ASSERT_TRUE(begin(300, 0, missing).ok());
    ASSERT_TRUE(replay(301, 310).ok());
    EXPECT_EQ(log_->first_sequence(), 301u);
    EXPECT_EQ(check(301), 10u);
    EXPECT_EQ(log_->read_from(300, 10).error().code, Errc::events_gone);
    log_.reset();
    for (const std::string& path : files(".seg")) ASSERT_TRUE(disk_.remove(path).ok());
  }
}

TEST_F(EventBeginTest, ALostSegmentInTheMiddleIsToldToWhoeverReadsThere) {
  const std::uint32_t crc = make(300, 300);
  log_.reset();
  const auto segments = files(".seg");
  ASSERT_GT(segments.size(), 4u);
  ASSERT_TRUE(disk_.remove(segments[2]).ok());
  open();
  ASSERT_TRUE(begin(300, crc).ok());
  ASSERT_TRUE(replay(301, 300).ok());
  bool told = false;
  for (int i = 0; i < 50; ++i) {
    const auto more = log_->tidy();
    if (!more) {
      told = true;
      EXPECT_NE(more.error().message.find(segments[1]), std::string::npos) << more.error().message;
      EXPECT_NE(more.error().message.find("cannot be read"), std::string::npos);
    } else if (!*more) {
      break;
    }
  }
  EXPECT_TRUE(told);
  const auto lost = events::parse_segment_name(segments[2].substr(sizeof "/events"));
  ASSERT_TRUE(lost.has_value());
  const auto read = log_->read_from(*lost, 100);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, Errc::internal);
}

TEST_F(EventBeginTest, SyncThroughSurvivesPowerLoss) {
  open();
  ASSERT_TRUE(disk_.sync_directory("").ok());
  ASSERT_TRUE(log_->finish_replay().ok());
  std::uint64_t last = 0;
  for (int round = 0; round < 40; ++round) {
    append(last + 1, last + 60);
    const std::uint64_t synced = last + 30;
    const auto crc = log_->sync_through(synced);
    ASSERT_TRUE(crc.ok()) << crc.error().message;
    log_.reset();
    disk_.lose_power();
    open();
    const Status begun = begin(synced, *crc);
    ASSERT_TRUE(begun.ok()) << begun.error().message;
    last += 60;
    ASSERT_TRUE(replay(synced + 1, last).ok());
    EXPECT_EQ(check(1), last);
  }
}

TEST_F(EventBeginTest, AFailedSyncIsNeverForgotten) {
  open();
  ASSERT_TRUE(log_->finish_replay().ok());
  append(1, 30);
  disk_.fail_at(0);
  EXPECT_FALSE(log_->sync_through(30).ok());
  EXPECT_FALSE(log_->sync_through(30).ok());  // though the disk is well again
  EXPECT_TRUE(log_->sync_failed());
}

TEST_F(EventBeginTest, OldSegmentsGoByAgeBitByBit) {
  options_.retention_ms = 100'000;
  open();
  ASSERT_TRUE(log_->finish_replay().ok());
  append(1, 300);
  const std::uint64_t first = log_->first_sequence();
  EXPECT_GT(first, 100u);  // the newest segment begins at about 280, a second an event
  EXPECT_LE(first, 200u);
  EXPECT_EQ(log_->read_from(first - 1, 10).error().code, Errc::events_gone);
  EXPECT_EQ(check(first), 301 - first);
  const std::size_t before = files(".seg").size();
  std::size_t steps = 0;
  while (*log_->tidy()) ++steps;
  EXPECT_LT(files(".seg").size(), before);
  EXPECT_GT(steps, 0u);
  EXPECT_TRUE(files(".gone").empty());
  EXPECT_EQ(check(first), 301 - first);
  // After a restart ages are known again.
  log_.reset();
  options_.retention_ms = 30'000;
  open();
  ASSERT_TRUE(replay(1, 400).ok());
  EXPECT_GT(log_->first_sequence(), 300u);
}

TEST(GentleRemovalTest, StepsAndLeftovers) {
  FaultyStorage disk(1);
  ASSERT_TRUE(disk.make_directory("/d").ok());
  ASSERT_TRUE(disk.sync_directory("").ok());
  const std::size_t bytes = 3 * GentleRemoval::kStepBytes + 5;
  for (std::uint64_t k = 0; k < 8; ++k) {  // power loss at every call, then the rest of it
    SCOPED_TRACE(k);
    disk.put("/d/a.seg", std::vector<std::byte>(bytes));
    disk.put("/d/b.seg", std::vector<std::byte>(10));
    GentleRemoval removal(disk, "/d");
    removal.take("/d/a.seg");
    EXPECT_TRUE(removal.pending());
    disk.crash_at(k);
    std::uint64_t smallest = bytes;
    while (true) {
      const auto stepped = removal.step();
      if (!stepped || !*stepped) break;
      if (const auto* left = disk.bytes("/d/a.seg.gone")) {
        EXPECT_GE(left->size() + GentleRemoval::kStepBytes, smallest);
        smallest = left->size();
      }
    }
    disk.lose_power();
    // Whole under its name, or out of the way.
    if (disk.exists("/d/a.seg")) {
      EXPECT_EQ(disk.bytes("/d/a.seg")->size(), bytes);
      ASSERT_TRUE(disk.remove("/d/a.seg").ok());
    }
    GentleRemoval again(disk, "/d");
    ASSERT_TRUE(again.find_leftovers().ok());
    while (*again.step()) {
    }
    EXPECT_FALSE(disk.exists("/d/a.seg.gone"));
    EXPECT_TRUE(disk.exists("/d/b.seg"));
  }
}

}  // namespace
}  // namespace vencer
