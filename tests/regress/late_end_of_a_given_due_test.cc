// Late news that a ticket has no due of its own any more: the retraction of its breach, the only
// thing told, carried the light of a clock that still had one.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

TEST(LateEndOfAGivenDue, the_retraction_carries_the_light_after_it) {
  TenantSpec spec = with_steps({});
  spec.rules[0].targets = {{kResolution, 0, 0, kNoId16}};
  spec.rules[0].targets[0].kind = TargetKind::ticket;
  spec.events_on = 0;
  Desk desk(spec);
  Command create = command_of(CommandKind::create, 1);
  const AttributeValue urgent[] = {{kPriority, 1}};
  create.attributes = urgent;
  create.due_at = kT0 + kHourMs;
  desk.command(kT0, create);
  desk.advance(kT0 + 2 * kHourMs);
  EXPECT_EQ(desk.last(EventType::breached).event.light, Light::red);
  desk.told();
  desk.command(kT0 + 2 * kHourMs, command_of(CommandKind::set_due, 1, kT0 + kHourMs));
  EXPECT_EQ(desk.told(), "breach_retracted");
  const Event& retracted = desk.last(EventType::breach_retracted).event;
  EXPECT_EQ(retracted.light, Light::none);
  EXPECT_EQ(retracted.due, kT0 + kHourMs);  // as it was announced
  EXPECT_EQ(retracted.target_ms, kHourMs);
  EXPECT_EQ(retracted.at, kT0 + kHourMs);
  EXPECT_EQ(desk.ticket(1).light, Light::none);
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
