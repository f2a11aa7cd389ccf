// A clock that runs in one status only, stopped by the resolution, went on after a reopen into
// another status, in which it may not run at all, and nothing stopped it any more.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

TEST(ReopenOutsideRunWhile, a_clock_goes_on_only_where_it_may_run) {
  TenantSpec spec = with_steps({});
  spec.clocks[kResolution].start = {};
  spec.clocks[kResolution].stop = {};
  spec.clocks[kResolution].pause_while.statuses = 0;
  spec.clocks[kResolution].run_while.statuses = 1u << kOpen;
  Desk desk(spec);
  desk.create(kT0, 1);
  desk.status(kT0 + kMinuteMs, 1, kOpen);
  desk.status(kT0 + 2 * kMinuteMs, 1, kResolved);
  EXPECT_EQ(desk.clock(1, kResolution).phase, ClockPhase::met);
  desk.status(kT0 + 3 * kMinuteMs, 1, kPending);
  EXPECT_EQ(desk.clock(1, kResolution).phase, ClockPhase::met);
  desk.expect_replay();
}

TEST(ReopenOutsideRunWhile, into_its_own_status_it_continues) {
  TenantSpec spec = with_steps({});
  spec.clocks[kResolution].start = {};
  spec.clocks[kResolution].stop = {};
  spec.clocks[kResolution].run_while.statuses = 1u << kOpen;
  Desk desk(spec);
  desk.create(kT0, 1);
  desk.status(kT0 + kMinuteMs, 1, kOpen);
  desk.status(kT0 + 2 * kMinuteMs, 1, kResolved);
  desk.status(kT0 + 3 * kMinuteMs, 1, kOpen);
  EXPECT_EQ(desk.clock(1, kResolution).phase, ClockPhase::running);
  EXPECT_EQ(desk.clock(1, kResolution).cycle, 1);
}

}  // namespace
}  // namespace vencer::test
