// One change that brings a shorter target, used up already, and a pause: the pause took the due
// away before the breach was announced.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

TEST(BreachLostInAPause, a_due_that_has_passed_stands_through_the_pause) {
  LadderStepSpec step = percent("75%", 75'000);  // of 8 h: at 6 h, when 4 h are long used up
  step.set_attributes = {{kPriority, 1}};
  step.set_status = kPending;
  Desk desk(with_steps({step}));
  desk.create(kT0, 1, 2);
  desk.activity(kT0 + kMinuteMs, 1, BuiltinActivity::agent_reply);
  desk.advance(kT0 + 6 * kHourMs - 1);
  desk.told();
  desk.advance(kT0 + 6 * kHourMs);
  EXPECT_EQ(desk.told(), "escalated status_changed clock_paused breached light_changed");
  EXPECT_EQ(desk.last(EventType::breached).event.due, kT0 + 4 * kHourMs);
  EXPECT_EQ(desk.clock(1, kResolution).due, kT0 + 4 * kHourMs);
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
