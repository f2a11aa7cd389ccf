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
  const Openings& own = openings(clock);
  const TimeMs due = due_of(clock, own);
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
    const Openings& counted = step.calendar == kNoId16 ? own : *calendars_[step.calendar];
    bool passed = step.anchor == StepAnchor::percent && step.percent_milli >= 100'000;
    TimeMs instant = kNever;
    if (step.anchor == StepAnchor::after_due) {
      passed = true;
      if (due != kNever) instant = counted.add(due, step.offset_ms);
      if (due != kNever && fired != 0) instant = counted.add(instant, step.every_ms * fired);
    } else {
      instant = reached(clock, own, threshold_of(step, clock.target.target_ms), true);
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

// In the order of instant, clock, step. A change made by a step takes effect at its instant, but
// not before the ticket's last change, nor before `not_before` (the document that brought it up).
void Desk::run_until(ModelTicket& ticket, TimeMs until, TimeMs not_before) {
  TimeMs instant = -1;
  int changes_left = 0;
  while (!ticket.closed) {
    Fall next;
    ClockId which = 0;
    for (std::size_t i = 0; i < ticket.clocks.size(); ++i) {
      const Fall fall = next_fall(ticket, static_cast<ClockId>(i));
      if (fall.at >= next.at) continue;
      next = fall;
      which = static_cast<ClockId>(i);
    }
    if (next.at == kNever || next.at > until) return;
    if (!next.breach) {
      const TimeMs at = std::max({next.at, not_before, ticket.changed_at, instant});
      if (at != instant) changes_left = limits::automatic_changes_max;
      instant = at;
      fire_step(ticket, which, next, at, &changes_left);
      continue;
    }
    ModelClock& clock = ticket.clocks[which];
    clock.breached = true;
    Said said = about(ticket, which, EventType::breached);
    said.event.elapsed_ms = clock.target.target_ms;
    say(said);
    update_light(ticket);
  }
}

void Desk::fire_step(ModelTicket& ticket, ClockId id, const Fall& fall, TimeMs at,
                     int* changes_left) {
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

  const bool raises = step.level > ticket.level;  // "a step never lowers the level"
  Said said = about(ticket, id, step.warn && !raises ? EventType::warning : EventType::escalated);
  said.event.step = step_id;
  said.event.due = fall.due;
  said.event.recipient = step.recipient;
  said.event.route = route(step.recipient);
  said.event.elapsed_ms =
      elapsed_at(clock, openings(clock), std::max(fall.due, clock.runs.back().from));
  if (clock.breached) {
    said.event.overrun_ms = std::max<DurationMs>(0, said.event.elapsed_ms - clock.target.target_ms);
  }
  if (raises) {
    Request request;
    request.automatic = true;
    request.level = step.level;
    change(ticket, request, at, &said);
  } else {
    say(said);
    update_light(ticket);
  }

  if (step.set_status == kNoId8 && step.set_attributes.empty()) return;
  if (*changes_left == 0 || !interval_room(ticket, step.set_status)) {
    Said refused = about(ticket, id,
                         *changes_left == 0 ? EventType::cascade_stopped : EventType::step_refused);
    refused.event.step = step_id;
    refused.event.due = fall.due;
    say(refused);
    return;
  }
  --*changes_left;
  Request request;
  request.automatic = true;
  request.status = step.set_status;
  request.attributes = step.set_attributes;
  change(ticket, request, at);
}

}  // namespace vencer::model
