// Lag: how long after the first instant at which it was allowed an event came. For the server's
// metrics and for who watches.
//
// Allowed are: a breach, and a step at or after due, once its instant has passed (due + 1 ms); a
// step before due, and the end of a window, at its instant. Which side of due a step is on shows
// in elapsed against target; of a target that is a date it may be told wrong, by 1 ms: never
// negative.
// Pure.
#pragma once

#include <algorithm>

#include "engine/core/event.h"

namespace vencer {

// kNever: of no such event.
inline DurationMs lag_ms(const Event& event) {
  if (event.due == kNever) return kNever;
  DurationMs passed = 0;
  switch (event.type) {
    case EventType::clock_expired:
      break;
    case EventType::breached:
      passed = 1;
      break;
    case EventType::warning:
    case EventType::escalated:
      if (event.step == kNoId8) return kNever;  // by a command
      passed = event.elapsed_ms >= event.target_ms ? 1 : 0;
      break;
    default:
      return kNever;
  }
  return std::max<DurationMs>(0, event.emitted - event.due - passed);
}

}  // namespace vencer
