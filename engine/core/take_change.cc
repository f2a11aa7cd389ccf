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

// Of time, or of a customer's new values, unless it may not: then `refused` is told, with the
// constraint that stands in the way. Was it made?
bool StateMachine::Impl::change_automatically(const TicketRef& ref, Change change, TimeMs at,
                                              Event refused) {
  change.automatic = true;
  complete(ref, &change);
  if (interval_room(ref, change)) {
    refused.subject = broken_constraint(ref, change, at);
    if (refused.subject == kNoId16) {
      apply_change(ref, change, at);
      return true;
    }
  }
  emit(ref, refused);
  return false;
}

// Of time: a step, the end of a window or of a pending-until. It is of the cascade of the change
// before it if that one left something due in less than cascade_gap_ms, and it comes in less. So
// clocks that set each other off for no time at all come to an end, though each of their falls is
// an instant of its own: what is passed is told a millisecond later.
void StateMachine::Impl::change_by_time(const TicketRef& ref, const Change& change, TimeMs at,
                                        Event refused) {
  Cascade cascade;
  if (const TicketExtras* own = extras_of(ref);
      own != nullptr && at < own->cascade.at + limits::cascade_gap_ms) {
    cascade = own->cascade;
  }
  if (cascade.changes_left == 0) {
    refused.type = EventType::cascade_stopped;
    return emit(ref, refused);
  }
  if (!change_automatically(ref, change, at, refused)) return;
  // Whether it goes on is a matter of state alone, not of when it is worked off.
  if (next_due(ref) < at + limits::cascade_gap_ms) {
    add_extras(ref).cascade = {at, cascade.changes_left - 1};
  } else if (TicketExtras* own = extras_of(ref); own != nullptr) {
    own->cascade = {};
  }
}

}  // namespace vencer
