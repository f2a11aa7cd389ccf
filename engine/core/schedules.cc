#include "engine/core/schedules.h"

#include <algorithm>

#include "engine/core/engine.h"

namespace vencer {
namespace {

TimeMs next_instant(const CompiledTenant& tenant, const CalendarEventSpec& spec, TimeMs after) {
  const Calendar& calendar = tenant.calendar(spec.calendar);
  const TimeMs from = after - spec.offset_ms;
  const TimeMs base =
      spec.at_close ? calendar.close_of_day(from) : calendar.first_open_of_next_business_day(from);
  return base == kNever ? kNever : base + spec.offset_ms;
}

// A day without opening has no first opening: with first_open, every day is every business day.
TimeMs next_instant(const CompiledTenant& tenant, const DigestSpec& spec, TimeMs after) {
  const Calendar& calendar = tenant.calendar(spec.calendar);
  if (spec.at == DigestTime::first_open) return calendar.first_open_of_next_business_day(after);
  return calendar.next_local_time(after, spec.minute, !spec.every_day);
}

}  // namespace

// The document now in force: timers of what it brings, new instants for what it keeps. What fell
// due before it and waits to be worked off is not forgotten.
void StateMachine::Impl::take_schedules(TenantState& state) {
  const TenantSpec& spec = state.current->spec();
  Schedules& schedules = state.schedules;
  const TenantId tenant = state.current->id();
  for (std::size_t i = schedules.calendar_events.size(); i < spec.calendar_events.size(); ++i) {
    schedules.calendar_events.push_back(static_cast<TimerIndex>(calendar_event_owners.size()));
    calendar_event_owners.push_back({tenant, static_cast<std::uint16_t>(i)});
  }
  for (std::size_t i = schedules.digests.size(); i < spec.digests.size(); ++i) {
    schedules.digests.emplace_back().timer = static_cast<TimerIndex>(digest_owners.size());
    digest_owners.push_back({tenant, static_cast<std::uint16_t>(i)});
  }
  schedule_all(state);
}

void StateMachine::Impl::schedule_all(TenantState& state) {
  if (!time_has_begun() || state.deleted) return;
  const CompiledTenant& tenant = *state.current;
  const auto schedule = [&](TimerId timer, const auto& spec) {
    const TimeMs waiting = wheel->deadline(timer);
    if (spec.retired) {
      wheel->cancel(timer);
    } else if (waiting == kNever || waiting > now) {
      wheel->schedule(timer, next_instant(tenant, spec, now));
    }
  };
  const Schedules& schedules = state.schedules;
  for (std::size_t i = 0; i < schedules.calendar_events.size(); ++i) {
    schedule(timer_id(TimerKind::calendar_event, schedules.calendar_events[i]),
             tenant.spec().calendar_events[i]);
  }
  for (std::size_t i = 0; i < schedules.digests.size(); ++i) {
    const DigestState& digest = schedules.digests[i];
    if (digest.outstanding != kNever) continue;  // the next one when it is told
    schedule(timer_id(TimerKind::digest, digest.timer), tenant.spec().digests[i]);
  }
}

void StateMachine::Impl::drop_schedules(TenantState& state) {
  for (const TimerIndex index : state.schedules.calendar_events) {
    wheel->cancel(timer_id(TimerKind::calendar_event, index));
  }
  for (DigestState& digest : state.schedules.digests) {
    wheel->cancel(timer_id(TimerKind::digest, digest.timer));
    const TimerIndex timer = digest.timer;
    digest = {};
    digest.timer = timer;
  }
}

// Clock source input: time begins with the first instant that it is told, whatever that is.
void StateMachine::Impl::begin_time(TimeMs at) {
  if (time_has_begun() || at <= now) return;
  now = at;
  for (TenantState& state : tenants) schedule_all(state);
}

bool StateMachine::Impl::time_has_begun() const {
  return settings.clock_source != ClockSource::input || now > limits::time_min_ms;
}

void StateMachine::Impl::fire_calendar_event(const Timer& timer) {
  const TimerOwner owner = calendar_event_owners[timer_index(timer.id)];
  const CompiledTenant& tenant = *tenants[owner.tenant - 1u].current;
  const CalendarEventSpec& spec = tenant.spec().calendar_events[owner.position];
  const TimeMs told_from = now - limits::missed_max_ms;
  if (timer.deadline >= told_from) {
    Event event;
    event.type = EventType::calendar_event;
    event.tenant = owner.tenant;
    event.due = timer.deadline;
    event.subject = owner.position;
    address(event, tenant, spec.recipient);
    emit(tenant, event);
  }
  wheel->schedule(timer.id, next_instant(tenant, spec, std::max(timer.deadline, told_from - 1)));
}

void StateMachine::Impl::fire_digest(const Timer& timer) {
  const TimerOwner owner = digest_owners[timer_index(timer.id)];
  TenantState& state = tenants[owner.tenant - 1u];
  if (timer.deadline < now - limits::missed_max_ms) {
    schedule_digest(state, owner.position, now - limits::missed_max_ms - 1);
  } else {
    begin_digest(state, owner.position, timer.deadline);
  }
}

void StateMachine::Impl::schedule_digest(TenantState& state, std::uint16_t position, TimeMs after) {
  const CompiledTenant& tenant = *state.current;
  wheel->schedule(timer_id(TimerKind::digest, state.schedules.digests[position].timer),
                  next_instant(tenant, tenant.spec().digests[position], after));
}

}  // namespace vencer
