#include "engine/core/calendar_day_rules.h"

#include <utility>

namespace vencer {
namespace {

// A day's shifts as distances from its midnight on the wall clock. United here, so that a document
// with tens of thousands of them on one day costs no more than the 720 that a day has room for.
Intervals on_wall_clock(const std::vector<ShiftSpec>& shifts) {
  Intervals intervals;
  for (const ShiftSpec& each : shifts) {
    const DurationMs end_day = each.end_minute > each.start_minute ? 0 : limits::kDay;
    intervals.push_back(
        {each.start_minute * limits::kMinute, end_day + each.end_minute * limits::kMinute});
  }
  return unite(std::move(intervals));
}

}  // namespace

DayRules::DayRules(const CalendarSpec& spec) {
  for (std::size_t day = 0; day < 7; ++day) {
    weekly_[day] = on_wall_clock(spec.weekly[day]);
    breaks_[day] = on_wall_clock(spec.breaks[day]);
  }
  kinds_.resize(kLast - kFirst + 1, Kind::weekly);
  for (const CivilDay day : spec.holidays) mark(day, Kind::holiday);
  const int last_year = civil_date(kLast).year;
  for (const YearlyDay& each : spec.yearly_holidays) {
    for (int year = 1969; year <= last_year; ++year) {
      const CivilDay day = civil_day(year, each.month, each.day);
      // 02-29 of a common year comes out as 03-01, which is no holiday.
      if (civil_date(day).day == each.day) mark(day, Kind::holiday);
    }
  }
  for (const SpecialDay& each : spec.special) {
    mark(each.day, Kind::special);
    special_[each.day] = on_wall_clock(each.shifts);
  }
}

void DayRules::mark(CivilDay day, Kind kind) {
  if (day >= kFirst && day <= kLast) kinds_[static_cast<std::size_t>(day - kFirst)] = kind;
}

bool DayRules::closes(CivilDay day) const {
  return is_holiday(day) || (is_special(day) && shifts_of(day).empty());
}

const Intervals& DayRules::shifts_of(CivilDay day) const {
  return is_special(day) ? special_.at(day) : weekly_[weekday(day)];
}

}  // namespace vencer
