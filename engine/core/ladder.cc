#include "engine/core/ladder.h"

#include <algorithm>

namespace vencer {
namespace {

// The step's own instant and whether it must be passed (+ 1 ms) rather than reached.
struct StepInstant {
  TimeMs due = kNever;
  bool passed = false;
};

bool must_be_passed(const LadderStepSpec& step) {
  return step.anchor == StepAnchor::after_due ||
         (step.anchor == StepAnchor::percent && step.percent_milli >= 100'000);
}

// `threshold`: step_threshold, unless it is after due; `times`: how often it has fired already.
StepInstant step_instant(const CompiledTenant& tenant, const ClockState& clock, const Runs& runs,
                         const LadderStepSpec& step, DurationMs threshold, int times) {
  const Calendar& own = tenant.calendar(clock.calendar);
  StepInstant instant;
  instant.passed = must_be_passed(step);
  if (step.anchor == StepAnchor::after_due) {
    if (clock.due == kNever) return instant;
    const Calendar& calendar = step.calendar == kNoId16 ? own : tenant.calendar(step.calendar);
    instant.due = calendar.add(clock.due, step.offset_ms);
  } else {
    if (clock.has(ClockFlag::by_date)) {
      instant.due = own.add(cycle_start(clock, runs.intervals), threshold);
      // A date that had passed as the cycle began: what comes before due comes before the breach.
      if (!instant.passed) instant.due = std::min<TimeMs>(instant.due, clock.due);
    } else {
      instant.due = instant_of(clock, runs, threshold, Reach::step);
    }
  }
  if (times > 0 && instant.due != kNever) {
    const Calendar& calendar = step.calendar == kNoId16 ? own : tenant.calendar(step.calendar);
    instant.due = calendar.add(instant.due, step.every_ms * times);
  }
  return instant;
}

}  // namespace

DurationMs step_threshold(const LadderStepSpec& step, DurationMs target_ms) {
  if (step.anchor == StepAnchor::before_due)
    return std::max<DurationMs>(0, target_ms - step.offset_ms);
  const DurationMs whole = target_ms / 100'000 * step.percent_milli;
  const DurationMs rest = target_ms % 100'000 * step.percent_milli;
  return whole + (rest + 99'999) / 100'000;
}

NextFall next_fall(const CompiledTenant& tenant, ClockId clock_id, const ClockState& clock,
                   const LadderExtra& own, const Runs& runs) {
  NextFall next;
  if (!clock.active() || !clock.has_target()) return next;
  if (!clock.has(ClockFlag::breached) && clock.due != kNever) {
    next = {clock.due + 1, clock.due, true, kNoId8};
  }
  if (clock.ladder == kNoId8 || !clock.running()) return next;
  const LadderSpec& ladder = tenant.spec().ladders[clock.ladder];
  // Most steps cannot come before one that was reckoned already, and are not reckoned: what is
  // after due comes after the breach, and of two that are reached before due the later in the list
  // comes first by its lower threshold only. One that is left out holds the levels behind it up to
  // `next.at` at least, which is all that counts of it.
  const bool breach_to_come = next.breach;
  DurationMs reckoned = INT64_MAX;  // the lowest threshold of an instant that `next` is not after
  TimeMs level_not_before = 0;
  for (std::size_t position = 0; position < ladder.steps.size(); ++position) {
    const LadderStepSpec& step = ladder.steps[position];
    const StepId id = tenant.step_id(clock_id, clock.ladder, position);
    if (id == kNoId8) continue;
    const bool fired = (clock.fired & (1u << id)) != 0;
    if (fired && (step.every_ms == 0 || own.repeating != id || own.repeats >= step.times)) {
      continue;
    }
    const bool after_due = step.anchor == StepAnchor::after_due;
    const DurationMs threshold = after_due ? 0 : step_threshold(step, clock.target_ms);
    if (after_due ? breach_to_come : threshold >= reckoned) {
      if (step.level > 0 && !fired) level_not_before = std::max(level_not_before, next.at);
      continue;
    }
    const StepInstant instant =
        step_instant(tenant, clock, runs, step, threshold, fired ? own.repeats + 1 : 0);
    TimeMs at = instant.due == kNever ? kNever : instant.due + (instant.passed ? 1 : 0);
    at = std::max(at, own.acknowledged_until);
    bool held_up = false;
    if (step.level > 0 && !fired) {
      held_up = level_not_before > at;
      at = std::max(at, level_not_before);
      level_not_before = at;
    }
    // A step behind one that is held up by a level, or that repeats, may well come before it.
    if (!instant.passed && !fired && !held_up) reckoned = std::min(reckoned, threshold);
    if (at < next.at) next = {at, instant.due, false, static_cast<std::uint8_t>(position)};
  }
  return next;
}

}  // namespace vencer
