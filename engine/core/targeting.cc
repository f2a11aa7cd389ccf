// Which target a clock has, and what becomes of it when that changes.
#include <algorithm>

#include "engine/core/engine.h"

namespace vencer {
namespace {

Goal goal_from(const TargetSpec& target, RuleId rule, CalendarId calendar,
               const TicketExtras* extras) {
  Goal goal{rule,        calendar,      target.ladder, target.kind, target.target_ms,
            target.days, target.instant};
  if (target.kind == TargetKind::ticket) {
    goal.kind = TargetKind::instant;
    goal.instant = extras == nullptr ? kNever : extras->due_at;
  }
  if (extras != nullptr) {
    for (const ClockExtra& extra : extras->clocks) {
      if (extra.clock != target.clock) continue;
      goal.extended_ms = extra.extended_ms;
      if (extra.due_at != kNever) {
        goal.kind = TargetKind::instant;
        goal.instant = extra.due_at;
      }
    }
  }
  return goal;
}

}  // namespace

// What the first rule that matches gives now.
Goal StateMachine::Impl::goal_of(const TicketRef& ref, ClockId id) const {
  const Choice choice = choose_target(ref.tenant, ref.block, id);
  if (choice.target == nullptr) return {};
  return goal_from(*choice.target, choice.rule, choice.calendar, extras_of(ref));
}

// What the clock's present rule gives, whatever matches by now.
Goal StateMachine::Impl::goal_in_force(const TicketRef& ref, ClockId id) const {
  const ClockState& clock = ref.clock(id);
  Goal plain;
  plain.rule = clock.rule;
  plain.calendar = clock.calendar;
  plain.target_ms = clock.target_ms;
  if (!clock.has_target() || !clock.has(ClockFlag::by_date)) return plain;
  for (const TargetSpec& target : ref.spec().rules[clock.rule].targets) {
    if (target.clock != id) continue;
    return goal_from(target, clock.rule, clock.calendar, extras_of(ref));
  }
  return plain;
}

// `own`: the partition's run intervals; nullptr where `clock` is a copy to try the goal on.
void StateMachine::Impl::take_target(const TicketRef& ref, const Goal& goal, OnChange how,
                                     TimeMs at, RunIntervals* own, ClockState& clock) const {
  Runs runs = runs_of(ref);
  const bool moves = goal.calendar != clock.calendar;
  if (moves && how != OnChange::keep) {
    if (own == nullptr) runs.as = goal.calendar;
    if (own != nullptr) own->relabel(clock.intervals, goal.calendar);
  }
  // Mostly it is right already: a clock keeps it as it goes.
  if (runs.as != kNoId16 || intervals.stale(clock.intervals)) {
    clock.elapsed_before = measure(clock, runs);
    if (own != nullptr) own->unmark_stale(clock.intervals);
  }
  // A copy cannot keep the run before: of a date it is the start of the cycle that counts.
  const bool splits = own != nullptr || goal.kind == TargetKind::open_time;
  if (moves && how == OnChange::keep && clock.running() && at > clock.run_from && splits) {
    // What it ran so far stays counted where it ran.
    const Calendar& before = ref.tenant.calendar(clock.calendar);
    clock.elapsed_before += before.between(clock.run_from, at);
    if (own != nullptr) own->append(clock.intervals, clock.run_from, at, clock.calendar);
    clock.run_from = at;
  }
  clock.rule = goal.rule;
  clock.calendar = goal.calendar;
  clock.ladder = goal.ladder == kNoId16 ? kNoId8 : static_cast<std::uint8_t>(goal.ladder);
  set_due(clock, runs, goal);
}

// When the clock would be due if what matches now had been taken at `at`; kNever too if a new
// cycle would have begun.
TimeMs StateMachine::Impl::due_under(const TicketRef& ref, ClockId id, OnChange how,
                                     TimeMs at) const {
  const Goal goal = goal_of(ref, id);
  ClockState then = ref.clock(id);
  if (how == OnChange::restart && goal.rule != then.rule) return kNever;
  take_target(ref, goal, how, at, nullptr, then);
  return then.due;
}

// `at`: from when on the change holds. It decides what is cleared, never the time at which it is
// worked off, so that another slice size clears alike.
void StateMachine::Impl::retarget(const TicketRef& ref, ClockId id, TimeMs at, OnChange how) {
  ClockState& clock = ref.clock(id);
  const Goal goal = goal_of(ref, id);
  if (how == OnChange::restart && goal.rule != clock.rule) return start_cycle(ref, id, at);
  const TimeMs announced = clock.due;
  take_target(ref, goal, how, at, &intervals, clock);
  // kNever: no target, or not reached. Not later than was announced: late news from before it.
  if (clock.has(ClockFlag::breached) && clock.due >= at && clock.due > announced) {
    clock.clear(ClockFlag::breached);
    const Calendar& calendar = ref.tenant.calendar(clock.calendar);
    emit_clock(ref, id, EventType::breach_cleared, at, elapsed(clock, calendar, at), 0);
  }
  refresh(ref, id);
}

void StateMachine::Impl::apply_policy(const TicketRef& ref, TimeMs at, Policy why) {
  for (std::size_t i = 0; i < ref.tenant.clock_count(); ++i) {
    const auto id = static_cast<ClockId>(i);
    const ClockState& clock = ref.clock(id);
    // Other calendars: counted anew, what has stopped when a reopen continues it.
    const bool counts = clock.active() || clock.has(ClockFlag::stopped_by_resolve);
    if (counts && why == Policy::document) intervals.mark_stale(clock.intervals);
    if (!clock.active()) continue;
    OnChange how = ref.spec().clocks[i].on_change;
    if (how == OnChange::restart && why == Policy::document) how = OnChange::recompute;
    retarget(ref, id, at, how);
  }
}

// What was given on the ticket changed as of `at`: a breach that did not hold then is retracted,
// one that holds no longer is cleared. The retraction is about the due that was announced, yet
// carries the light of afterwards: often no other event does.
void StateMachine::Impl::redue(const TicketRef& ref, ClockId id, TimeMs at) {
  ClockState& clock = ref.clock(id);
  if (!clock.active()) return;
  const bool retracts = clock.has(ClockFlag::breached) && at <= clock.due &&
                        due_under(ref, id, OnChange::recompute, at) > clock.due;
  Event retracted = event_of(ref, id, EventType::breach_retracted);
  if (retracts) clock.clear(ClockFlag::breached);
  retarget(ref, id, at, OnChange::recompute);
  if (!retracts) return;
  retracted.light = light_of(ref);
  if (at != now) retracted.at = at;
  emit(ref, retracted);
}

}  // namespace vencer
