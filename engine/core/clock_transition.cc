// What a change does to the clocks of its ticket.
#include <algorithm>

#include "engine/core/condition.h"
#include "engine/core/engine.h"

namespace vencer {
namespace {

// What a change asks of a clock; each only does something if the clock is in a state for it.
struct Action {
  bool may_run = true;
  bool stop = false;
  bool cancel = false;
  bool reset = false;
  bool start = false;
  bool pause = false;  // the state in which an active clock is to be afterwards
};

// After the change: the ticket has its new status, level and values already.
Action decide(const TicketRef& ref, ClockId id, const Happenings& h) {
  const ClockSpec& spec = ref.spec().clocks[id];
  const bool conditional = (ref.tenant.run_while_clocks() >> id & 1) != 0;
  const bool held = (h.held_before >> id & 1) != 0;
  Action action;
  action.may_run = !conditional || holds(ref, spec.run_while);
  // A cancelled ticket keeps no promise by leaving the status in which a clock ran.
  const bool voided = h.statuses != 0 && ref.category() == StatusCategory::cancelled;
  action.stop = h.trigger(spec.stop) || (!action.may_run && held && !voided);
  action.cancel = h.trigger(spec.cancel);
  action.reset = action.may_run && h.trigger(spec.reset);
  action.start = action.may_run && (h.trigger(spec.start) || (conditional && !held));
  action.pause = holds(ref, spec.pause_while);
  return action;
}

}  // namespace

// Late news: a breach that was announced although the clock, as we now learn, had stopped, paused
// or begun anew by its due instant, or was due later than that under the rule that held by then.
void StateMachine::Impl::retract(const TicketRef& ref, const Happenings& h, TimeMs at) {
  const bool ends = h.statuses != 0 && is_final(ref.category());
  const bool policy = (h.attributes_changed & ref.tenant.matched_attributes()) != 0;
  for (std::size_t i = 0; i < ref.tenant.clock_count(); ++i) {
    const auto id = static_cast<ClockId>(i);
    ClockState& clock = ref.clock(id);
    if (!clock.active() || !clock.has(ClockFlag::breached) || at > clock.due) continue;
    const Action action = decide(ref, id, h);
    const bool put_off =
        action.pause && clock.running() && moved_by_pause(goal_in_force(ref, id).kind);
    bool held = !ends && !action.stop && !action.cancel && !action.reset && !put_off;
    if (held && policy) held = due_under(ref, id, ref.spec().clocks[i].on_change, at) <= clock.due;
    if (held) continue;
    clock.clear(ClockFlag::breached);
    emit_clock(ref, id, EventType::breach_retracted, at, 0, 0);
  }
}

std::uint32_t StateMachine::Impl::clocks_moved_by(const TicketRef& ref, const Happenings& h) {
  if (h.status_before == kNoId8 || h.levels != 0) return ClockReach::kAll;
  const ClockReach& reach = ref.tenant.clock_reach();
  const std::uint32_t clocks =
      reach.by_activities(h.activities) | reach.by_attributes(h.attributes_set);
  return h.statuses == 0 ? clocks : clocks | reach.by_status(h.status_before, h.status_after);
}

void StateMachine::Impl::move_clocks(const TicketRef& ref, const Happenings& h, TimeMs at,
                                     std::uint32_t which) {
  if (which == 0 || waits_for_start(ref)) return;
  // From one resolved or closed status to another, what the first stopped stays to be continued.
  const bool entered = h.statuses != 0 && is_done(ref.category());
  const bool from_resolved =
      h.status_before != kNoId8 && is_done(ref.spec().statuses[h.status_before].category);
  for (std::size_t i = 0; i < ref.tenant.clock_count(); ++i) {
    if ((which >> i & 1) == 0) continue;
    const auto id = static_cast<ClockId>(i);
    if (entered && !from_resolved) ref.clock(id).clear(ClockFlag::stopped_by_resolve);
    move_clock(ref, id, h, at);
  }
}

void StateMachine::Impl::move_clock(const TicketRef& ref, ClockId id, const Happenings& h,
                                    TimeMs at) {
  const ClockSpec& spec = ref.spec().clocks[id];
  if (spec.retired) return;
  ClockState& clock = ref.clock(id);
  const Action action = decide(ref, id, h);

  if (action.stop && clock.active()) {
    stop_clock(ref, id, at);
    if (h.statuses != 0 && is_done(ref.category())) {
      clock.set(ClockFlag::stopped_by_resolve);
    }
  }
  if (action.cancel && clock.active()) cancel_clock(ref, id, at);
  if (action.reset) start_cycle(ref, id, at);
  if (h.reopened && clock.has(ClockFlag::stopped_by_resolve)) {
    clock.clear(ClockFlag::stopped_by_resolve);
    if (action.may_run && spec.fresh_on_reopen) {
      start_cycle(ref, id, at);
    } else if (action.may_run) {  // else it ran only in the status that it was resolved from
      continue_cycle(ref, id, at);
    }
  }
  const bool again = spec.each_cycle || id == ref.spec().reopen_clock;
  if (action.start && !clock.active() && (clock.cycle == 0 || again)) {
    start_cycle(ref, id, at);
  }
  if (action.pause && clock.running()) pause_clock(ref, id, at);
  if (!action.pause && clock.phase() == ClockPhase::paused) resume_clock(ref, id, at);
}

void StateMachine::Impl::count_active(const TicketRef& ref, ClockId id, int by) {
  ref.state.by_clock[id] += static_cast<std::uint64_t>(static_cast<std::int64_t>(by));
}

// Begins the next cycle at `at`, whatever the clock was doing.
void StateMachine::Impl::start_cycle(const TicketRef& ref, ClockId id, TimeMs at) {
  ClockState& clock = ref.clock(id);
  if (!clock.active()) count_active(ref, id, 1);
  leave_verdict(ref, id);
  intervals.release(clock.intervals);
  // After 65,535 cycles the number stays: 0 would mean that the clock had never started.
  const auto cycle = static_cast<std::uint16_t>(std::min(clock.cycle + 1, UINT16_MAX));
  const std::uint32_t counted = clock.counted;
  init_clock(clock);
  clock.counted = counted;
  clock.cycle = cycle;
  clock.run_from = at;
  clock.set_phase(ClockPhase::running);
  if (TicketExtras* given = extras_of(ref); given != nullptr) {
    if (ClockExtra* extra = given->find_clock(id)) {
      extra->ladder = {};
      extra->extended_ms = 0;
    }
  }
  retarget(ref, id, at, OnChange::recompute);
  emit_clock(ref, id, EventType::clock_started, at, 0, 0);
}

// A reopened ticket's clock goes on with what is left; the time between was not its own.
void StateMachine::Impl::continue_cycle(const TicketRef& ref, ClockId id, TimeMs at) {
  ClockState& clock = ref.clock(id);
  count_active(ref, id, 1);
  take_back_verdict(ref, id);
  clock.run_from = at;
  clock.set_phase(ClockPhase::running);
  // A closed status cancelled it: what it had announced is forgotten, so any due is later.
  if (clock.due == kNever) clock.due = limits::time_min_ms - 1;
  const bool keeps = ref.spec().clocks[id].on_change == OnChange::keep;
  retarget(ref, id, at, keeps ? OnChange::keep : OnChange::recompute);
  emit_clock(ref, id, EventType::clock_resumed, at, clock.elapsed_before, 0);
}

void StateMachine::Impl::stop_clock(const TicketRef& ref, ClockId id, TimeMs at) {
  ClockState& clock = ref.clock(id);
  const Calendar& calendar = ref.tenant.calendar(clock.calendar);
  if (clock.running()) end_interval(clock, calendar, intervals, at);
  count_active(ref, id, -1);
  // A window is never missed, though a change may leave it no time and stop it at once; due is
  // kNever while paused in time.
  const bool missed = clock.has_target() && at > clock.due && !ref.tenant.is_window(id);
  clock.set_phase(missed ? ClockPhase::missed : ClockPhase::met);
  clock.next_at = kNever;
  end_acknowledgement(ref, id);
  if (!clock.has_target()) return;  // no target, no verdict
  if (ref.tenant.is_window(id)) {   // no promise either
    clock.due = kNever;
    return;
  }
  count_verdict(ref, id, at);
  const DurationMs over = clock.has(ClockFlag::by_date) ? calendar.between(clock.due, at)
                                                        : clock.elapsed_before - clock.target_ms;
  emit_clock(ref, id, missed ? EventType::clock_missed : EventType::clock_met, at,
             clock.elapsed_before, missed && over > 0 ? over : 0);
  if (!missed) clock.due = kNever;
}

void StateMachine::Impl::cancel_clock(const TicketRef& ref, ClockId id, TimeMs at) {
  ClockState& clock = ref.clock(id);
  const Calendar& calendar = ref.tenant.calendar(clock.calendar);
  if (clock.running()) end_interval(clock, calendar, intervals, at);
  count_active(ref, id, -1);
  clock.set_phase(ClockPhase::cancelled);
  clock.next_at = kNever;
  end_acknowledgement(ref, id);
  emit_clock(ref, id, EventType::clock_cancelled, at, clock.elapsed_before, 0);
  clock.due = kNever;
}

void StateMachine::Impl::pause_clock(const TicketRef& ref, ClockId id, TimeMs at) {
  ClockState& clock = ref.clock(id);
  end_interval(clock, ref.tenant.calendar(clock.calendar), intervals, at);
  clock.set_phase(ClockPhase::paused);
  // A due that has passed stands, also where its breach is still to be announced: a change may
  // bring a shorter target and the pause at once. Yet only if a run came to it: a reopen into a
  // pause runs for no time, maybe past a date that lay between.
  if (!clock.has(ClockFlag::breached)) {
    const Goal goal = goal_in_force(ref, id);
    if (moved_by_pause(goal.kind)) {
      if (clock.due >= at) clock.due = kNever;
      if (clock.due != kNever) set_due(clock, runs_of(ref), goal);
    }
  }
  refresh(ref, id);
  emit_clock(ref, id, EventType::clock_paused, at, clock.elapsed_before, 0);
}

void StateMachine::Impl::resume_clock(const TicketRef& ref, ClockId id, TimeMs at) {
  ClockState& clock = ref.clock(id);
  clock.run_from = at;
  clock.set_phase(ClockPhase::running);
  if (clock.has_target() && !clock.has(ClockFlag::breached)) {
    set_due(clock, runs_of(ref), goal_in_force(ref, id));
  }
  refresh(ref, id);
  emit_clock(ref, id, EventType::clock_resumed, at, clock.elapsed_before, 0);
}

void StateMachine::Impl::refresh(const TicketRef& ref, ClockId id) {
  ClockState& clock = ref.clock(id);
  clock.next_at = next_fall(ref, id).at;
}

NextFall StateMachine::Impl::next_fall(const TicketRef& ref, ClockId id) const {
  const TicketExtras* given = extras_of(ref);
  return vencer::next_fall(ref.tenant, id, ref.clock(id),
                           given == nullptr ? LadderExtra{} : given->ladder_of(id), runs_of(ref));
}

void StateMachine::Impl::end_acknowledgement(const TicketRef& ref, ClockId id) {
  TicketExtras* given = extras_of(ref);
  if (given == nullptr) return;
  if (ClockExtra* extra = given->find_clock(id)) extra->ladder.acknowledged_until = 0;
}

}  // namespace vencer
