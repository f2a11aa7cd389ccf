// BusinessOracle: the business days of a stretch of time in one list, made a day at a time with
// local times from absl, and walked from end to end for each question.
#pragma once

#include <vector>

#include "engine/core/calendar.h"

namespace vencer::test {

class BusinessOracle {
 public:
  // Openings: `between` and `add` as Calendar has them, within [begin, end]. The days from `begin`
  // on whose hours lie in it.
  template <typename Openings>
  BusinessOracle(const CalendarSpec& spec, TimeMs begin, TimeMs end, const Openings& openings) {
    for (const Hours& each : hours_of_days(spec, begin, end)) {
      DurationMs open_ms = 0;
      for (const Interval& shift : each.shifts) open_ms += openings.between(shift.begin, shift.end);
      if (open_ms == 0) continue;
      const TimeMs first = each.shifts.front().begin;
      days_.push_back({each.midnight, openings.add(first, 1) - 1,
                       openings.add(first, openings.between(first, each.end))});
    }
  }

  struct Day {
    TimeMs midnight, opens, closes;
  };
  const std::vector<Day>& days() const { return days_; }

  // kNever if it lies after the last day of the list.
  TimeMs due(TimeMs start, std::uint32_t n) const;
  std::uint32_t closes_in(TimeMs from, TimeMs to) const;
  TimeMs close_after(TimeMs at) const;
  TimeMs open_after(TimeMs at) const;

 private:
  struct Hours {
    TimeMs midnight;
    std::vector<Interval> shifts;  // ascending by begin
    TimeMs end;                    // of the last one, or of the day before's
  };
  // Of days that are not closed and have shifts.
  static std::vector<Hours> hours_of_days(const CalendarSpec& spec, TimeMs begin, TimeMs end);

  std::vector<Day> days_;
};

}  // namespace vencer::test
