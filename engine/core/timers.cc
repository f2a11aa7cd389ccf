// What falls due: breaches, ladder steps, and closed tickets that leave.
#include <algorithm>

#include "engine/core/engine.h"

namespace vencer {

// Works off the next that is due; false: there is none.
bool StateMachine::Impl::fire_due(TimeMs by) {
  const std::optional<Timer> timer = wheel->pop_due(by);
  if (!timer) return false;
  if (saving != nullptr) [[unlikely]]
    saving->keep_fired(*timer);
  fire_timer(*timer);
  return true;
}

void StateMachine::Impl::fire_timer(const Timer& timer) {
  switch (timer_kind(timer.id)) {
    case TimerKind::ticket:
      return fire_ticket(timer_index(timer.id), timer.deadline);
    case TimerKind::customer:
      return fire_customer(timer_index(timer.id));
    case TimerKind::detector:  // needs none: what is silent or in a window is known when looked at
      break;
    case TimerKind::calendar_event:
      return fire_calendar_event(timer);
    case TimerKind::digest:
      return fire_digest(timer);
  }
}

void StateMachine::Impl::fire_ticket(Slot slot, TimeMs deadline) {
  if (tenant_of((*tickets)[slot]).deleted) return erase_ticket(slot);
  if ((*tickets)[slot].has(TicketFlag::closed)) {
    leave(slot);
    return;
  }
  bring_current(slot);
  const TicketRef ticket = ref(slot);
  run_until(ticket, deadline);
  reschedule(ticket);
}

// Works off all that is due in this ticket by `until`, in the order of instant, clock, step. What a
// step changes takes effect at its instant, so it may bring up more that is due by then; yet not
// before the ticket's last change, nor before `not_before`, the document that brought the step up.
void StateMachine::Impl::run_until(const TicketRef& ref, TimeMs until, TimeMs not_before) {
  TimeMs instant = -1;  // at which the last change took effect
  while (!ref.ticket.has(TicketFlag::closed)) {
    ClockId next = kNoId8;
    for (std::size_t i = 0; i < ref.tenant.clock_count(); ++i) {
      const auto id = static_cast<ClockId>(i);
      if (next == kNoId8 || ref.clock(id).next_at < ref.clock(next).next_at) next = id;
    }
    const TimeMs next_at = next == kNoId8 ? kNever : ref.clock(next).next_at.get();
    const TimeMs own = own_due(ref);
    if (std::min(own, next_at) > until) return;
    // A step that waited for an earlier one of its ladder is never before that, whatever its own
    // instant: time does not go back, or a step that sets its own clock off would do so for ever.
    const TimeMs at =
        std::max({std::min(own, next_at), not_before, ref.ticket.changed_at.get(), instant});
    if (own <= next_at) {
      instant = at;
      fire_own(ref, at);
      continue;
    }
    const NextFall fall = next_fall(ref, next);
    VENCER_ASSERT(fall.at == ref.clock(next).next_at);
    if (fall.breach && !ref.tenant.is_window(next)) {
      announce_breach(ref, next);
      continue;
    }
    instant = at;
    if (fall.breach) {
      expire_window(ref, next, at);
      continue;
    }
    fire_step(ref, next, fall, at);
  }
}

void StateMachine::Impl::announce_breach(const TicketRef& ref, ClockId id) {
  ClockState& clock = ref.clock(id);
  clock.set(ClockFlag::breached);
  refresh(ref, id);
  const DurationMs ran = clock.has(ClockFlag::by_date) ? elapsed_at(clock, runs_of(ref), clock.due)
                                                       : clock.target_ms.get();
  emit_clock(ref, id, EventType::breached, now, ran, 0);
  update_light(ref);
}

// `at`: when what it changes takes effect.
void StateMachine::Impl::fire_step(const TicketRef& ref, ClockId id, const NextFall& fall,
                                   TimeMs at) {
  ClockState& clock = ref.clock(id);
  const LadderStepSpec& step = ref.spec().ladders[clock.ladder].steps[fall.position];
  const StepId step_id = ref.tenant.step_id(id, clock.ladder, fall.position);
  if ((clock.fired & (1u << step_id)) != 0) {
    ++add_extras(ref).clock(id).ladder.repeats;
  } else {
    clock.fired = static_cast<std::uint16_t>(clock.fired | (1u << step_id));
    if (step.every_ms > 0) {
      LadderExtra& own = add_extras(ref).clock(id).ladder;
      own.repeating = step_id;
      own.repeats = 0;
    }
  }
  if (step.warn) clock.set(ClockFlag::warned);
  refresh(ref, id);

  // A level that a constraint refuses is not taken; its recipient is told all the same.
  Change raise;
  raise.automatic = true;
  raise.level = step.level;
  const std::uint16_t broken =
      step.level > ref.ticket.level ? broken_constraint(ref, raise, at) : kNoId16;
  const bool raises = step.level > ref.ticket.level && broken == kNoId16;
  Event event = event_of(ref, id, step.warn && !raises ? EventType::warning : EventType::escalated);
  event.step = step_id;
  event.due = fall.due;
  address(event, ref.tenant, step.recipient, &ref);
  const Calendar& calendar = ref.tenant.calendar(clock.calendar);
  const TimeMs reached = std::max<TimeMs>(fall.due, clock.run_from);
  event.elapsed_ms = elapsed(clock, calendar, reached);
  if (clock.has(ClockFlag::breached)) {
    event.overrun_ms = clock.has(ClockFlag::by_date)
                           ? calendar.between(clock.due, reached)
                           : std::max<DurationMs>(0, event.elapsed_ms - clock.target_ms);
  }
  if (raises) {  // told before the level moves this clock on: the event is about this cycle
    raise.step_event = &event;
    apply_change(ref, raise, at);
  } else {
    emit(ref, event);
    update_light(ref);
  }
  if (broken != kNoId16) {
    Event refused = event_of(ref, id, EventType::step_refused);
    refused.step = step_id;
    refused.due = fall.due;
    refused.subject = broken;
    emit(ref, refused);
  }
  if (step.set_status != kNoId8 || !step.set_attributes.empty()) {
    Change change;
    change.status = step.set_status;
    change.attributes = step.set_attributes;
    Event refused = event_of(ref, id, EventType::step_refused);
    refused.step = step_id;
    refused.due = fall.due;
    change_by_time(ref, change, at, refused);
  }
}

// Of an open ticket.
TimeMs StateMachine::Impl::next_due(const TicketRef& ref) const {
  TimeMs next = own_due(ref);
  for (std::size_t i = 0; i < ref.tenant.clock_count(); ++i) {
    next = std::min<TimeMs>(next, ref.clock(static_cast<ClockId>(i)).next_at);
  }
  return next;
}

// Whatever touches a ticket ends here.
void StateMachine::Impl::reschedule(const TicketRef& ref) {
  count(ref);
  const TimeMs next = ref.ticket.has(TicketFlag::closed) ? ref.ticket.leave_at : next_due(ref);
  const TimerId timer = timer_id(TimerKind::ticket, ref.slot);
  if (next == wheel->deadline(timer)) return;
  if (next == kNever) {
    wheel->cancel(timer);
  } else {
    wheel->schedule(timer, next);
  }
}

// Clock source input: time passes from deadline to deadline, so what falls due on the way is
// emitted at its very instant, and the wheel is never ahead of engine time. False: nothing more by
// `to`.
bool StateMachine::Impl::fire_next_input(TimeMs to) {
  for (TimeMs next = wheel->next_deadline(); next <= to; next = wheel->next_deadline()) {
    now = std::max(now, next);
    if (fire_due(now)) return true;
  }
  return false;
}

void StateMachine::Impl::advance_input_time(TimeMs to) {
  begin_time(to);
  while (fire_next_input(to)) {
  }
  now = std::max(now, to);
}

}  // namespace vencer
