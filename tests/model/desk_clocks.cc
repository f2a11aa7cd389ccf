// What a change does to one clock (semantics.md, section 5).
#include "tests/model/desk.h"

namespace vencer::model {
namespace {

bool contains(std::uint64_t statuses, StatusId status) {
  return status != kNoId8 && ((statuses >> status) & 1) != 0;
}

// Ends the run that is on. One that lasted no time was none.
void end_run(ModelClock& clock, TimeMs at) {
  if (!clock.running()) return;
  clock.runs.back().to = at;
  if (clock.runs.back().from >= at) clock.runs.pop_back();
}

}  // namespace

bool Happened::matches(const TriggerSpec& trigger) const {
  return (trigger.activities & activities) != 0 || (trigger.statuses & entered) != 0 ||
         (trigger.attributes_set & attributes_set) != 0 || (trigger.levels & levels) != 0;
}

// "then each clock in configured order: stop, cancel, reset, start, pause or resume"
void Desk::move_clock(ModelTicket& ticket, ClockId id, const Happened& h, TimeMs at) {
  const ClockSpec& spec = document_.clocks[id];
  if (spec.retired) return;
  ModelClock& clock = ticket.clocks[id];
  const bool may_run = spec.run_while.statuses == 0 || contains(spec.run_while.statuses, h.after);
  const bool entered =
      spec.run_while.statuses != 0 && may_run && !contains(spec.run_while.statuses, h.before);
  const bool left =
      spec.run_while.statuses != 0 && !may_run && contains(spec.run_while.statuses, h.before);

  if (clock.active() && (h.matches(spec.stop) || left)) {
    stop(ticket, id, at);
    // "those clocks which this entry into resolved stopped": whatever of the stay in resolved
    if (h.entered != 0 && document_.statuses[h.after].category == StatusCategory::resolved) {
      clock.continues = true;
    }
  }
  if (clock.active() && h.matches(spec.cancel)) cancel(ticket, id, at);
  if (may_run && h.matches(spec.reset)) begin_cycle(ticket, id, at);
  if (h.reopened && clock.continues) {
    clock.continues = false;
    if (may_run && spec.fresh_on_reopen) {
      begin_cycle(ticket, id, at);
    } else if (may_run) {
      choose_rule(ticket, id);
      go_on(ticket, id, at, true);
    }
  }
  if (may_run && !clock.active() && (clock.cycle == 0 || spec.each_cycle) &&
      (h.matches(spec.start) || entered)) {
    begin_cycle(ticket, id, at);
  }
  const bool pauses = contains(spec.pause_while.statuses, h.after);
  if (pauses && clock.running()) pause(ticket, id, at);
  if (!pauses && clock.phase == ClockPhase::paused) go_on(ticket, id, at, false);
}

void Desk::begin_cycle(ModelTicket& ticket, ClockId id, TimeMs at) {
  ModelClock& clock = ticket.clocks[id];
  const auto cycle = static_cast<std::uint16_t>(clock.cycle + 1);
  clock = {};
  clock.cycle = cycle;
  clock.phase = ClockPhase::running;
  clock.runs = {{at, kNever}};
  choose_rule(ticket, id);
  say_clock(ticket, id, EventType::clock_started, at, due_of(clock, openings(clock)), 0, 0);
}

void Desk::go_on(ModelTicket& ticket, ClockId id, TimeMs at, bool reopened) {
  ModelClock& clock = ticket.clocks[id];
  clock.phase = ClockPhase::running;
  clock.runs.push_back({at, kNever});
  clock.missed_due = kNever;
  const TimeMs due = due_of(clock, openings(clock));
  const DurationMs elapsed = elapsed_at(clock, openings(clock), at);
  // A reopen may find a longer target in force than the one that was missed.
  if (reopened && clock.breached && due >= at) {
    clock.breached = false;
    say_clock(ticket, id, EventType::breach_cleared, at, due, elapsed, 0);
  }
  say_clock(ticket, id, EventType::clock_resumed, at, due, elapsed, 0);
}

void Desk::stop(ModelTicket& ticket, ClockId id, TimeMs at) {
  ModelClock& clock = ticket.clocks[id];
  const TimeMs due = due_of(clock, openings(clock));
  const bool missed = clock.has_target() && at > due;  // "on time: not after due"
  end_run(clock, at);
  const DurationMs elapsed = elapsed_at(clock, openings(clock), at);
  clock.phase = missed ? ClockPhase::missed : ClockPhase::met;
  clock.missed_due = missed ? due : kNever;
  clock.stopped_elapsed = elapsed;
  clock.acknowledged_until = 0;
  if (!clock.has_target()) return;
  const DurationMs over = missed ? elapsed - clock.target.target_ms : 0;
  say_clock(ticket, id, missed ? EventType::clock_missed : EventType::clock_met, at, due, elapsed,
            over);
}

void Desk::cancel(ModelTicket& ticket, ClockId id, TimeMs at) {
  ModelClock& clock = ticket.clocks[id];
  const TimeMs due = due_of(clock, openings(clock));
  end_run(clock, at);
  clock.phase = ClockPhase::cancelled;
  clock.acknowledged_until = 0;
  clock.stopped_elapsed = elapsed_at(clock, openings(clock), at);
  say_clock(ticket, id, EventType::clock_cancelled, at, due, clock.stopped_elapsed, 0);
}

void Desk::pause(ModelTicket& ticket, ClockId id, TimeMs at) {
  ModelClock& clock = ticket.clocks[id];
  end_run(clock, at);
  clock.phase = ClockPhase::paused;
  say_clock(ticket, id, EventType::clock_paused, at, due_of(clock, openings(clock)),
            elapsed_at(clock, openings(clock), at), 0);
}

}  // namespace vencer::model
