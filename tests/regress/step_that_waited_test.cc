// A step that had waited for an earlier one of its ladder took effect at its own instant, before
// the one it had waited for. If it sets off its own clock, that began in the past, where the same
// happened again: the engine never came back.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

TEST(StepThatWaited, takes_effect_when_it_fires) {
  LadderStepSpec first = percent("75%", 75'000);
  first.level = 1;  // at that level already: only tells
  LadderStepSpec second = percent("25%", 25'000);
  second.level = 1;
  second.set_attributes = {{kAgent, 7}};
  TenantSpec spec = with_steps({first, second});
  spec.clocks[kResolution].reset.attributes_set = 1u << kAgent;
  Desk desk(spec);
  desk.create(kT0, 1);
  desk.advance(kT0 + 3 * kHourMs);
  const ClockView clock = desk.clock(1, kResolution);
  EXPECT_EQ(clock.cycle, 2);
  ASSERT_EQ(clock.intervals.size(), 1u);
  EXPECT_EQ(clock.intervals[0].from, kT0 + 3 * kHourMs);
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
