// How long a ticket closed by a step is kept counted from when the step was worked off, so that its
// key was free sooner or later by the size of the slices.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

TEST(LeavesAfterItsClosing, keep_closed_counts_from_the_closing_however_late_it_is_worked_off) {
  LadderStepSpec step = after_due("+2h", 2 * kHourMs);
  step.set_status = kClosed;
  TenantSpec spec = with_steps({step});
  spec.keep_closed_ms = 10 * kHourMs;
  Desk desk(spec);
  desk.create(kT0, 1);
  desk.advance(kT0 + 12 * kHourMs);  // closed as of 6 h + 1 ms
  EXPECT_EQ(desk.ticket(1).clocks.size(), 2u);
  desk.advance(kT0 + 16 * kHourMs + 1);
  EXPECT_EQ(desk.ticket(1).clocks.size(), 0u);  // stripped
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
