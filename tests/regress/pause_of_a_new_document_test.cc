// A document that paused a clock, then late news from before it: the clock resumed before it had
// paused, and the time between was counted twice.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

TEST(PauseOfANewDocument, late_news_from_before_it_is_taken_as_of_its_commit) {
  Desk desk(with_steps({}));
  desk.create(kT0, 1);
  desk.status(kT0 + kMinuteMs, 1, kOpen);
  TenantSpec next = with_steps({});
  next.version = 2;
  next.clocks[kResolution].pause_while.statuses |= 1u << kOpen;
  desk.put(kT0 + 2 * kHourMs, next);
  background(desk, kT0 + 2 * kHourMs);
  EXPECT_EQ(desk.clock(1, kResolution).phase, ClockPhase::paused);
  EXPECT_TRUE(late_status(desk, kT0 + 3 * kHourMs, 1, kNew, kT0 + kHourMs).clamped);
  const ClockView clock = desk.clock(1, kResolution);
  ASSERT_EQ(clock.intervals.size(), 2u);
  EXPECT_LE(clock.intervals[0].to, clock.intervals[1].from);
  EXPECT_EQ(clock.elapsed_ms, 3 * kHourMs);
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
