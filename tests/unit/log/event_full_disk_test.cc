// Goal: a full disk takes no event away: what did not fit is kept, written when there is room, and
// read back as if nothing had been. Method: the disk says once that it is full, at each of its
// calls in turn, while events are appended one by one over several segments.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/log/event_log.h"
#include "tests/unit/log/faulty_storage.h"

namespace vencer {
namespace {

using testing::FaultyStorage;

constexpr std::uint64_t kEvents = 40;

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
bool append_all(EventLog& log, FaultyStorage& disk, std::uint64_t full_at) {
  bool full = false;
  for (std::uint64_t sequence = 1; sequence <= kEvents; ++sequence) {
    const auto bytes = event_bytes(sequence);
    const EventBytes event{sequence, bytes};
    if (sequence == 2) disk.fail_at(full_at, Errc::disk_full);  // a first segment is there
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

TEST(EventFullDisk, AtEveryCallNothingIsLost) {
  int met = 0;
  for (std::uint64_t call = 0; call < 60; ++call) {
    SCOPED_TRACE(call);
    FaultyStorage disk(call);
    ASSERT_TRUE(disk.make_directory("/events").ok());
    ASSERT_TRUE(disk.sync_directory("").ok());  // of names without a second slash
    {
      auto log = EventLog::open(disk, options());
      ASSERT_TRUE(log.ok()) << log.error().message;
      ASSERT_TRUE((*log)->finish_replay().ok());
      met += append_all(**log, disk, call) ? 1 : 0;
      expect_all(**log);
      ASSERT_TRUE((*log)->sync().ok());
    }
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
  EXPECT_GT(met, 30);
}

}  // namespace
}  // namespace vencer
