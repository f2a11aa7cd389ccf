// A tenant without attributes and clocks: its tickets have nothing beside their header, and the
// arena was asked for a block of no cells.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

TEST(TenantOfNothing, its_tickets_come_and_go) {
  TenantSpec spec = with_steps({});
  spec.attributes.clear();
  spec.clocks.clear();
  spec.rules.clear();
  spec.rule_order.clear();
  spec.ladders.clear();
  Desk desk(spec);
  EXPECT_EQ(desk.command(kT0, command_of(CommandKind::create, 1)).code, Errc::ok);
  EXPECT_EQ(desk.told(), "created");
  desk.status(kT0 + kHourMs, 1, kPending);
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
