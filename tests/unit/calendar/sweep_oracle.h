// SweepOracle: all openings of a calendar from 1970 to 2400, one day after the other, in one sorted
// list with running sums, to check the week table's long distances against. Local times come from
// absl. Breaks and holidays close, whatever else is on. Not for zones whose clock went back over
// midnight.
#pragma once

#include <vector>

#include "engine/core/calendar.h"

namespace vencer::test {

class SweepOracle {
 public:
  explicit SweepOracle(const CalendarSpec& spec);

  DurationMs between(TimeMs from, TimeMs to) const;
  // kNever if it lies after the year 2399.
  TimeMs add(TimeMs from, DurationMs open_ms) const;
  TimeMs next_open(TimeMs at) const;
  TimeMs next_close(TimeMs at) const;

 private:
  struct Opening {
    TimeMs begin, end;
    DurationMs open_before;
  };
  DurationMs open_before(TimeMs at) const;

  std::vector<Opening> openings_;
};

}  // namespace vencer::test
