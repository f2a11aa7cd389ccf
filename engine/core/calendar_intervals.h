// Sets of instants as lists of half-open intervals [begin, end): the arithmetic of openings.
//
// "Normal" means ascending, none empty, none touching the next. Every function here returns a
// normal list and expects one unless it says otherwise.
// Cost: unite O(n log n), the others O(n + m).  Thread: any; pure.  Units: ms since the epoch, UTC.
#pragma once

#include <vector>

#include "engine/core/types.h"

namespace vencer {

struct Interval {
  TimeMs begin;
  TimeMs end;
  friend auto operator<=>(const Interval&, const Interval&) = default;
};
using Intervals = std::vector<Interval>;

// Any list, in any order, overlapping or with begin >= end (nothing): what at least one covers.
Intervals unite(Intervals intervals);
// What lies in `from` and not in `cut`.
Intervals subtract(const Intervals& from, const Intervals& cut);
// What lies in `intervals` and in `window`.
Intervals clip(const Intervals& intervals, Interval window);

}  // namespace vencer
