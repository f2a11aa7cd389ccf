// What a command or time asks of a ticket: completed, checked, then made whole or not at all.
#include "engine/core/engine.h"

namespace vencer {

// Of a command. On any code but ok nothing has changed.
Errc StateMachine::Impl::take_change(const TicketRef& ref, Change change, TimeMs at,
                                     CommandResult* result) {
  complete(ref, &change);
  if (!interval_room(ref, change)) return Errc::limit;
  const std::uint16_t broken = broken_constraint(ref, change, at);
  if (broken != kNoId16) {
    result->detail = static_cast<std::uint8_t>(broken);
    return Errc::constraint;
  }
  if (change.status != kNoId8) forget_pending(ref);  // any status command ends it
  apply_change(ref, change, at);
  return Errc::ok;
}

// Of time (a step, the end of a window) or of a customer's new values, unless it may not: then
// `refused` is told, with the constraint that stands in the way, or that the cascade ends here.
void StateMachine::Impl::change_automatically(const TicketRef& ref, Change change, TimeMs at,
                                              Event refused, int* changes_left) {
  change.automatic = true;
  if (*changes_left == 0) {
    refused.type = EventType::cascade_stopped;
    return emit(ref, refused);
  }
  complete(ref, &change);
  if (!interval_room(ref, change)) return emit(ref, refused);
  refused.subject = broken_constraint(ref, change, at);
  if (refused.subject != kNoId16) return emit(ref, refused);
  --*changes_left;
  apply_change(ref, change, at);
}

}  // namespace vencer
