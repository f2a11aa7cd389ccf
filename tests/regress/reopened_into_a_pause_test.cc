// A reopen into a status in which the clock pauses: for no time it ran, past a date that had come
// in the pause, and that date stood: a paused clock breached.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

TEST(ReopenedIntoAPause, a_date_that_no_run_came_to_stands_nowhere) {
  TenantSpec spec = with_steps({});
  TargetSpec day{kResolution, 0, 0, kNoId16};
  day.kind = TargetKind::business_days;
  day.days = 1;
  spec.rules[0].targets = {day};
  spec.events_on = 0;
  Desk desk(spec);
  desk.create(kT0, 1);  // Monday: due as Tuesday ends
  Command extend = command_of(CommandKind::extend, 1);
  extend.clock = kResolution;
  extend.by_ms = 2 * kHourMs;
  desk.command(kT0, extend);
  EXPECT_EQ(desk.clock(1, kResolution).due, kT0 + 37 * kHourMs);
  desk.status(kT0 + 36 * kHourMs, 1, kPending);
  desk.status(kT0 + 60 * kHourMs, 1, kResolved);
  desk.told();
  // Friday noon: two days have closed, so the date would be Friday at two.
  desk.status(kT0 + 96 * kHourMs, 1, kPending);
  EXPECT_EQ(desk.told(), "reopened");
  const ClockView clock = desk.clock(1, kResolution);
  EXPECT_EQ(clock.phase, ClockPhase::paused);
  EXPECT_EQ(clock.due, kNever);
  EXPECT_FALSE(clock.breached);
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
