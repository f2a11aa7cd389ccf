// What falls due in one ticket, and what it does (semantics.md, sections 1 and 7).
#include <algorithm>

#include "engine/core/limits.h"
#include "tests/model/desk.h"

namespace vencer::model {
namespace {

// Choice (ladder.h): percentages round up to a whole millisecond.
DurationMs threshold_of(const LadderStepSpec& step, DurationMs target_ms) {
  if (step.anchor == StepAnchor::before_due) {
    return std::max<DurationMs>(0, target_ms - step.offset_ms);
  }
  const std::int64_t product = target_ms * static_cast<std::int64_t>(step.percent_milli);
  return product / 100'000 + (product % 100'000 == 0 ? 0 : 1);
}

StepId id_of(const ClockSpec& clock, const std::string& name) {
  const auto found = std::find(clock.step_names.begin(), clock.step_names.end(), name);
  return static_cast<StepId>(found - clock.step_names.begin());
}

}  // namespace

// Breach first, then the steps in the order of their ladder.
// Choices (ladder.h): while a clock is paused its steps wait; a step that raises the level does not
// overtake an earlier one of its ladder that has not fired.
Fall Desk::next_fall(const ModelTicket& ticket, ClockId id) const {
  const ModelClock& clock = ticket.clocks[id];
  Fall next;
  if (!clock.active() || !clock.has_target()) return next;
  const TimeMs due = due_of(clock);
  if (!clock.breached && due != kNever) next = {due + 1, due, true, 0};
  if (!clock.running() || clock.target.ladder == kNoId16) return next;
  const std::vector<LadderStepSpec>& steps = document_.ladders[clock.target.ladder].steps;
  TimeMs level_before = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const LadderStepSpec& step = steps[i];
    const StepId step_id = id_of(document_.clocks[id], step.name);
    unsigned fired = clock.fired.count(step_id) != 0 ? 1 : 0;
    if (fired != 0) {
      if (step.every_ms == 0 || clock.repeating != step_id || clock.repeats >= step.times) continue;
      fired += clock.repeats;
    }
    const Openings& counted =
        step.calendar == kNoId16 ? *clock.target.openings : *calendars_[step.calendar];
    bool passed = step.anchor == StepAnchor::percent && step.percent_milli >= 100'000;
    TimeMs instant = kNever;
    if (step.anchor == StepAnchor::after_due) {
      passed = true;
      if (due != kNever) instant = counted.add(due, step.offset_ms);
      if (due != kNever && fired != 0) instant = counted.add(instant, step.every_ms * fired);
    } else {
      instant = used_up(clock, threshold_of(step, target_of(clock)));
      // Before due is never after it, however long ago a date had passed as the cycle began.
      if (clock.target.kind != TargetKind::open_time && !passed) instant = std::min(instant, due);
    }
    TimeMs at = instant == kNever ? kNever : instant + (passed ? 1 : 0);
    at = std::max(at, clock.acknowledged_until);
    if (step.level != 0 && fired == 0) {
      at = std::max(at, level_before);
      level_before = at;
    }
    if (at < next.at) next = {at, instant, false, i};
  }
  return next;
}

// In the order of instant, then what ends a pending-until, a start, clock, step. A change made by
// time takes effect at its instant, but not before the ticket's last change, nor before
// `not_before` (the document that brought it up).
void Desk::run_until(ModelTicket& ticket, TimeMs until, TimeMs not_before) {
  TimeMs instant = -1;
  while (!ticket.closed) {
    Fall next;
    next.at = std::min(ticket.pending_until, ticket.starts_at);
    ClockId which = kNoId8;
    for (std::size_t i = 0; i < ticket.clocks.size(); ++i) {
      const Fall fall = next_fall(ticket, static_cast<ClockId>(i));
      if (fall.at >= next.at) continue;
      next = fall;
      which = static_cast<ClockId>(i);
    }
    if (next.at == kNever || next.at > until) return;
    if (next.breach && document_.clocks[which].kind == ClockKind::promise) {
      breach(ticket, which);
      continue;
    }
    const TimeMs at = std::max({next.at, not_before, ticket.changed_at, instant});
    instant = at;
    if (which == kNoId8) {
      if (ticket.pending_until <= ticket.starts_at) {
        end_pending(ticket, at);
      } else {
        start_clocks(ticket, at);
      }
    } else if (next.breach) {
      expire(ticket, which, next, at);
    } else {
      fire_step(ticket, which, next, at);
    }
  }
}

void Desk::breach(ModelTicket& ticket, ClockId id) {
  ModelClock& clock = ticket.clocks[id];
  clock.breached = true;
  Said said = about(ticket, id, EventType::breached);
  said.event.elapsed_ms = elapsed_at(clock, said.event.due);
  say(said);
  update_light(ticket);
}

void Desk::fire_step(ModelTicket& ticket, ClockId id, const Fall& fall, TimeMs at) {
  ModelClock& clock = ticket.clocks[id];
  const LadderStepSpec step = document_.ladders[clock.target.ladder].steps[fall.position];
  const StepId step_id = id_of(document_.clocks[id], step.name);
  if (!clock.fired.insert(step_id).second) {
    ++clock.repeats;
  } else if (step.every_ms > 0) {
    clock.repeating = step_id;
    clock.repeats = 0;
  }
  if (step.warn) clock.warned = true;

  Request raise;
  raise.automatic = true;
  raise.level = step.level;
  const bool higher = step.level > ticket.now.level;  // "a step never lowers the level"
  const std::uint16_t forbidden = higher ? broken(ticket, raise, at) : kNoId16;
  const bool raises = higher && forbidden == kNoId16;
  Said said = about(ticket, id, step.warn && !raises ? EventType::warning : EventType::escalated);
  const TimeMs due = said.event.due;
  said.event.step = step_id;
  said.event.due = fall.due;
  address(said.event, ticket.now.attributes, step.recipient);
  const TimeMs counted = std::max(fall.due, clock.runs.back().from);
  said.event.elapsed_ms = elapsed_at(clock, counted);
  if (clock.breached) said.event.overrun_ms = overrun_at(clock, due, counted);
  if (raises) {
    change(ticket, raise, at, &said);
  } else {
    say(said);
    update_light(ticket);
  }
  Said refusal = about(ticket, id, EventType::step_refused);
  refusal.event.step = step_id;
  refusal.event.due = fall.due;
  if (forbidden != kNoId16) {  // its recipient is told all the same (choice, engine.h)
    Said refused = refusal;
    refused.event.subject = forbidden;
    say(refused);
  }
  change_by_itself(ticket, {step.set_status, step.set_attributes}, at, refusal);
}

}  // namespace vencer::model
