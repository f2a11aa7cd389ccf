// A clock that resumes past its date breaches at once. Paused again at that same instant, it ran
// for no time, and the next evaluation of its date no longer saw that a run had come to it: any new
// document cleared the breach.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

TEST(PausedAsItResumed, a_breach_of_a_run_of_no_time_outlives_a_document_that_changes_nothing) {
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
  desk.status(kT0 + 36 * kHourMs, 1, kPending);
  desk.told();
  // Friday noon: two days have closed, so it was due on Friday at two.
  desk.status(kT0 + 96 * kHourMs, 1, kOpen);
  EXPECT_EQ(desk.told(), "breached");
  desk.status(kT0 + 96 * kHourMs, 1, kPending);
  EXPECT_EQ(desk.clock(1, kResolution).due, kT0 + 85 * kHourMs);
  ++spec.version;
  EXPECT_EQ(desk.put(kT0 + 97 * kHourMs, spec).code, Errc::ok);
  background(desk, kT0 + 97 * kHourMs);
  EXPECT_EQ(desk.told(), "config_applied");
  EXPECT_TRUE(desk.clock(1, kResolution).breached);
  EXPECT_EQ(desk.clock(1, kResolution).due, kT0 + 85 * kHourMs);
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
