// A ticket that a step of the old document closed while it was brought to the new one kept its old
// timer, which stripped it at once instead of after keep_closed.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

TEST(ClosedUnderTheOldDocument, it_stays_for_keep_closed) {
  LadderStepSpec step = after_due("+2h", 2 * kHourMs);
  step.set_status = kClosed;
  Desk desk(with_steps({step}));
  desk.create(kT0, 1);
  TenantSpec next = with_steps({step});
  next.version = 2;
  desk.put(kT0 + 7 * kHourMs, next);  // the step fell due an hour ago and waits
  background(desk, kT0 + 7 * kHourMs);
  desk.advance(kT0 + 7 * kHourMs);
  EXPECT_TRUE(desk.ticket(1).closed_for_good);
  EXPECT_EQ(desk.ticket(1).clocks.size(), 2u);  // not stripped
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
