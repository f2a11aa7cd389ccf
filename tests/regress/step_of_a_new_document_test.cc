// A new document may put a step into the past. What the step sets took effect at that instant,
// hours before the document was there.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

TEST(StepOfANewDocument, takes_effect_at_the_documents_commit) {
  LadderStepSpec step = after_due("due", 0);
  step.set_status = kPending;
  TenantSpec first = with_steps({step});
  for (RuleSpec& rule : first.rules) rule.targets[1].target_ms = 24 * kHourMs;
  Desk desk(first);
  desk.create(kT0, 1);
  desk.advance(kT0 + 6 * kHourMs);
  TenantSpec shorter = with_steps({step});  // 4 h: due two hours ago
  shorter.version = 2;
  desk.put(kT0 + 6 * kHourMs, shorter);
  background(desk, kT0 + 6 * kHourMs);
  desk.advance(kT0 + 6 * kHourMs);
  const ClockView clock = desk.clock(1, kResolution);
  EXPECT_EQ(clock.phase, ClockPhase::paused);
  ASSERT_EQ(clock.intervals.size(), 1u);
  EXPECT_EQ(clock.intervals[0].to, kT0 + 6 * kHourMs);
  EXPECT_EQ(clock.elapsed_ms, 6 * kHourMs);
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
