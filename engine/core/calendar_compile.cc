// From a CalendarSpec to the table of its weeks.
//
// Most of the 22,437 weeks have no zone transition near them and no special day: their openings
// depend only on the UTC offset and on which of their days are holidays, and are computed once for
// each such pair. The rest is computed one by one, by resolve_week(), which states the rules.
#include <map>
#include <utility>

#include "engine/core/calendar.h"
#include "engine/core/calendar_day_rules.h"
#include "engine/core/calendar_intervals.h"
#include "engine/core/calendar_local_time.h"
#include "engine/core/calendar_validate.h"
#include "engine/core/limits.h"

namespace vencer {
namespace {

constexpr CivilDay kWeekDays = 7;
// Local days whose shifts or closure can touch a week that begins on UTC day `first`: an offset is
// at most a day, a shift ends on the next day at the latest.
constexpr CivilDay kDaysBefore = 3;
constexpr CivilDay kDaysAfter = 1;
constexpr CivilDay kDaysSeen = kDaysBefore + kWeekDays + kDaysAfter;
static_assert(DayRules::kFirst <= -kDaysBefore);
static_assert(DayRules::kLast >= CivilDay{WeekTable::kWeeks} * kWeekDays + kDaysAfter - 1);

class Compiler {
 public:
  Compiler(const DayRules& rules, const LocalTime& zone) : rules_(rules), zone_(zone) {}

  WeekTable compile() {
    for (std::size_t week = 0; week < WeekTable::kWeeks; ++week) {
      builder_.append_week(pattern_of(static_cast<CivilDay>(week) * kWeekDays));
    }
    return std::move(builder_).finish();
  }

 private:
  // All that a week's openings depend on when no transition and no special day is near.
  struct PlainWeek {
    DurationMs offset;
    std::uint32_t holidays;  // bit i: day first - kDaysBefore + i
    friend auto operator<=>(const PlainWeek&, const PlainWeek&) = default;
  };

  WeekTableBuilder::PatternId pattern_of(CivilDay first) {
    PlainWeek week{0, 0};
    for (CivilDay i = 0; i < kDaysSeen; ++i) {
      const CivilDay day = first - kDaysBefore + i;
      if (rules_.is_special(day)) return builder_.add_pattern(resolve_week(first));
      week.holidays |= static_cast<std::uint32_t>(rules_.is_holiday(day)) << i;
    }
    // Two days wider than the days seen: a shift's end and an offset lie beyond them.
    const auto offset =
        zone_.constant_offset({(first - kDaysBefore - 2) * limits::kDay,
                               (first + kWeekDays + kDaysAfter + 2) * limits::kDay});
    if (!offset) return builder_.add_pattern(resolve_week(first));
    week.offset = *offset;
    const auto known = plain_weeks_.find(week);
    if (known != plain_weeks_.end()) return known->second;
    return plain_weeks_[week] = builder_.add_pattern(resolve_week(first));
  }

  // The rules of semantics.md, section 4. Openings as distances from the week's begin.
  Intervals resolve_week(CivilDay first) {
    Intervals openings, breaks, closed;
    for (CivilDay day = first - kDaysBefore; day < first + kWeekDays + kDaysAfter; ++day) {
      for (const Interval& shift : rules_.shifts_of(day)) openings.push_back(resolve(day, shift));
      for (const Interval& pause : rules_.breaks_of(day)) {
        breaks.push_back(resolve(day, pause));
      }
      // A shift that begins on a holiday is an opening all the same, of which only the part
      // after midnight is left.
      if (rules_.closes(day)) {
        for (const Interval& each : zone_.instants_of(day)) closed.push_back(each);
      }
    }
    const TimeMs begin = first * limits::kDay;
    Intervals left = clip(unite(std::move(openings)), {begin, begin + WeekTable::kWeek});
    left = subtract(left, unite(std::move(breaks)));
    left = subtract(left, unite(std::move(closed)));
    for (Interval& each : left) each = {each.begin - begin, each.end - begin};
    return left;
  }

  Interval resolve(CivilDay day, const Interval& shift) const {
    const LocalMs midnight = day * limits::kDay;
    return {zone_.first_at(midnight + shift.begin), zone_.last_at(midnight + shift.end)};
  }

  const DayRules& rules_;
  const LocalTime& zone_;
  std::map<PlainWeek, WeekTableBuilder::PatternId> plain_weeks_;
  WeekTableBuilder builder_;
};

}  // namespace

Result<Calendar> Calendar::compile(const CalendarSpec& spec) {
  if (spec.always_open) return always_open();
  if (Status valid = validate(spec); !valid) return valid.error();
  Calendar calendar;
  const DayRules rules(spec);
  LocalTime zone(spec.zone);
  calendar.table_ = Compiler(rules, zone).compile();
  if (calendar.between(limits::time_min_ms, limits::time_max_ms) == 0) {
    return Error{Errc::invalid_document,
                 "calendar '" + spec.name + "' never opens between 1970 and 2400"};
  }
  calendar.business_ = BusinessDays(rules, std::move(zone), calendar.table_);
  return calendar;
}

}  // namespace vencer
