// A change that brought a window a shorter span, used up already, and stopped it at once: the
// window was missed, like a promise.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

constexpr ClockId kWindow = 2;

TEST(WindowStoppedPastItsDue, is_stopped_and_says_nothing) {
  TenantSpec spec = desk_document();
  ClockSpec window;
  window.name = "inactividad";
  window.kind = ClockKind::window;
  window.start.activities = bit_of(BuiltinActivity::created);
  window.stop.attributes_changed = 1u << kPriority;
  spec.clocks.push_back(window);
  spec.rules[0].targets.push_back({kWindow, 2 * kHourMs, 0, kNoId16});
  spec.rules[1].targets.push_back({kWindow, kHourMs / 4, 0, kNoId16});
  spec.events_on = 0;
  Desk desk(spec);
  desk.create(kT0, 1, 1);
  desk.told();
  desk.priority(kT0 + kHourMs / 2, 1, 2);
  EXPECT_EQ(desk.told(), "");
  EXPECT_EQ(desk.clock(1, kWindow).phase, ClockPhase::met);
  EXPECT_EQ(desk.clock(1, kWindow).due, kNever);
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
