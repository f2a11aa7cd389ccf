// A deadline that had passed when its clock began: the steps before due fell at the cycle's start,
// after due, so the breach was told first and then warned of.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

TEST(WarnedAfterItsBreach, what_comes_before_due_is_told_before_the_breach) {
  LadderStepSpec early;
  early.name = "75%";
  early.percent_milli = 75'000;
  early.warn = true;
  LadderStepSpec late = after_due("due", 0);
  late.level = 2;
  TenantSpec spec = with_steps({early, late});
  TargetSpec own{kResolution, 0, 0, 0};
  own.kind = TargetKind::ticket;
  spec.rules[0].targets = {own};
  spec.events_on = 0;
  Desk desk(spec);
  Command create = command_of(CommandKind::create, 1);
  create.due_at = kT0 - 2 * kHourMs;
  const AttributeValue attributes[] = {{kPriority, 1}};
  create.attributes = attributes;
  EXPECT_EQ(desk.command(kT0, create).code, Errc::ok);
  EXPECT_EQ(desk.told(), "created warning breached escalated");
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
