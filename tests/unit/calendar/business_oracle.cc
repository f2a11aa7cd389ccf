#include "tests/unit/calendar/business_oracle.h"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <algorithm>
#include <set>

namespace vencer::test {
namespace {

constexpr absl::CivilDay kEpoch(1970, 1, 1);

class ShiftsByDay {
 public:
  explicit ShiftsByDay(const CalendarSpec& spec) : spec_(spec) {
    absl::LoadTimeZone(spec.zone.name, &zone_);
    for (const CivilDay day : spec.holidays) holidays_.insert(kEpoch + day);
  }

  TimeMs midnight(absl::CivilDay day) const { return first(absl::CivilMinute(day)); }

  bool closed(absl::CivilDay day) const {
    if (const SpecialDay* hours = special(day)) return hours->shifts.empty();
    for (const YearlyDay& each : spec_.yearly_holidays) {
      if (each.month == day.month() && each.day == day.day()) return true;
    }
    return holidays_.contains(day);
  }

  std::vector<Interval> shifts(absl::CivilDay day) const {
    const SpecialDay* hours = special(day);
    std::vector<Interval> result;
    const auto weekday = static_cast<std::size_t>(absl::GetWeekday(day));
    for (const ShiftSpec& each : hours != nullptr ? hours->shifts : spec_.weekly[weekday]) {
      const int end = each.end_minute + (each.end_minute <= each.start_minute ? 1440 : 0);
      result.push_back(
          {first(absl::CivilMinute(day) + each.start_minute), last(absl::CivilMinute(day) + end)});
    }
    std::sort(result.begin(), result.end());
    return result;
  }

 private:
  const SpecialDay* special(absl::CivilDay day) const {
    const auto found =
        std::find_if(spec_.special.begin(), spec_.special.end(),
                     [day](const SpecialDay& each) { return kEpoch + each.day == day; });
    return found == spec_.special.end() ? nullptr : &*found;
  }
  TimeMs first(absl::CivilMinute minute) const {
    const auto info = zone_.At(absl::CivilSecond(minute));
    return absl::ToUnixMillis(info.kind == info.SKIPPED ? info.trans : info.pre);
  }
  TimeMs last(absl::CivilMinute minute) const {
    const auto info = zone_.At(absl::CivilSecond(minute));
    return absl::ToUnixMillis(info.kind == info.SKIPPED ? info.trans : info.post);
  }

  const CalendarSpec& spec_;
  absl::TimeZone zone_;
  std::set<absl::CivilDay> holidays_;
};

TimeMs latest_end(const std::vector<Interval>& shifts) {
  TimeMs latest = INT64_MIN;
  for (const Interval& each : shifts) latest = std::max(latest, each.end);
  return latest;
}

}  // namespace

std::vector<BusinessOracle::Hours> BusinessOracle::hours_of_days(const CalendarSpec& spec,
                                                                 TimeMs begin, TimeMs end) {
  const ShiftsByDay days(spec);
  const absl::TimeZone utc = absl::UTCTimeZone();
  const absl::CivilDay last = absl::ToCivilDay(absl::FromUnixMillis(end), utc) + 2;
  std::vector<Hours> result;
  for (absl::CivilDay day = absl::ToCivilDay(absl::FromUnixMillis(begin), utc) - 2; day <= last;
       ++day) {
    if (days.closed(day) || days.midnight(day) == days.midnight(day + 1)) continue;
    Hours hours{days.midnight(day), days.shifts(day), 0};
    if (hours.shifts.empty()) continue;
    hours.end = std::max(latest_end(hours.shifts), latest_end(days.shifts(day - 1)));
    for (Interval& each : hours.shifts) {
      each = {std::clamp(each.begin, begin, end), std::clamp(each.end, begin, end)};
    }
    hours.end = std::min(hours.end, end);
    result.push_back(std::move(hours));
  }
  return result;
}

TimeMs BusinessOracle::due(TimeMs start, std::uint32_t n) const {
  for (const Day& each : days_) {
    if (each.midnight > start && --n == 0) return each.closes;
  }
  return kNever;
}

std::uint32_t BusinessOracle::closes_in(TimeMs from, TimeMs to) const {
  std::uint32_t count = 0;
  for (const Day& each : days_) count += each.closes >= from && each.closes < to;
  return count;
}

TimeMs BusinessOracle::close_after(TimeMs at) const {
  TimeMs earliest = kNever;
  for (const Day& each : days_) {
    if (each.closes > at) earliest = std::min(earliest, each.closes);
  }
  return earliest;
}

TimeMs BusinessOracle::open_after(TimeMs at) const {
  TimeMs earliest = kNever;
  for (const Day& each : days_) {
    if (each.opens > at) earliest = std::min(earliest, each.opens);
  }
  return earliest;
}

}  // namespace vencer::test
