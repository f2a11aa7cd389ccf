#include "engine/core/clock.h"

#include <algorithm>

namespace vencer {

void init_clock(ClockState& clock) {
  clock = {};
  clock.due = kNever;
  clock.next_at = kNever;
  clock.rule = kNoId16;
  clock.ladder = kNoId8;
}

DurationMs elapsed(const ClockState& clock, const Calendar& calendar, TimeMs at) {
  if (!clock.running()) return clock.elapsed_before;
  return clock.elapsed_before + calendar.between(clock.run_from, at);
}

TimeMs cycle_start(const ClockState& clock, const RunIntervals& intervals) {
  return clock.intervals == 0 ? clock.run_from.get() : intervals.first_from(clock.intervals);
}

void end_interval(ClockState& clock, const Calendar& calendar, RunIntervals& intervals, TimeMs at) {
  VENCER_ASSERT(clock.running());
  // A date that had passed when the run began was broken by it, however short it was.
  const bool broke = clock.has(ClockFlag::breached) && clock.has(ClockFlag::by_date);
  if (at <= clock.run_from && clock.intervals != 0 && !broke) return;
  const TimeMs to = std::max<TimeMs>(at, clock.run_from);
  clock.elapsed_before += calendar.between(clock.run_from, to);
  intervals.append(clock.intervals, clock.run_from, to, clock.calendar);
}

TimeMs instant_of(const ClockState& clock, const Runs& runs, DurationMs threshold, Reach reach) {
  TimeMs found = kNever;
  if (threshold <= clock.elapsed_before) {
    DurationMs before = 0;
    runs.intervals.walk(clock.intervals, [&](TimeMs from, TimeMs to, CalendarId own) {
      if (from == to) return true;
      const Calendar& calendar = runs.calendar(own);
      const DurationMs open = calendar.between(from, to);
      if (before + open >= threshold) {
        const TimeMs at = calendar.add(from, threshold > before ? threshold - before : 0);
        if (at < to || (reach == Reach::step && at == to)) {
          found = at;
          return false;
        }
      }
      before += open;
      return true;
    });
  }
  if (found != kNever || !clock.running()) return found;
  const DurationMs rest = threshold - clock.elapsed_before;
  return runs.calendar(clock.calendar).add(clock.run_from, rest > 0 ? rest : 0, runs.known);
}

DurationMs elapsed_at(const ClockState& clock, const Runs& runs, TimeMs at) {
  DurationMs open = 0;
  runs.intervals.walk(clock.intervals, [&](TimeMs from, TimeMs to, CalendarId own) {
    open += runs.calendar(own).between(from, std::min(to, at));
    return from < at;
  });
  if (clock.running()) open += runs.calendar(clock.calendar).between(clock.run_from, at);
  return open;
}

DurationMs measure(const ClockState& clock, const Runs& runs) {
  DurationMs open = 0;
  runs.intervals.walk(clock.intervals, [&](TimeMs from, TimeMs to, CalendarId own) {
    open += runs.calendar(own).between(from, to);
    return true;
  });
  return open;
}

}  // namespace vencer
