// What a query sees of a ticket.
#include "engine/core/engine.h"

namespace vencer {

bool StateMachine::needs_touch(Slot slot) const {
  const TicketHeader& ticket = (*impl_->tickets)[slot];
  const TenantState& state = impl_->tenant_of(ticket);
  return !ticket.has(TicketFlag::gone) &&
         ticket.document != static_cast<std::uint16_t>(state.current->spec().version);
}

namespace {

ClockView view_clock(const TicketRef& ref, ClockId id, const RunIntervals& intervals,
                     const TicketExtras* own, TimeMs now) {
  const ClockState& clock = ref.clock(id);
  const LadderExtra ladder = own == nullptr ? LadderExtra{} : own->ladder_of(id);
  ClockView view;
  view.clock = id;
  view.phase = clock.phase();
  view.cycle = clock.cycle;
  view.breached = clock.has(ClockFlag::breached);
  view.rule = clock.rule;
  if (clock.has_target()) {
    view.target_ms = clock.target_ms;
    view.calendar = clock.calendar;
    view.ladder = clock.ladder == kNoId8 ? kNoId16 : clock.ladder;
  }
  view.due = clock.due;
  if (own != nullptr) view.extended_ms = own->extended_of(id);
  view.elapsed_ms = elapsed(clock, ref.tenant.calendar(clock.calendar), now);
  view.next_at = clock.next_at;
  if (clock.next_at != kNever) {
    Calendar::From nothing;
    const Runs runs{intervals, ref.tenant.calendars(), nothing};
    const NextFall fall = next_fall(ref.tenant, id, clock, ladder, runs);
    if (!fall.breach && fall.position != kNoId8) {
      view.next_step = ref.tenant.step_id(id, clock.ladder, fall.position);
    }
  }
  view.acknowledged_until = ladder.acknowledged_until > now ? ladder.acknowledged_until : 0;
  view.fired_steps = clock.fired;
  intervals.walk(clock.intervals, [&](TimeMs from, TimeMs to, CalendarId) {
    if (from < to) view.intervals.push_back({from, to});
    return true;
  });
  if (clock.running()) view.intervals.push_back({clock.run_from, kNever});
  return view;
}

}  // namespace

TicketView StateMachine::view(Slot slot) const {
  const TicketHeader& ticket = (*impl_->tickets)[slot];
  TicketView view;
  view.key = ticket.key();
  view.tenant = ticket.tenant;
  view.version = ticket.version;
  view.status = ticket.status;
  view.level = ticket.level;
  view.closed_for_good = ticket.has(TicketFlag::closed);
  view.created_at = ticket.created_at;
  view.changed_at = ticket.changed_at;
  if (ticket.has(TicketFlag::gone)) return view;
  VENCER_ASSERT(!needs_touch(slot));
  const TicketRef ref = impl_->look(slot);
  view.light = impl_->light_of(ref);
  view.time_in_status = impl_->time_in_status(ref);
  if (const TicketExtras* extras = impl_->extras_of(ref)) {
    view.merged = extras->merged;
    view.survivor = extras->survivor;
    view.links = extras->links;
  }
  for (std::size_t i = 0; i < ref.spec().attributes.size(); ++i) {
    const auto id = static_cast<AttributeId>(i);
    const Value value = get_attribute(ref.tenant.layout(), ref.block, id);
    if (value != 0) view.attributes.push_back({id, value});
  }
  const TicketExtras* own = impl_->extras_of(ref);
  if (own != nullptr) {
    view.pending_until = own->pending_until;
    view.pending_then = own->pending_then;
    view.start_at = own->start_at;
    view.due_at = own->due_at;
  }
  for (std::size_t i = 0; i < ref.tenant.clock_count(); ++i) {
    if (ref.spec().clocks[i].retired) continue;
    const auto id = static_cast<ClockId>(i);
    view.clocks.push_back(view_clock(ref, id, impl_->intervals, own, impl_->now));
  }
  return view;
}

}  // namespace vencer
