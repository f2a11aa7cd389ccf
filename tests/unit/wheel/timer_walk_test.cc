// Goal: a walk shows what the wheel would hand over, in that order, whatever the wheel went
// through, and leaves it as it was. Method: random wheels against the list of pending timers,
// sorted.
#include "engine/core/timer_walk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace vencer {
namespace {

constexpr TimeMs kStart = 1'700'000'000'000;

std::vector<Timer> pending(const TimingWheel& wheel, Timer after) {
  std::vector<Timer> timers;
  wheel.for_each_pending([&](TimerId id, TimeMs deadline) {
    if (id >> kTimerIndexBits == 0 && Timer{deadline, id} > after) timers.push_back({deadline, id});
  });
  std::sort(timers.begin(), timers.end());
  return timers;
}

std::vector<Timer> walked(const TimingWheel& wheel, Timer after, std::size_t most) {
  std::vector<Timer> timers;
  TimerWalk walk(wheel, after, most);
  while (const auto timer = walk.next()) timers.push_back(*timer);
  return timers;
}

TimeMs some_deadline(std::mt19937_64& random, TimeMs now) {
  static constexpr TimeMs kSpans[] = {3, 2'000, 100'000, 4'000'000, 90'000'000, 400'000'000'000};
  return now - 5 + static_cast<TimeMs>(random() % static_cast<std::uint64_t>(kSpans[random() % 6]));
}

TEST(TimerWalk, shows_what_is_pending_in_order) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    std::mt19937_64 random(seed);
    TimingWheel wheel(kStart);
    TimeMs now = kStart;
    const std::uint64_t ids = 1 + random() % 3000;
    for (int i = 0; i < 6000; ++i) {
      const auto id = static_cast<TimerId>(random() % ids);
      switch (random() % 8) {
        case 0:
          wheel.cancel(id);
          break;
        case 1:
          now += static_cast<TimeMs>(random() % 200'000);
          for (std::uint64_t n = random() % 5; n > 0 && wheel.pop_due(now); --n) {
          }
          break;
        case 2:
          wheel.schedule(timer_id(TimerKind::detector, id), some_deadline(random, now));
          break;
        default:
          wheel.schedule(id, some_deadline(random, now));
      }
      if (i % 500 != 0) continue;
      Timer after{INT64_MIN, 0};
      std::vector<Timer> expected = pending(wheel, after);
      if (!expected.empty() && random() % 2 == 0) {
        after = expected[random() % expected.size()];
        expected = pending(wheel, after);
      }
      const std::size_t most = 1 + random() % (random() % 2 == 0 ? 20 : 5000);
      if (expected.size() > most) expected.resize(most);
      ASSERT_EQ(walked(wheel, after, most), expected) << "seed " << seed << ", at " << i;
      wheel.verify();
    }
  }
}

TEST(TimerWalk, keeps_no_more_of_a_full_slot_than_it_may_hand_over) {
  TimingWheel wheel(kStart);
  constexpr std::uint32_t kTimers = 100'000;  // within an hour, a week ahead: one or two slots
  std::mt19937_64 random(7);
  for (TimerId id = 0; id < kTimers; ++id) {
    wheel.schedule(id, kStart + 600'000'000 + static_cast<TimeMs>(random() % 3'600'000));
  }
  std::vector<Timer> expected = pending(wheel, {INT64_MIN, 0});
  Timer after{INT64_MIN, 0};
  for (std::size_t at = 0; at < expected.size(); at += 10'000) {  // page by page
    const std::vector<Timer> page = walked(wheel, after, 10'000);
    ASSERT_TRUE(
        std::equal(page.begin(), page.end(), expected.begin() + static_cast<std::ptrdiff_t>(at)));
    ASSERT_EQ(page.size(), 10'000u);
    after = page.back();
  }
  EXPECT_TRUE(walked(wheel, after, 1).empty());
}

}  // namespace
}  // namespace vencer
