// A step whose level starts its own clock anew was told after that: with the new cycle, which it
// was not about, and nothing elapsed.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

TEST(StepEventOfItsCycle, the_escalation_comes_before_what_its_level_sets_off) {
  LadderStepSpec step = after_due("due", 0);
  step.level = 2;
  TenantSpec spec = with_steps({step});
  spec.clocks[kResolution].reset.levels = 1u << 2;
  Desk desk(spec);
  desk.create(kT0, 1);
  desk.activity(kT0 + kMinuteMs, 1, BuiltinActivity::agent_reply);
  desk.told();
  desk.advance(kT0 + 4 * kHourMs + 1);
  EXPECT_EQ(desk.told(), "breached light_changed escalated clock_started light_changed");
  const Event& escalated = desk.last(EventType::escalated).event;
  EXPECT_EQ(escalated.cycle, 1);
  EXPECT_EQ(escalated.elapsed_ms, 4 * kHourMs);
  EXPECT_EQ(escalated.level, 2);
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
