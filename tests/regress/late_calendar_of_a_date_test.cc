// Late news that changes the calendar of a clock that keeps what it counted, and whose target is a
// date: it was tried as if its cycle had begun at the change, so a breach that held was retracted.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

TEST(LateCalendarOfADate, a_breach_that_holds_in_the_other_calendar_too_is_not_retracted) {
  TenantSpec spec = with_steps({});
  spec.calendars.push_back(spec.calendars[0]);
  spec.calendars[1].name = "guardia";
  spec.clocks[kResolution].on_change = OnChange::keep;
  TargetSpec day{kResolution, 0, 0, kNoId16};
  day.kind = TargetKind::business_days;
  day.days = 1;
  spec.rules[0].targets = {day};
  day.calendar = 1;
  spec.rules[1].targets = {day};
  spec.events_on = 0;
  Desk desk(spec);
  desk.create(kT0, 1);  // Monday: due as Tuesday ends
  desk.advance(kT0 + 40 * kHourMs);
  desk.told();
  late_priority(desk, kT0 + 40 * kHourMs, 1, 2, kT0 + 30 * kHourMs);  // Tuesday evening
  EXPECT_EQ(desk.told(), "");
  EXPECT_TRUE(desk.clock(1, kResolution).breached);
  EXPECT_EQ(desk.clock(1, kResolution).due, kT0 + 35 * kHourMs);
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
