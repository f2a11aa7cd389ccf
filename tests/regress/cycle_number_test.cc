// The number of a cycle wrapped after 65,535 of them to 0, which says that the clock never started:
// one that may run once began again.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

TEST(CycleNumber, stays_at_its_last_instead_of_wrapping) {
  TenantSpec spec = with_steps({});
  spec.events_on = 0;
  spec.clocks[kResolution].reset.activities = bit_of(BuiltinActivity::internal_note);
  StateMachine machine;
  Recorder sink;
  Settings settings;
  settings.ticket_capacity = 16;
  Step step;
  step.kind = StepKind::settings;
  step.settings = &settings;
  machine.apply(step, sink);
  step = {};
  step.kind = StepKind::tenant_document;
  step.document = &spec;
  machine.apply(step, sink);
  Command create = command_of(CommandKind::create, 1);
  const AttributeValue urgent[] = {{kPriority, 1}};
  create.attributes = urgent;
  std::vector<Command> commands(65'537, command_of(CommandKind::activity, 1));
  for (Command& note : commands) {
    note.activity = static_cast<ActivityId>(BuiltinActivity::internal_note);
  }
  commands.front() = create;
  step = {};
  step.kind = StepKind::commands;
  step.tenant = 1;
  step.commands = commands;
  machine.apply(step, sink);
  const TicketView ticket = machine.view(machine.find_ticket(1, {1, 0, KeyKind::number}));
  EXPECT_EQ(ticket.version, 65'537u);
  EXPECT_EQ(ticket.clocks.at(kResolution).cycle, 65'535);
}

}  // namespace
}  // namespace vencer::test
