// A ticket that went from one resolved status to another forgot which clocks the first had stopped:
// a reopen did not continue them. And a clock that the resolution cancelled came back with it.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

constexpr StatusId kVerified = 6;

TEST(FromResolvedToResolved, a_reopen_continues_what_the_stay_in_resolved_stopped) {
  TenantSpec spec = with_steps({});
  spec.statuses.push_back({"Verificado", StatusCategory::resolved, false});
  Desk desk(spec);
  desk.create(kT0, 1);
  desk.status(kT0 + kHourMs, 1, kResolved);
  desk.status(kT0 + 2 * kHourMs, 1, kVerified);
  desk.status(kT0 + 3 * kHourMs, 1, kOpen);
  const ClockView clock = desk.clock(1, kResolution);
  EXPECT_EQ(clock.phase, ClockPhase::running);
  EXPECT_EQ(clock.due, kT0 + 6 * kHourMs);  // 1 of 4 h used, two hours resolved
  desk.expect_replay();
}

TEST(FromResolvedToResolved, what_the_resolution_cancelled_stays_cancelled) {
  TenantSpec spec = with_steps({});
  spec.clocks[kResolution].stop = {};
  spec.clocks[kResolution].cancel.statuses = 1u << kResolved;
  Desk desk(spec);
  desk.create(kT0, 1);
  desk.status(kT0 + kHourMs, 1, kResolved);
  desk.status(kT0 + 2 * kHourMs, 1, kOpen);
  EXPECT_EQ(desk.clock(1, kResolution).phase, ClockPhase::cancelled);
}

}  // namespace
}  // namespace vencer::test
