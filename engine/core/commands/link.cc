#include "engine/core/engine.h"

namespace vencer {

// What the other ticket is to this one: its problem, what follows from it, or related.
Errc command_link(StateMachine::Impl& engine, const TicketRef& ref, const Command& command,
                  TimeMs at, CommandResult*) {
  switch (command.link) {
    case LinkKind::problem:
    case LinkKind::follow_up:
    case LinkKind::related:
      break;
    default:
      return Errc::invalid_link;
  }
  const Slot other = engine.find_other(ref, command.other);
  if (other == kNoSlot) return Errc::unknown_ticket;
  if (other == ref.slot) return Errc::invalid_link;
  if (const Errc code = engine.add_link(ref, other, command.link); code != Errc::ok) return code;
  ++ref.ticket.version;
  Event event = engine.event_of(ref, EventType::linked);
  event.actor = command.actor;
  event.link = command.link;
  event.other = command.other;
  if (at != engine.now) event.at = at;
  engine.emit(ref, event);
  return Errc::ok;
}

}  // namespace vencer
