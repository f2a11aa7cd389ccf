#include "engine/core/ladder.h"

#include <algorithm>

namespace vencer {
namespace {

// The step's own instant and whether it must be passed (+ 1 ms) rather than reached.
struct StepInstant {
  TimeMs due = kNever;
  bool passed = false;
};

// `times`: how often it has fired already.
StepInstant step_instant(const CompiledTenant& tenant, const ClockState& clock, const Runs& runs,
                         const LadderStepSpec& step, int times) {
  const Calendar& own = tenant.calendar(clock.calendar);
  StepInstant instant;
  if (step.anchor == StepAnchor::after_due) {
    instant.passed = true;
    if (clock.due == kNever) return instant;
    const Calendar& calendar = step.calendar == kNoId16 ? own : tenant.calendar(step.calendar);
    instant.due = calendar.add(clock.due, step.offset_ms);
  } else {
    instant.passed = step.anchor == StepAnchor::percent && step.percent_milli >= 100'000;
    const DurationMs threshold = step_threshold(step, clock.target_ms);
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
                   const LadderExtra& own, const RunIntervals& intervals) {
  NextFall next;
  if (!clock.active() || !clock.has_target()) return next;
  if (!clock.has(ClockFlag::breached) && clock.due != kNever) {
    next = {clock.due + 1, clock.due, true, kNoId8};
  }
  if (clock.ladder == kNoId8 || !clock.running()) return next;
  const Runs runs{intervals, tenant.calendars()};
  const LadderSpec& ladder = tenant.spec().ladders[clock.ladder];
  TimeMs level_not_before = 0;
  for (std::size_t position = 0; position < ladder.steps.size(); ++position) {
    const LadderStepSpec& step = ladder.steps[position];
    const StepId id = tenant.step_id(clock_id, clock.ladder, position);
    if (id == kNoId8) continue;
    const bool fired = (clock.fired & (1u << id)) != 0;
    if (fired && (step.every_ms == 0 || own.repeating != id || own.repeats >= step.times)) {
      continue;
    }
    const StepInstant instant =
        step_instant(tenant, clock, runs, step, fired ? own.repeats + 1 : 0);
    TimeMs at = instant.due == kNever ? kNever : instant.due + (instant.passed ? 1 : 0);
    at = std::max(at, own.acknowledged_until);
    if (step.level > 0 && !fired) {
      at = std::max(at, level_not_before);
      level_not_before = at;
    }
    if (at < next.at) next = {at, instant.due, false, static_cast<std::uint8_t>(position)};
  }
  return next;
}

}  // namespace vencer
