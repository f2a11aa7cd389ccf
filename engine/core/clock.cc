#include "engine/core/clock.h"

namespace vencer {

void init_clock(ClockState& clock) {
  clock = {};
  clock.due = kNever;
  clock.next_at = kNever;
  clock.rule = kNoId16;
  clock.ladder = kNoId8;
  clock.repeating = kNoId8;
}

DurationMs elapsed(const ClockState& clock, const Calendar& calendar, TimeMs at) {
  if (!clock.running()) return clock.elapsed_before;
  return clock.elapsed_before + calendar.between(clock.run_from, at);
}

void end_interval(ClockState& clock, const Calendar& calendar, RunIntervals& intervals, TimeMs at) {
  VENCER_ASSERT(clock.running());
  if (at <= clock.run_from) return;
  clock.elapsed_before += calendar.between(clock.run_from, at);
  intervals.append(clock.intervals, clock.run_from, at);
}

TimeMs instant_of(const ClockState& clock, const Calendar& calendar, const RunIntervals& intervals,
                  DurationMs threshold, Reach reach) {
  TimeMs found = kNever;
  if (threshold <= clock.elapsed_before) {
    DurationMs before = 0;
    intervals.walk(clock.intervals, [&](TimeMs from, TimeMs to) {
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
  return calendar.add(clock.run_from, rest > 0 ? rest : 0);
}

DurationMs measure(const ClockState& clock, const Calendar& calendar,
                   const RunIntervals& intervals) {
  DurationMs open = 0;
  intervals.walk(clock.intervals, [&](TimeMs from, TimeMs to) {
    open += calendar.between(from, to);
    return true;
  });
  return open;
}

}  // namespace vencer
