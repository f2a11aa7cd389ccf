#include "tests/model/model_clock.h"

#include <algorithm>

namespace vencer::model {

DurationMs elapsed_at(const ModelClock& clock, const Openings& openings, TimeMs at) {
  DurationMs elapsed = 0;
  for (const RunInterval& run : clock.runs) {
    elapsed += openings.between(run.from, std::min(run.to, at));
  }
  return elapsed;
}

TimeMs reached(const ModelClock& clock, const Openings& openings, DurationMs threshold,
               bool end_counts) {
  DurationMs before = 0;
  for (const RunInterval& run : clock.runs) {
    const TimeMs at = openings.add(run.from, std::max<DurationMs>(0, threshold - before));
    if (at < run.to || (end_counts && at == run.to)) return at;
    before += openings.between(run.from, run.to);
  }
  return kNever;
}

TimeMs due_of(const ModelClock& clock, const Openings& openings) {
  if (!clock.active()) return clock.missed_due;
  return clock.has_target() ? reached(clock, openings, clock.target.target_ms, false) : kNever;
}

}  // namespace vencer::model
