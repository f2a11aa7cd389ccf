// What a change does to one clock (semantics.md, section 5).
#include <algorithm>

#include "tests/model/desk.h"

namespace vencer::model {
namespace {

// Ends the run that is on. One that lasted no time was none, unless it came to a date that had
// passed and was announced.
void end_run(ModelClock& clock, TimeMs at) {
  if (!clock.running()) return;
  ModelRun& last = clock.runs.back();
  last.to = std::max(at, last.from);
  const bool broke = clock.breached && clock.target.kind != TargetKind::open_time;
  if (last.from >= at && !broke) clock.runs.pop_back();
}

}  // namespace

// "start_at: idle until then."
void Desk::move_clocks(ModelTicket& ticket, const Happened& h, TimeMs at) {
  if (ticket.starts_at != kNever) return;
  for (std::size_t i = 0; i < ticket.clocks.size(); ++i) {
    move_clock(ticket, static_cast<ClockId>(i), h, at);
  }
}

// "then each clock in configured order: stop, cancel, reset, start, pause or resume"
void Desk::move_clock(ModelTicket& ticket, ClockId id, const Happened& h, TimeMs at) {
  const ClockSpec& spec = document_.clocks[id];
  if (spec.retired) return;
  ModelClock& clock = ticket.clocks[id];
  const bool may_run = spec.run_while.empty() || h.after.in(spec.run_while);
  const bool entered = !spec.run_while.empty() && may_run && !h.before.in(spec.run_while);
  const bool voided =
      h.entered != 0 && document_.statuses[h.after.status].category == StatusCategory::cancelled;
  const bool left = !may_run && h.before.in(spec.run_while) && !voided;

  if (clock.active() && (h.matches(spec.stop) || left)) {
    stop(ticket, id, at);
    // "those clocks which this entry into resolved stopped": whatever of the stay in resolved
    const StatusCategory category = document_.statuses[h.after.status].category;
    if (h.entered != 0 &&
        (category == StatusCategory::resolved || category == StatusCategory::closed)) {
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
      go_on(ticket, id, at, true);
    }
  }
  if (may_run && !clock.active() &&
      (clock.cycle == 0 || spec.each_cycle || id == document_.reopen_clock) &&
      (h.matches(spec.start) || entered)) {
    begin_cycle(ticket, id, at);
  }
  const bool pauses = h.after.in(spec.pause_while);
  if (pauses && clock.running()) pause(ticket, id, at);
  if (!pauses && clock.phase == ClockPhase::paused) go_on(ticket, id, at, false);
}

void Desk::begin_cycle(ModelTicket& ticket, ClockId id, TimeMs at) {
  ModelClock& clock = ticket.clocks[id];
  const auto cycle = static_cast<std::uint16_t>(clock.cycle + 1);
  clock = {};
  clock.cycle = cycle;
  clock.phase = ClockPhase::running;
  clock.began = at;
  clock.runs = {{at, kNever, nullptr}};
  choose_rule(ticket, id, at, true);
  say_clock(ticket, id, EventType::clock_started, at, due_of(clock), 0, 0);
}

void Desk::go_on(ModelTicket& ticket, ClockId id, TimeMs at, bool reopened) {
  ModelClock& clock = ticket.clocks[id];
  if (reopened) choose_rule(ticket, id, at, false);
  clock.phase = ClockPhase::running;
  clock.missed_due = kNever;
  clock.runs.push_back({at, kNever, clock.target.openings});
  const TimeMs due = due_of(clock);
  const DurationMs elapsed = elapsed_at(clock, at);
  // A reopen may find a longer target in force than the one that was missed.
  if (reopened && clock.breached && due >= at) {
    clock.breached = false;
    say_clock(ticket, id, EventType::breach_cleared, at, due, elapsed, 0);
  }
  say_clock(ticket, id, EventType::clock_resumed, at, due, elapsed, 0);
}

// "a stopped window says nothing"
void Desk::stop(ModelTicket& ticket, ClockId id, TimeMs at) {
  ModelClock& clock = ticket.clocks[id];
  const bool promise = document_.clocks[id].kind == ClockKind::promise;
  const TimeMs due = due_of(clock);
  const bool missed = promise && clock.has_target() && at > due;  // "on time: not after due"
  const DurationMs target_ms = target_of(clock);
  end_run(clock, at);
  const DurationMs elapsed = elapsed_at(clock, at);
  const DurationMs over = missed ? overrun_at(clock, due, at) : 0;
  clock.stopped_target = target_ms;
  clock.phase = missed ? ClockPhase::missed : ClockPhase::met;
  clock.missed_due = missed ? due : kNever;
  clock.stopped_elapsed = elapsed;
  clock.acknowledged_until = 0;
  if (!clock.has_target() || !promise) return;
  say_clock(ticket, id, missed ? EventType::clock_missed : EventType::clock_met, at, due, elapsed,
            over);
}

void Desk::cancel(ModelTicket& ticket, ClockId id, TimeMs at) {
  ModelClock& clock = ticket.clocks[id];
  const TimeMs due = due_of(clock);
  clock.stopped_target = target_of(clock);
  end_run(clock, at);
  clock.phase = ClockPhase::cancelled;
  clock.acknowledged_until = 0;
  clock.stopped_elapsed = elapsed_at(clock, at);
  say_clock(ticket, id, EventType::clock_cancelled, at, due, clock.stopped_elapsed, 0);
}

void Desk::pause(ModelTicket& ticket, ClockId id, TimeMs at) {
  ModelClock& clock = ticket.clocks[id];
  end_run(clock, at);
  clock.phase = ClockPhase::paused;
  say_clock(ticket, id, EventType::clock_paused, at, due_of(clock), elapsed_at(clock, at), 0);
}

}  // namespace vencer::model
