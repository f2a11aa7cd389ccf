// Clock source input: a deadline that had moved to later hides in the wheel as an instant at which
// nothing is due. An advance passed it, a replay of that advance by its count stopped before it,
// and engine time differed from then on.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

TEST(AdvanceOfInputTime, a_replay_by_count_comes_as_far) {
  Settings settings;
  settings.clock_source = ClockSource::input;
  TenantSpec spec = with_steps({});
  spec.clocks[kFirstResponse].start = {};
  Desk desk(spec, settings);
  Command create = command_of(CommandKind::create, 1, kT0);
  const AttributeValue urgent[] = {{kPriority, 1}};
  create.attributes = urgent;
  desk.command(kT0, create);
  late_priority(desk, kT0, 1, 2, kT0 + kHourMs);  // due at 8 h; the wheel still knows the 4 h
  desk.advance(kT0 + 6 * kHourMs);
  EXPECT_EQ(desk.machine.now(), kT0 + 6 * kHourMs);
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
