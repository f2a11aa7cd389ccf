#include "engine/core/target.h"

#include <algorithm>

namespace vencer {
namespace {

// The date after `closes` business days closed in pauses.
TimeMs date(const Calendar& calendar, const Goal& goal, TimeMs start, std::uint32_t closes) {
  switch (goal.kind) {
    case TargetKind::open_time:
      break;
    case TargetKind::business_days:
      return calendar.business_due(start, std::max(goal.days, 1u) + closes);
    case TargetKind::close_of_day:
      return calendar.close_of_day(start, 1 + closes);
    case TargetKind::instant:
    case TargetKind::ticket:
      return goal.instant;
  }
  return kNever;
}

TimeMs extended(const Calendar& calendar, const Goal& goal, TimeMs start, TimeMs due) {
  if (goal.extended_ms == 0 || due == kNever) return due;
  if (goal.extended_ms > 0) return calendar.add(due, goal.extended_ms);
  const DurationMs left = calendar.between(start, due) + goal.extended_ms;
  return calendar.add(start, std::max<DurationMs>(left, 0));
}

}  // namespace

void set_due(ClockState& clock, const Runs& runs, const Goal& goal) {
  clock.due = kNever;
  clock.clear(ClockFlag::by_date);
  clock.target_ms = 0;
  clock.clear(ClockFlag::untargeted);
  if (!goal.targeted()) {
    if (goal.rule != kNoId16) clock.set(ClockFlag::untargeted);
    return;
  }
  if (goal.kind == TargetKind::open_time) {
    clock.target_ms = std::max<DurationMs>(goal.target_ms + goal.extended_ms, 0);
    clock.due = instant_of(clock, runs, clock.target_ms, Reach::due);
    return;
  }
  clock.set(ClockFlag::by_date);
  const Calendar& calendar = runs.calendar(clock.calendar);
  const TimeMs start = cycle_start(clock, runs.intervals);
  TimeMs due = extended(calendar, goal, start, date(calendar, goal, start, 0));
  bool reached = !moved_by_pause(goal.kind);
  if (!reached) {
    std::uint32_t closes = 0;
    TimeMs paused = kNever;  // since when: the end of the interval before
    const auto pause_until = [&](TimeMs resumed) {
      if (paused == kNever) return;
      const std::uint32_t more = calendar.business_days_between(paused, resumed);
      if (more == 0) return;
      closes += more;
      due = extended(calendar, goal, start, date(calendar, goal, start, closes));
    };
    runs.intervals.walk(clock.intervals, [&](TimeMs from, TimeMs to, CalendarId) {
      pause_until(from);
      paused = to;
      reached = due < to;
      return !reached;
    });
    if (!reached && clock.running()) {
      pause_until(clock.run_from);
      reached = true;
    }
  }
  if (due != kNever) clock.target_ms = calendar.between(start, due);
  if (reached) clock.due = due;
}

}  // namespace vencer
