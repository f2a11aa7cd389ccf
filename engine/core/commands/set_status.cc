#include "engine/core/engine.h"

namespace vencer {

Errc command_set_status(StateMachine::Impl& engine, const TicketRef& ref, const Command& command,
                        TimeMs at, CommandResult* result) {
  result->detail = command.status;
  if (command.status >= ref.spec().statuses.size() || ref.spec().statuses[command.status].retired) {
    return Errc::unknown_status;
  }
  if (command.until != kNever && (command.until <= engine.now || !is_instant(command.until))) {
    return Errc::time_out_of_range;
  }
  StatusId then = command.then_status;
  if (command.until != kNever && then != kNoId8 &&
      (then >= ref.spec().statuses.size() || ref.spec().statuses[then].retired)) {
    result->detail = then;
    return Errc::unknown_status;
  }
  result->detail = 0;
  Change change;
  change.status = command.status;
  change.actor = command.actor;
  // Put off again without leaving the status: what it was to go back to stays.
  const TicketExtras* own = engine.extras_of(ref);
  const bool again =
      own != nullptr && own->pending_until != kNever && command.status == ref.ticket.status;
  if (then == kNoId8) then = again ? own->pending_then : ref.ticket.status;
  const Errc code = engine.take_change(ref, change, at, result);  // ends what was pending
  if (code != Errc::ok || command.until == kNever || ref.ticket.has(TicketFlag::closed)) {
    return code;
  }
  engine.add_extras(ref).pending_until = command.until;
  engine.add_extras(ref).pending_then = then;
  return Errc::ok;
}

}  // namespace vencer
