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

#include "tests/unit/log/event_log_desk.h"

namespace vencer::testing {
namespace {

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
}  // namespace vencer::testing
