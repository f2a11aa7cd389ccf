// MinuteOracle: a calendar as anybody would first write it, to check the real one against.
//
// Each minute of a stretch of time is asked: what is the local time, which shifts are on, is it a
// holiday? Local time comes from absl and its data, not from the ZoneSpec under test. Every rule
// change since 1973 falls on a whole minute of UTC, so a minute is open or closed as a whole.
#pragma once

#include <vector>

#include "engine/core/calendar.h"

namespace vencer::test {

class MinuteOracle {
 public:
  // `begin` a whole minute, in or after 1973.
  MinuteOracle(const CalendarSpec& spec, TimeMs begin, int minutes);

  TimeMs begin() const { return begin_; }
  TimeMs end() const;
  // Within [begin(), end()].
  DurationMs between(TimeMs from, TimeMs to) const;
  // kNever if it lies after end().
  TimeMs add(TimeMs from, DurationMs open_ms) const;
  bool is_open(TimeMs at) const;
  // kNever if it lies after end().
  TimeMs next_open(TimeMs at) const;
  TimeMs next_close(TimeMs at) const;
  // More than two days within [begin(), end()].
  Interval local_day(TimeMs at) const;

 private:
  DurationMs open_before(TimeMs at) const;

  TimeMs begin_;
  std::size_t minute_of(TimeMs at) const;
  TimeMs at_minute(std::size_t minute) const;

  std::vector<bool> open_;               // by minute
  std::vector<CivilDay> date_;           // by minute: what the wall calendar shows
  std::vector<DurationMs> open_before_;  // by minute, and the end
};

}  // namespace vencer::test
