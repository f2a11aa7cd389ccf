// From a CalendarSpec to the table of its weeks.
//
// Most of the 22,437 weeks have no zone transition near them and no special day: their openings
// depend only on the UTC offset and on which of their days are holidays, and are computed once for
// each such pair. The rest is computed one by one, by resolve_week(), which states the rules.
#include <array>
#include <map>
#include <utility>

#include "engine/core/calendar.h"
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

std::size_t weekday(CivilDay day) {  // 0 = Monday; 1970-01-01 was a Thursday
  return static_cast<std::size_t>(((day + 3) % 7 + 7) % 7);
}

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

class Compiler {
 public:
  explicit Compiler(const CalendarSpec& spec) : zone_(spec.zone) {
    for (std::size_t day = 0; day < 7; ++day) {
      weekly_[day] = on_wall_clock(spec.weekly[day]);
      breaks_[day] = on_wall_clock(spec.breaks[day]);
    }
    mark_days(spec);
  }

  WeekTable compile() {
    for (std::size_t week = 0; week < WeekTable::kWeeks; ++week) {
      builder_.append_week(pattern_of(static_cast<CivilDay>(week) * kWeekDays));
    }
    return std::move(builder_).finish();
  }

 private:
  enum class DayKind : std::uint8_t { weekly, holiday, special };

  // All that a week's openings depend on when no transition and no special day is near.
  struct PlainWeek {
    DurationMs offset;
    std::uint32_t holidays;  // bit i: day first - kDaysBefore + i
    friend auto operator<=>(const PlainWeek&, const PlainWeek&) = default;
  };

  // Special before holiday before weekly.
  void mark_days(const CalendarSpec& spec) {
    kinds_.resize(kDaysBefore + WeekTable::kWeeks * kWeekDays + kDaysAfter, DayKind::weekly);
    for (const CivilDay day : spec.holidays) mark(day, DayKind::holiday);
    const int last_year = civil_date(last_day()).year;
    for (const YearlyDay& each : spec.yearly_holidays) {
      for (int year = 1969; year <= last_year; ++year) {
        const CivilDay day = civil_day(year, each.month, each.day);
        // 02-29 of a common year comes out as 03-01, which is no holiday.
        if (civil_date(day).day == each.day) mark(day, DayKind::holiday);
      }
    }
    for (const SpecialDay& each : spec.special) {
      mark(each.day, DayKind::special);
      special_[each.day] = on_wall_clock(each.shifts);
    }
  }

  void mark(CivilDay day, DayKind kind) {
    if (day >= -kDaysBefore && day <= last_day()) kind_of(day) = kind;
  }
  DayKind& kind_of(CivilDay day) { return kinds_[static_cast<std::size_t>(day + kDaysBefore)]; }
  CivilDay last_day() const { return static_cast<CivilDay>(kinds_.size()) - kDaysBefore - 1; }

  const Intervals& shifts_of(CivilDay day) {
    return kind_of(day) == DayKind::special ? special_.at(day) : weekly_[weekday(day)];
  }

  bool closes(CivilDay day) {
    return kind_of(day) == DayKind::holiday ||
           (kind_of(day) == DayKind::special && shifts_of(day).empty());
  }

  WeekTableBuilder::PatternId pattern_of(CivilDay first) {
    PlainWeek week{0, 0};
    for (CivilDay i = 0; i < kDaysSeen; ++i) {
      const DayKind kind = kind_of(first - kDaysBefore + i);
      if (kind == DayKind::special) return builder_.add_pattern(resolve_week(first));
      week.holidays |= static_cast<std::uint32_t>(kind == DayKind::holiday) << i;
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
      for (const Interval& shift : shifts_of(day)) openings.push_back(resolve(day, shift));
      for (const Interval& pause : breaks_[weekday(day)]) {
        breaks.push_back(resolve(day, pause));
      }
      // A shift that begins on a holiday is an opening all the same, of which only the part
      // after midnight is left.
      if (closes(day)) {
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

  const LocalTime zone_;
  std::array<Intervals, 7> weekly_, breaks_;
  std::map<CivilDay, Intervals> special_;
  std::vector<DayKind> kinds_;  // of local days, from -kDaysBefore on
  std::map<PlainWeek, WeekTableBuilder::PatternId> plain_weeks_;
  WeekTableBuilder builder_;
};

}  // namespace

Result<Calendar> Calendar::compile(const CalendarSpec& spec) {
  if (spec.always_open) return always_open();
  if (Status valid = validate(spec); !valid) return valid.error();
  Calendar calendar;
  calendar.table_ = Compiler(spec).compile();
  if (calendar.between(limits::time_min_ms, limits::time_max_ms) == 0) {
    return Error{Errc::invalid_document,
                 "calendar '" + spec.name + "' never opens between 1970 and 2400"};
  }
  return calendar;
}

}  // namespace vencer
