// LocalTime: which instants a local time or a local day of a zone means. Used while a calendar is
// compiled, and after that for what goes by local days, never for open time.
//
// A local time is a count of milliseconds on a wall clock that began at local 1970-01-01 00:00.
// When clocks go forward some are skipped; when they go back some come twice. The two definitions
// below need no case for either, and hold for any jump, a skipped civil day (Samoa, 2011-12-30)
// too:
//   first_at(x) = the first instant at which the wall clock shows x or more,
//   last_at(x)  = the end of the instants at which the wall clock shows at most x.
//
// Cost: construction O(transitions); look-ups O(log transitions).  Thread: const after
// construction. Expects a valid ZoneSpec: ascending transitions, offsets of at most kOffsetMax
// (checked by compile).
#pragma once

#include <optional>
#include <vector>

#include "engine/core/calendar_intervals.h"
#include "engine/core/calendar_spec.h"

namespace vencer {

using LocalMs = std::int64_t;

class LocalTime {
 public:
  // No zone of the database ever was this far from UTC.
  static constexpr DurationMs kOffsetMax = 24 * 3'600'000LL;

  LocalTime() = default;  // of no zone: not to be asked
  explicit LocalTime(const ZoneSpec& zone);

  // What the wall clock shows.
  LocalMs local(TimeMs at) const { return at + periods_[period_at(at)].offset; }

  // Where an opening that begins at this local time begins: the first of two occurrences, the
  // transition if it is skipped.
  TimeMs first_at(LocalMs local) const;
  // Where an opening that ends at this local time ends: the last of two occurrences, the
  // transition if it is skipped.
  TimeMs last_at(LocalMs local) const;
  // All instants whose local date is `day`. Several intervals if the clock goes back over midnight
  // (St John's, until 2011), none if the day was skipped.
  Intervals instants_of(CivilDay day) const;
  // The next transition after an instant; far beyond all time if there is none.
  TimeMs same_offset_until(TimeMs from) const { return end_of(period_at(from)); }
  // UTC offset in ms if it is the same all through the interval.
  std::optional<DurationMs> constant_offset(Interval interval) const;

  std::size_t memory_bytes() const { return periods_.capacity() * sizeof(Period); }

 private:
  // From `begin` until the next one's, local = UTC + offset.
  struct Period {
    TimeMs begin;
    DurationMs offset;
  };
  std::size_t period_at(TimeMs at) const;
  TimeMs end_of(std::size_t period) const;

  std::vector<Period> periods_;  // the first begins before all time
};

}  // namespace vencer
