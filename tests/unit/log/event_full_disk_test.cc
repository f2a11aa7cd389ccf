// Goal: a full disk takes no event away: what did not fit is kept, written when there is room, and
// read back as if nothing had been. Method: the disk says once that it is full, at each of its
// calls in turn, while events are appended one by one over several segments; or it is full for
// good, from the very first event on, until there is room.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/log/event_log.h"
#include "tests/unit/log/faulty_storage.h"

namespace vencer {
namespace {

using testing::FaultyStorage;

constexpr std::uint64_t kEvents = 40;
constexpr std::uint64_t kNotFull = 1'000'000;  // calls are never so many

std::vector<std::byte> event_bytes(std::uint64_t sequence) {
  return std::vector<std::byte>(20 + sequence * 13 % 70, static_cast<std::byte>(sequence));
}

EventLogOptions options() {
  EventLogOptions made;
  made.directory = "/events";
  made.partition = 3;
  made.identity_high = 11;
  made.identity_low = 22;
  made.segment_bytes = 700;
  return made;
}

void expect_all(const EventLog& log) {
  ASSERT_EQ(log.last_sequence(), kEvents);
  std::uint64_t at = 1;
  while (at <= kEvents) {
    const auto batch = log.read_from(at, 200);
    ASSERT_TRUE(batch.ok()) << batch.error().message;
    ASSERT_FALSE(batch->records.empty());
    for (const auto record : batch->records) {
      ASSERT_TRUE(std::ranges::equal(record, event_bytes(at))) << at;
      ++at;
    }
  }
}

// Whether the disk was full at this call.
bool append_all(EventLog& log, FaultyStorage& disk, std::uint64_t from, std::uint64_t full_at) {
  bool full = false;
  for (std::uint64_t sequence = 1; sequence <= kEvents; ++sequence) {
    const auto bytes = event_bytes(sequence);
    const EventBytes event{sequence, bytes};
    if (sequence == from) disk.fail_at(full_at, Errc::disk_full);
    const Status appended = log.append({&event, 1});
    if (!appended) {
      EXPECT_EQ(appended.error().code, Errc::disk_full) << appended.error().message;
      EXPECT_LT(log.last_sequence(), sequence);
      EXPECT_GT(log.unwritten_bytes(), 0u);
      full = true;
    } else {
      EXPECT_EQ(log.last_sequence(), sequence);
      EXPECT_EQ(log.unwritten_bytes(), 0u);
    }
  }
  disk.calm();
  EXPECT_TRUE(log.append({}).ok());
  return full;
}

void expect_all_after_power_loss(FaultyStorage& disk) {
  disk.lose_power();
  auto again = EventLog::open(disk, options());
  ASSERT_TRUE(again.ok()) << again.error().message;
  for (std::uint64_t sequence = 1; sequence <= kEvents; ++sequence) {
    const auto bytes = event_bytes(sequence);
    const Status same = (*again)->replay({sequence, bytes});
    ASSERT_TRUE(same.ok()) << same.error().message;
  }
  ASSERT_TRUE((*again)->finish_replay().ok());
  EXPECT_EQ((*again)->replay_compared(), kEvents);
  expect_all(**again);
}

TEST(EventFullDisk, AtEveryCallNothingIsLost) {
  int met = 0;
  for (const std::uint64_t from : {1u, 2u}) {
    for (std::uint64_t call = 0; call < 60; ++call) {
      SCOPED_TRACE(::testing::Message() << "event " << from << " call " << call);
      FaultyStorage disk(call);
      ASSERT_TRUE(disk.make_directory("/events").ok());
      ASSERT_TRUE(disk.sync_directory("").ok());  // of names without a second slash
      {
        auto log = EventLog::open(disk, options());
        ASSERT_TRUE(log.ok()) << log.error().message;
        ASSERT_TRUE((*log)->finish_replay().ok());
        met += append_all(**log, disk, from, call) ? 1 : 0;
        expect_all(**log);
        ASSERT_TRUE((*log)->sync().ok());
      }
      expect_all_after_power_loss(disk);
    }
  }
  EXPECT_GT(met, 60);
}

// No segment is there, and none can be made.
TEST(EventFullDisk, FromTheFirstEventOn) {
  FaultyStorage disk(1);
  ASSERT_TRUE(disk.make_directory("/events").ok());
  ASSERT_TRUE(disk.sync_directory("").ok());
  {
    auto log = EventLog::open(disk, options());
    ASSERT_TRUE(log.ok()) << log.error().message;
    ASSERT_TRUE((*log)->finish_replay().ok());
    disk.capacity(0);
    for (std::uint64_t sequence = 1; sequence <= kEvents; ++sequence) {
      const auto bytes = event_bytes(sequence);
      const EventBytes event{sequence, bytes};
      const Status appended = (*log)->append({&event, 1});
      ASSERT_FALSE(appended.ok());
      ASSERT_EQ(appended.error().code, Errc::disk_full) << appended.error().message;
      EXPECT_EQ((*log)->last_sequence(), 0u);
      EXPECT_GT((*log)->unwritten_bytes(), 0u);
      EXPECT_TRUE((*log)->read_from(1, 100)->records.empty());
    }
    EXPECT_TRUE((*log)->sync().ok());  // a stop: the replay makes them again
    disk.capacity(FaultyStorage::kNever);
    ASSERT_TRUE((*log)->append({}).ok());
    EXPECT_EQ((*log)->unwritten_bytes(), 0u);
    expect_all(**log);
    ASSERT_TRUE((*log)->sync().ok());
  }
  expect_all_after_power_loss(disk);
}

// Goal: what a start could not write again is not vouched for, and the start goes on. Method: a
// disk that, as one that copies on write, has no room for what lies there; at each segment in turn.
TEST(EventFullDisk, WhatCannotBeWrittenAgainIsNotVouchedFor) {
  std::uint64_t last_from = 0;
  for (std::uint64_t call = 0; call < 3; ++call) {
    SCOPED_TRACE(call);
    FaultyStorage disk(call);
    ASSERT_TRUE(disk.make_directory("/events").ok());
    ASSERT_TRUE(disk.sync_directory("").ok());
    const auto start = [&](std::unique_ptr<EventLog>* log, std::uint64_t full_at) {
      auto opened = EventLog::open(disk, options());
      ASSERT_TRUE(opened.ok()) << opened.error().message;
      *log = std::move(*opened);
      disk.fail_at(full_at, Errc::disk_full);
      for (std::uint64_t sequence = 1; sequence <= kEvents; ++sequence) {
        const auto bytes = event_bytes(sequence);
        const Status replayed = (*log)->replay({sequence, bytes});
        ASSERT_TRUE(replayed.ok()) << replayed.error().message;
      }
      ASSERT_TRUE((*log)->finish_replay().ok());
    };
    std::unique_ptr<EventLog> log;
    start(&log, kNotFull);
    log.reset();
    start(&log, call);
    const std::uint64_t from = log->unvouched_from();
    EXPECT_GT(from, last_from);
    last_from = from;
    EXPECT_EQ(log->replay_compared(), kEvents);
    expect_all(*log);
    for (const std::uint64_t sequence : {from, kEvents}) {
      const auto through = log->sync_through(sequence);
      ASSERT_FALSE(through.ok());
      EXPECT_EQ(through.error().code, Errc::disk_full);
    }
    EXPECT_TRUE(log->sync_through(from - 1).ok());
    const Status stopped = log->sync();  // no clean stop
    ASSERT_FALSE(stopped.ok());
    EXPECT_EQ(stopped.error().code, Errc::disk_full);
    EXPECT_FALSE(log->sync_failed());
    log.reset();
    start(&log, kNotFull);
    EXPECT_EQ(log->unvouched_from(), 0u);
    EXPECT_TRUE(log->sync_through(kEvents).ok());
    EXPECT_TRUE(log->sync().ok());
  }
}

}  // namespace
}  // namespace vencer
