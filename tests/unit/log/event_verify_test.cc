// Goal: of damaged event segments exactly what cannot be read is named, and all else is read; and
// segments copied into another epoch hold the same events. Method: segments of a few events; each
// byte of one changed in turn, files cut, swapped, taken away.
#include "engine/log/event_verify.h"

#include <gtest/gtest.h>

#include <cstring>

#include "engine/log/event_copy.h"
#include "engine/log/event_log.h"
#include "tests/unit/log/faulty_storage.h"

namespace vencer {
namespace {

using testing::FaultyStorage;

constexpr std::uint64_t kEvents = 30;

std::vector<std::byte> event_bytes(std::uint64_t sequence) {
  std::vector<std::byte> bytes(9 + sequence * 37 % 60);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::byte>(sequence * 31 + i * 7 + 1);
  }
  return bytes;
}

class EventVerify : public ::testing::Test {
 protected:
  EventVerify() {
    EventLogOptions options;
    options.directory = "/e";
    options.segment_bytes = 600;
    options.epoch = 3;
    options.identity_high = 5;
    auto log = EventLog::open(disk_, options);
    EXPECT_TRUE(log.ok());
    EXPECT_TRUE((*log)->finish_replay().ok());
    for (std::uint64_t s = 1; s <= kEvents; ++s) {
      const auto bytes = event_bytes(s);
      const EventBytes event{s, bytes};
      EXPECT_TRUE((*log)->append({&event, 1}).ok());
    }
    EXPECT_TRUE((*log)->sync().ok());
    segments_ = *disk_.list("/e");
    EXPECT_GE(segments_.size(), 3u);
  }
  // Reads all; what was seen is in seen_, each as it should be.
  EventsReport examine(FaultyStorage& disk, std::uint64_t from = 1, std::uint64_t to = UINT64_MAX) {
    seen_.clear();
    const auto report = examine_events(
        disk, "/e", from, to, [&](const EventPlace& place, std::span<const std::byte> bytes) {
          EXPECT_TRUE(std::ranges::equal(bytes, event_bytes(place.sequence))) << place.sequence;
          EXPECT_TRUE(seen_.empty() || seen_.back() < place.sequence);
          seen_.push_back(place.sequence);
          return true;
        });
    EXPECT_TRUE(report.ok()) << (report ? "" : report.error().message);
    return report ? *report : EventsReport();
  }

  FaultyStorage disk_{1};
  std::vector<std::string> segments_;
  std::vector<std::uint64_t> seen_;
};

TEST_F(EventVerify, AllOfItOrARange) {
  EventsReport report = examine(disk_);
  EXPECT_TRUE(report.good());
  EXPECT_EQ(seen_.size(), kEvents);
  EXPECT_EQ(report.last, kEvents);
  EXPECT_EQ(report.header.epoch, 3u);
  EXPECT_EQ(report.torn_bytes, 0u);
  examine(disk_, 7, 19);
  EXPECT_EQ(seen_.front(), 7u);
  EXPECT_EQ(seen_.back(), 19u);
  EXPECT_EQ(seen_.size(), 13u);
}

// In the first segment, which others follow: one event is lost at most, and named.
TEST_F(EventVerify, EveryByteOfASegmentChanged) {
  const std::string path = "/e/" + segments_[0];
  const std::size_t size = disk_.bytes(path)->size();
  for (std::size_t at = 64; at < size; ++at) {
    auto disk = disk_.copy();
    disk->flip(path, at, at % 8);
    const EventsReport report = examine(*disk);
    if (report.good()) {  // padding behind an event is nobody's
      EXPECT_EQ(seen_.size(), kEvents) << at;
      continue;
    }
    ASSERT_EQ(report.damages.size(), 1u) << at;
    const EventDamage& damage = report.damages[0];
    EXPECT_EQ(damage.path, path);
    EXPECT_EQ(damage.from, damage.to) << at;
    EXPECT_LE(damage.offset, at);
    EXPECT_EQ(seen_.size(), kEvents - 1) << at;
  }
  // Its header: none of it can be trusted.
  auto disk = disk_.copy();
  disk->flip(path, 33, 1);
  const EventsReport report = examine(*disk);
  ASSERT_EQ(report.damages.size(), 1u);
  EXPECT_EQ(report.damages[0].offset, 0u);
  EXPECT_EQ(report.damages[0].from, 1u);
  EXPECT_EQ(report.damages[0].to + 1, seen_.front());
}

TEST_F(EventVerify, ATornEndIsNoDamage) {
  const std::string path = "/e/" + segments_.back();
  auto disk = disk_.copy();
  disk->bytes(path)->resize(disk->bytes(path)->size() - 3);
  const EventsReport report = examine(*disk);
  EXPECT_TRUE(report.good());
  EXPECT_EQ(report.last, kEvents - 1);
  EXPECT_GT(report.torn_bytes, 0u);
}

TEST_F(EventVerify, AMissingSegmentIsAGap) {
  auto disk = disk_.copy();
  ASSERT_TRUE(disk->remove("/e/" + segments_[1]).ok());
  const EventsReport report = examine(*disk);
  ASSERT_EQ(report.damages.size(), 1u);
  EXPECT_EQ(seen_.size() + report.damages[0].to - report.damages[0].from + 1, kEvents);
  // The oldest may be gone: that is retention.
  disk = disk_.copy();
  ASSERT_TRUE(disk->remove("/e/" + segments_[0]).ok());
  EXPECT_TRUE(examine(*disk).good());
}

TEST_F(EventVerify, ACopyInAnotherEpochIsALogOfThatEpoch) {
  FaultyStorage target(2);
  ASSERT_TRUE(target.make_directory("/t").ok());
  ASSERT_TRUE(target.sync_directory("").ok());
  const auto copied = copy_events(disk_, "/e", target, "/t", 9);
  ASSERT_TRUE(copied.ok()) << copied.error().message;
  EXPECT_EQ(copied->first, 1u);
  EXPECT_EQ(copied->last, kEvents);
  EXPECT_EQ(*target.list("/t"), segments_);
  target.lose_power();  // all of it is synced
  EventLogOptions options;
  options.directory = "/t";
  options.epoch = 9;
  options.identity_high = 5;
  auto log = EventLog::open(target, options);
  ASSERT_TRUE(log.ok()) << log.error().message;
  for (std::uint64_t s = 1; s <= kEvents; ++s) {
    const auto bytes = event_bytes(s);
    ASSERT_TRUE((*log)->replay({s, bytes}).ok());
  }
  ASSERT_TRUE((*log)->finish_replay().ok());
  EXPECT_EQ((*log)->replay_compared(), kEvents);

  disk_.flip("/e/" + segments_[0], 70, 1);
  FaultyStorage other(3);
  ASSERT_TRUE(other.make_directory("/t").ok());
  const auto refused = copy_events(disk_, "/e", other, "/t", 9);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find(segments_[0]), std::string::npos);
  EXPECT_TRUE(other.list("/t")->empty());
}

}  // namespace
}  // namespace vencer
