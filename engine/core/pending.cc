// What falls due in a ticket beside its clocks: the end of a pending-until, and the instant at
// which its clocks may start. Rare: other tickets pay one bit of their header.
//
// Choices where semantics.md is silent: at one instant the pending-until goes first, then the
// start, then the clocks; a then-status that a document has dropped meanwhile is not taken
// (step_refused); both end with the ticket.
#include <algorithm>

#include "engine/core/engine.h"

namespace vencer {

TimeMs StateMachine::Impl::own_due(const TicketRef& ref) const {
  const TicketExtras* own = extras_of(ref);
  return own == nullptr ? kNever : std::min(own->pending_until, own->start_at);
}

bool StateMachine::Impl::waits_for_start(const TicketRef& ref) const {
  const TicketExtras* own = extras_of(ref);
  return own != nullptr && own->start_at != kNever;
}

// `at`: when what it changes takes effect.
void StateMachine::Impl::fire_own(const TicketRef& ref, TimeMs at) {
  TicketExtras& own = *extras_of(ref);
  if (own.pending_until <= own.start_at) {
    end_pending(ref, at);
  } else {
    own.start_at = kNever;
    start_clocks(ref, at);
  }
}

void StateMachine::Impl::end_pending(const TicketRef& ref, TimeMs at) {
  TicketExtras& own = *extras_of(ref);
  Event refused = event_of(ref, EventType::step_refused);
  refused.due = own.pending_until;
  Change change;
  change.status = own.pending_then;
  forget_pending(ref);
  if (ref.spec().statuses[change.status].retired) return emit(ref, refused);
  change_by_time(ref, change, at, refused);
}

// Any status command cancels what was pending.
void StateMachine::Impl::forget_pending(const TicketRef& ref) {
  TicketExtras* own = extras_of(ref);
  if (own == nullptr) return;
  own->pending_until = kNever;
  own->pending_then = kNoId8;
}

// The clocks see the ticket as if it had come now, in the status and level that it has by now. No
// news from before may move them: this counts as a change of the ticket.
void StateMachine::Impl::start_clocks(const TicketRef& ref, TimeMs at) {
  Happenings h;
  h.activities = 1ull << static_cast<unsigned>(BuiltinActivity::created);
  h.statuses = 1ull << ref.ticket.status;
  if (ref.ticket.level > 0) h.levels = static_cast<std::uint16_t>(1u << ref.ticket.level);
  h.status_after = ref.ticket.status;
  ref.ticket.changed_at = std::max<TimeMs>(ref.ticket.changed_at, at);
  move_clocks(ref, h, at);
  if (ref.tenant.is_final(ref.ticket.status)) settle_closed(ref, at);
  update_light(ref);
}

}  // namespace vencer
