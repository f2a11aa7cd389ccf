#include "engine/core/timing_wheel.h"

#include <algorithm>
#include <vector>

#include "tests/unit/wheel/twin.h"

namespace vencer {
namespace {

constexpr TimeMs kNow = 1'700'000'000'000;
using limits::kDay;

TEST(TimingWheel, EmptyHasNothing) {
  TimingWheel wheel(kNow);
  EXPECT_EQ(wheel.size(), 0u);
  EXPECT_EQ(wheel.next_deadline(), kNever);
  EXPECT_EQ(wheel.deadline(3), kNever);
  EXPECT_EQ(wheel.pop_due(kNow + 100 * 365 * kDay), std::nullopt);
  wheel.cancel(3);
  wheel.verify();
}

TEST(TimingWheel, HandsOverAtItsInstantNotBefore) {
  Twin twin(kNow);
  twin.schedule(5, kNow + 10);
  EXPECT_EQ(twin.wheel().next_deadline(), kNow + 10);
  EXPECT_FALSE(twin.pop(kNow + 9));
  EXPECT_EQ(twin.pop(kNow + 10), (Timer{kNow + 10, 5}));
  EXPECT_FALSE(twin.pop(kNow + 10));
}

TEST(TimingWheel, ThePresentIsDueAtConstruction) {
  Twin twin(kNow);
  twin.schedule(1, kNow);
  twin.schedule(2, kNow - 1);
  EXPECT_EQ(twin.wheel().next_deadline(), kNow - 1);
  EXPECT_EQ(twin.drain(kNow), 2u);
}

TEST(TimingWheel, KindGoesBeforeIndexAtOneInstant) {
  Twin twin(kNow);
  std::vector<TimerId> ids;
  for (const auto kind : {TimerKind::digest, TimerKind::detector, TimerKind::ticket,
                          TimerKind::calendar_event, TimerKind::customer}) {
    for (const std::uint32_t index : {70'000u, 2u}) twin.schedule(timer_id(kind, index), kNow + 5);
  }
  while (const auto timer = twin.pop(kNow + 9)) ids.push_back(timer->id);
  ASSERT_EQ(ids.size(), 10u);
  EXPECT_EQ(ids.front(), timer_id(TimerKind::ticket, 2));
  EXPECT_EQ(ids[1], timer_id(TimerKind::ticket, 70'000));
  EXPECT_EQ(ids.back(), timer_id(TimerKind::digest, 70'000));
}

TEST(TimingWheel, ScheduleReplaces) {
  Twin twin(kNow);
  twin.schedule(1, kNow + 100);
  twin.schedule(1, kNow + 50);   // earlier
  twin.schedule(1, kNow + 70);   // later
  twin.schedule(1, kNow + 100);  // where a stale entry lies
  twin.wheel().verify();
  EXPECT_EQ(twin.drain(kNow + 99), 0u);
  EXPECT_EQ(twin.drain(kNow + 1000), 1u);
  twin.schedule(1, kNow + 2000);
  twin.schedule(1, kNever);
  EXPECT_EQ(twin.drain(kNow + 3000), 0u);
}

TEST(TimingWheel, AMoveToLaterNeedsNoEntry) {
  TimingWheel wheel(kNow);
  for (TimeMs d = 1; d <= 1000; ++d) wheel.schedule(1, kNow + d * 1000);
  wheel.schedule(1, kNow + 1'000'000);  // nor does no move at all
  EXPECT_EQ(wheel.stale(), 0u);
  EXPECT_EQ(wheel.pop_due(kNow + 999'999), std::nullopt);
  EXPECT_EQ(wheel.next_deadline(), kNow + 1'000'000);
  EXPECT_EQ(wheel.pop_due(kNow + 1'000'000), (Timer{kNow + 1'000'000, 1}));
}

// Edges of slots and levels, to the millisecond, from hands that stand anywhere in a slot.
TEST(TimingWheel, EdgesOfLevels) {
  for (const TimeMs hand : {TimeMs{0}, TimeMs{2047}, TimeMs{2048}, (TimeMs{1} << 22) - 1,
                            (TimeMs{1} << 33) - 1, (TimeMs{1} << 33) + 5, kNow}) {
    Twin twin(hand);
    TimerId id = 0;
    for (int bits = 0; bits <= 45; ++bits) {
      for (const TimeMs off : {-2, -1, 0, 1, 2})
        twin.schedule(id++, hand + (TimeMs{1} << bits) + off);
    }
    twin.wheel().verify();
    const std::size_t all = twin.size();
    std::size_t fired = 0;
    while (twin.size() > 0 && !testing::Test::HasFailure()) {
      fired += twin.drain(std::max(twin.now(), twin.pending().begin()->first - 1));
      if (twin.size() > 0) fired += twin.drain(twin.pending().begin()->first);
      twin.wheel().verify();
    }
    EXPECT_EQ(fired, all);
  }
}

// Deadlines further than the top level reaches (557 years) wait, and are not early.
TEST(TimingWheel, BeyondTheTopLevel) {
  Twin twin(kNow);
  const TimeMs far = (TimeMs{1} << 46) - 1;
  twin.schedule(1, far);
  twin.schedule(2, far - 1);
  twin.schedule(3, kNow + (TimeMs{1} << 44));
  twin.schedule(4, -far);
  EXPECT_EQ(twin.drain(kNow), 1u);
  for (TimeMs now = kNow; twin.size() > 0; now = twin.wheel().next_deadline()) twin.drain(now);
  EXPECT_EQ(twin.now(), far);
}

// A shard that sleeps until next_deadline() and finds nothing stale wakes once per instant.
TEST(TimingWheel, WakesForWorkOnly) {
  TimingWheel wheel(kNow);
  for (std::uint32_t id = 0; id < 1000; ++id) {
    wheel.schedule(id, kNow + 1 + TimeMs{id} * id * 15'000'000);  // up to 475 years
  }
  std::size_t wakes = 0;
  std::size_t fired = 0;
  for (TimeMs at = wheel.next_deadline(); at != kNever; at = wheel.next_deadline()) {
    ++wakes;
    while (const auto timer = wheel.pop_due(at)) {
      ++fired;
      EXPECT_EQ(timer->deadline, at);
    }
  }
  EXPECT_EQ(fired, 1000u);
  EXPECT_EQ(wakes, 1000u);
}

TEST(TimingWheel, HasDueMovesNothingThatShows) {
  TimingWheel wheel(kNow);
  wheel.schedule(1, kNow + 10);
  wheel.schedule(2, kNow + 20);
  EXPECT_FALSE(wheel.has_due(kNow + 9));
  EXPECT_TRUE(wheel.has_due(kNow + 15));
  wheel.schedule(3, kNow + 3);
  EXPECT_EQ(wheel.next_deadline(), kNow + 3);
  EXPECT_EQ(wheel.pop_due(kNow + 15), (Timer{kNow + 3, 3}));
  wheel.cancel(1);
  EXPECT_FALSE(wheel.has_due(kNow + 15));
  EXPECT_EQ(wheel.next_deadline(), kNow + 20);
  wheel.verify();
}

TEST(TimingWheel, ForEachPendingGoesById) {
  TimingWheel wheel(kNow);
  const std::vector<TimerId> ids = {3, 17'000, 99'999, timer_id(TimerKind::customer, 1),
                                    timer_id(TimerKind::digest, 20'000)};
  for (std::size_t i = ids.size(); i-- > 0;) wheel.schedule(ids[i], kNow + TimeMs{ids[i]} % 7);
  wheel.schedule(4, kNow + 1);
  wheel.cancel(4);
  std::vector<TimerId> seen;
  wheel.for_each_pending([&](TimerId id, TimeMs deadline) {
    EXPECT_EQ(deadline, kNow + TimeMs{id} % 7);
    seen.push_back(id);
  });
  EXPECT_EQ(seen, ids);
}

TEST(TimingWheelDeathTest, TimeMustNotGoBack) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  TimingWheel wheel(kNow);
  wheel.pop_due(kNow + 1);
  EXPECT_DEATH(wheel.pop_due(kNow), "assertion failed");
}

// Words that lie in what the timers stand for, and stay when that is used again.
TEST(TimingWheel, KeepsItsWordsInBorrowedMemory) {
  struct Record {
    std::uint64_t timer = 0;
    std::uint64_t other[3] = {~0ull, ~0ull, ~0ull};
  };
  std::vector<Record> records(std::size_t{1} << TimerWords::kSegmentBits);
  std::byte* segments[] = {nullptr, reinterpret_cast<std::byte*>(records.data())};
  TimingWheel wheel(kNow);
  wheel.borrow_ticket_words({segments, 2, 5});
  const TimerId first = timer_id(TimerKind::ticket, 1u << TimerWords::kSegmentBits);

  EXPECT_EQ(wheel.deadline(timer_id(TimerKind::ticket, 3)), kNever);  // nothing lent there yet
  for (TimerId i = 0; i < 100; ++i) wheel.schedule(first + i, kNow + 100 - i);
  wheel.schedule(first + 7, kNow + 1);  // leaves an entry of the generation before
  wheel.schedule(timer_id(TimerKind::digest, 0), kNow + 50);
  wheel.verify();
  EXPECT_EQ(wheel.size(), 101u);
  EXPECT_NE(records[7].timer, 0u);

  EXPECT_EQ(wheel.pop_due(kNow + 2)->id, first + 7);
  EXPECT_EQ(wheel.pop_due(kNow + 2)->id, first + 99);
  wheel.cancel(first + 98);
  int fired = 0;
  while (wheel.pop_due(kNow + 100)) ++fired;
  EXPECT_EQ(fired, 98);
  for (const Record& record : records) ASSERT_EQ(record.other[0], ~0ull);
}

}  // namespace
}  // namespace vencer
