#include "tests/model/model_clock.h"

#include <algorithm>

namespace vencer::model {
namespace {

// "extend: due moves by `by` of open time."
TimeMs extended(const ModelClock& clock, TimeMs due) {
  if (due == kNever || clock.extended_ms == 0) return due;
  const Openings& own = *clock.target.openings;
  if (clock.extended_ms > 0) return own.add(due, clock.extended_ms);
  return own.add(clock.began,
                 std::max<DurationMs>(0, own.between(clock.began, due) + clock.extended_ms));
}

struct Date {
  TimeMs at = kNever;
  bool stands = false;  // a run came to it, or may still
};

// "A pause moves it by the business days whose close lies in it." While paused it stands nowhere,
// but what was due before the pause stays.
Date date_of(const ModelClock& clock) {
  const Openings& own = *clock.target.openings;
  if (clock.target.kind == TargetKind::instant || clock.target.kind == TargetKind::ticket) {
    return {extended(clock, clock.target.instant), true};
  }
  const auto after = [&](std::uint32_t moved) {
    return extended(clock, clock.target.kind == TargetKind::close_of_day
                               ? own.close_after(clock.began, 1 + moved)
                               : own.business_due(clock.began, clock.target.days + moved));
  };
  std::uint32_t moved = 0;
  TimeMs stood_from = clock.began;
  for (const ModelRun& run : clock.runs) {
    moved += own.closes_between(stood_from, run.from);
    stood_from = run.to;
    if (after(moved) < run.to) return {after(moved), true};
  }
  return {after(moved), false};
}

}  // namespace

DurationMs elapsed_at(const ModelClock& clock, TimeMs at) {
  DurationMs elapsed = 0;
  for (const ModelRun& run : clock.runs) {
    elapsed += run.openings->between(run.from, std::min(run.to, at));
  }
  return elapsed;
}

TimeMs reached(const ModelClock& clock, DurationMs threshold, bool end_counts) {
  DurationMs before = 0;
  for (const ModelRun& run : clock.runs) {
    if (run.from == run.to) continue;  // kept for its date only
    const TimeMs at = run.openings->add(run.from, std::max<DurationMs>(0, threshold - before));
    if (at < run.to || (end_counts && at == run.to)) return at;
    before += run.openings->between(run.from, run.to);
  }
  return kNever;
}

TimeMs due_of(const ModelClock& clock) {
  if (!clock.active()) return clock.missed_due;
  if (!clock.has_target()) return kNever;
  if (clock.target.kind == TargetKind::open_time) return reached(clock, target_of(clock), false);
  const Date date = date_of(clock);
  return date.stands ? date.at : kNever;
}

DurationMs target_of(const ModelClock& clock) {
  if (!clock.has_target()) return 0;
  if (clock.target.kind == TargetKind::open_time) {
    return std::max<DurationMs>(0, clock.target.open_ms + clock.extended_ms);
  }
  return clock.active() ? target_by_date(clock) : clock.stopped_target;
}

DurationMs target_by_date(const ModelClock& clock) {
  const TimeMs due = date_of(clock).at;
  return due == kNever ? 0 : clock.target.openings->between(clock.began, due);
}

TimeMs used_up(const ModelClock& clock, DurationMs part) {
  if (clock.target.kind == TargetKind::open_time) return reached(clock, part, true);
  return due_of(clock) == kNever ? kNever : clock.target.openings->add(clock.began, part);
}

DurationMs overrun_at(const ModelClock& clock, TimeMs due, TimeMs at) {
  if (clock.target.kind != TargetKind::open_time) return clock.target.openings->between(due, at);
  return std::max<DurationMs>(0, elapsed_at(clock, at) - target_of(clock));
}

}  // namespace vencer::model
