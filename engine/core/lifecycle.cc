// The end of a ticket: closed for good, stripped after keep_closed, its key forgotten after
// keep_keys.
#include "engine/core/engine.h"

namespace vencer {

void StateMachine::Impl::close_for_good(const TicketRef& ref, TimeMs at) {
  for (std::size_t i = 0; i < ref.tenant.clock_count(); ++i) {
    const auto id = static_cast<ClockId>(i);
    if (ref.clock(id).active()) cancel_clock(ref, id, at);
  }
  TicketHeader& ticket = ref.ticket;
  count_limits(ref, -1);
  count_ticket(ref);  // its verdicts stay under what it is now
  ticket.set(TicketFlag::closed);
  if (ticket.has(TicketFlag::extras)) stop_status_time(ref, ticket.status, at);
  bool merged = false;
  if (TicketExtras* own = extras_of(ref); own != nullptr) {
    forget_pending(ref);
    own->start_at = kNever;
    merged = own->merged;
  }
  --ref.state.by_status[ticket.status];
  for (std::uint64_t left = ticket.activities; left != 0; left &= left - 1) {
    --ref.state.by_activity[static_cast<std::size_t>(__builtin_ctzll(left))];
  }
  ticket.leave_at = at + ref.spec().keep_closed_ms;
  --ref.state.open_tickets;
  --open_tickets;
  const auto tell = [&](EventType type) {
    Event event = event_of(ref, type);
    if (at != now) event.at = at;
    emit(ref, event);
  };
  tell(EventType::closed);
  const bool served = ref.category() != StatusCategory::cancelled && !merged;
  if (ref.spec().survey_at_close && served && !ticket.has(TicketFlag::surveyed)) {
    ticket.set(TicketFlag::surveyed);
    tell(EventType::survey_due);
  }
}

void StateMachine::Impl::leave(Slot slot) {
  TicketHeader& ticket = tickets->change(slot);
  TenantState& state = tenant_of(ticket);
  const TimerId timer = timer_id(TimerKind::ticket, slot);
  if (ticket.has(TicketFlag::gone)) {
    wheel->cancel(timer);  // it waits still if a command came first
    tickets->remove(slot);
    return;
  }
  bring_current(slot);
  if (ticket.has(TicketFlag::extras)) {
    drop_links(ref(slot));
    extras.erase(slot);
    ticket.unset(TicketFlag::extras);
  }
  const TicketRef closed = ref(slot);
  for (std::size_t i = 0; i < closed.tenant.clock_count(); ++i) {
    intervals.release(closed.clock(static_cast<ClockId>(i)).intervals);
  }
  tickets->blocks().release(ticket.block, closed.tenant.layout().cells);
  ticket.block = 0;
  ticket.set(TicketFlag::gone);
  ticket.leave_at += state.current->spec().keep_keys_ms;
  wheel->schedule(timer, ticket.leave_at);
}

}  // namespace vencer
