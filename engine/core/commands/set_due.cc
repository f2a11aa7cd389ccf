#include "engine/core/engine.h"

namespace vencer {

// An instant given on the ticket: to one clock, whatever its rule gives, or to all whose target is
// "ticket". It stays through changes of rule and cycle; kNever takes it back.
Errc command_set_due(StateMachine::Impl& engine, const TicketRef& ref, const Command& command,
                     TimeMs at, CommandResult* result) {
  const ClockId id = command.clock;
  if (id != kNoId8 && (id >= ref.tenant.clock_count() || ref.spec().clocks[id].retired)) {
    result->detail = id;
    return Errc::unknown_clock;
  }
  if (command.due_at != kNever && !is_instant(command.due_at)) return Errc::time_out_of_range;
  if (id != kNoId8) {
    engine.add_extras(ref).clock(id).due_at = command.due_at;
  } else {
    engine.add_extras(ref).due_at = command.due_at;
  }
  ++ref.ticket.version;
  for (std::size_t i = 0; i < ref.tenant.clock_count(); ++i) {
    if (id == kNoId8 || id == i) engine.redue(ref, static_cast<ClockId>(i), at);
  }
  engine.update_light(ref);
  return Errc::ok;
}

}  // namespace vencer
