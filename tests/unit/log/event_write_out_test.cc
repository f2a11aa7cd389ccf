// Events go to the disk as they come, by EventLog::write_out(): each page once, a megabyte at a
// time.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/log/event_log.h"
#include "tests/unit/log/faulty_storage.h"

namespace vencer::testing {
namespace {

constexpr std::uint64_t kPage = 4096, kMegabyte = 1 << 20;

class EventWriteOutTest : public ::testing::Test {
 protected:
  EventWriteOutTest() {
    EXPECT_TRUE(disk_.make_directory("/d").ok());
    options_.directory = "/d/events";
    options_.segment_bytes = 3 * kMegabyte;
    auto log = EventLog::open(disk_, options_);
    EXPECT_TRUE(log.ok());
    log_ = std::move(*log);
    EXPECT_TRUE(log_->finish_replay().ok());
  }
  // So many events of 1,000 bytes.
  void append(std::uint64_t count) {
    const std::vector<std::byte> bytes(1000, std::byte{7});
    std::vector<EventBytes> events;
    for (std::uint64_t i = 0; i < count; ++i) events.push_back({++last_, bytes});
    ASSERT_TRUE(log_->append(events).ok());
  }
  int write_out() {  // until there is nothing to do
    int steps = 1;
    while (log_->write_out()) ++steps;
    return steps;
  }
  std::string only_segment() const { return segments().back(); }
  std::vector<std::string> segments() const {
    std::vector<std::string> paths;
    for (const std::string& path : disk_.paths()) {
      if (path.ends_with(".seg")) paths.push_back(path);
    }
    return paths;
  }
  // Without a gap and without a byte twice; up to where.
  std::uint64_t written_out(const std::string& path) const {
    std::uint64_t end = 0;
    for (const auto& each : disk_.written_out(path)) {
      EXPECT_EQ(each.offset, end) << path;
      EXPECT_GT(each.bytes, 0u) << path;
      EXPECT_LE(each.bytes, kMegabyte) << path;
      end = each.offset + each.bytes;
    }
    return end;
  }
  std::uint64_t size(const std::string& path) { return disk_.bytes(path)->size(); }

  FaultyStorage disk_{1};
  EventLogOptions options_;
  std::unique_ptr<EventLog> log_;
  std::uint64_t last_ = 0;
};

TEST_F(EventWriteOutTest, WholePagesOfTheNewestSegmentOnce) {
  append(2);
  EXPECT_EQ(write_out(), 1);
  EXPECT_EQ(written_out(only_segment()), 0u);  // less than a page
  append(10);
  EXPECT_EQ(write_out(), 1);
  EXPECT_EQ(written_out(only_segment()), size(only_segment()) / kPage * kPage);
  EXPECT_EQ(write_out(), 1);
  EXPECT_EQ(disk_.written_out(only_segment()).size(), 1u);
  append(2500);
  EXPECT_EQ(write_out(), 3);  // a megabyte each
  EXPECT_EQ(written_out(only_segment()), size(only_segment()) / kPage * kPage);
}

TEST_F(EventWriteOutTest, AllOfASegmentBeforeTheNextOne) {
  append(2000);
  EXPECT_TRUE(log_->write_out());
  append(5000);
  ASSERT_EQ(segments().size(), 3u);
  write_out();
  EXPECT_EQ(written_out(segments()[0]), size(segments()[0]));
  EXPECT_EQ(written_out(segments()[1]), size(segments()[1]));
  EXPECT_EQ(written_out(segments()[2]), size(segments()[2]) / kPage * kPage);
}

// A segment that retention takes goes while others are written.
TEST_F(EventWriteOutTest, KeepsOutOfTheWayOfRetention) {
  log_.reset();
  options_.retention_bytes = 7 * kMegabyte;
  auto log = EventLog::open(disk_, options_);
  ASSERT_TRUE(log.ok());
  log_ = std::move(*log);
  ASSERT_TRUE(log_->finish_replay().ok());
  append(2000);
  EXPECT_TRUE(log_->write_out());
  append(14'000);  // that one and two more are gone
  EXPECT_GT(log_->first_sequence(), 2000u);
  while (log_->write_out() || *log_->tidy()) {
  }
  ASSERT_EQ(segments().size(), 3u);
  EXPECT_EQ(written_out(segments()[0]), size(segments()[0]));
  EXPECT_EQ(written_out(segments()[1]), size(segments()[1]));
  EXPECT_EQ(written_out(segments()[2]), size(segments()[2]) / kPage * kPage);
  for (const std::string& path : disk_.paths()) EXPECT_FALSE(path.ends_with(".gone")) << path;
}

// A start that follows a crash writes again what lies behind its snapshot: of several segments.
TEST_F(EventWriteOutTest, WhatAReplayWroteToo) {
  append(10'000);
  log_.reset();
  auto log = EventLog::open(disk_, options_);
  ASSERT_TRUE(log.ok());
  log_ = std::move(*log);
  ASSERT_EQ(segments().size(), 4u);
  ASSERT_TRUE(log_->begin_replay(5'000, 0, MissingEvents::refuse).ok());
  const std::vector<std::byte> bytes(1000, std::byte{7});
  for (std::uint64_t s = 5'001; s <= last_; ++s) ASSERT_TRUE(log_->replay({s, bytes}).ok());
  ASSERT_TRUE(log_->finish_replay().ok());
  write_out();
  EXPECT_EQ(written_out(segments()[0]), 0u);
  EXPECT_EQ(written_out(segments()[1]), size(segments()[1]));
  EXPECT_EQ(written_out(segments()[2]), size(segments()[2]));
  EXPECT_EQ(written_out(segments()[3]), size(segments()[3]) / kPage * kPage);
}

}  // namespace
}  // namespace vencer::testing
