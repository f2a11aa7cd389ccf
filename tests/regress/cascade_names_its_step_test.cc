// cascade_stopped and step_refused did not say which step.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

TEST(CascadeNamesItsStep, the_ninth_change_of_an_instant_is_stopped_and_told) {
  LadderStepSpec step = percent("0%", 0);  // sets off its own clock, at once
  step.set_attributes = {{kAgent, 7}};
  TenantSpec spec = with_steps({percent("50%", 50'000), step});
  spec.clocks[kResolution].reset.attributes_set = 1u << kAgent;
  Desk desk(spec);
  desk.create(kT0, 1);
  const Event& stopped = desk.last(EventType::cascade_stopped).event;
  EXPECT_EQ(stopped.clock, kResolution);
  EXPECT_EQ(stopped.step, 1);
  EXPECT_EQ(stopped.cycle, 1 + limits::automatic_changes_max);
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
