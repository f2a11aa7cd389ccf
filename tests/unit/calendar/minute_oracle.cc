#include "tests/unit/calendar/minute_oracle.h"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <algorithm>
#include <map>

#include "engine/core/limits.h"

namespace vencer::test {
namespace {

constexpr absl::CivilDay kEpoch(1970, 1, 1);

struct Stretch {
  absl::Time begin, end;
  bool holds(absl::Time at) const { return begin <= at && at < end; }
};

class MinuteRules {
 public:
  explicit MinuteRules(const CalendarSpec& spec) : spec_(spec) {
    absl::LoadTimeZone(spec.zone.name, &zone_);
  }

  CivilDay date_at(absl::Time at) const {
    return static_cast<CivilDay>(absl::CivilDay(zone_.At(at).cs) - kEpoch);
  }

  bool open_at(absl::Time at) {
    const absl::CivilDay today(zone_.At(at).cs);
    if (closed(today)) return false;
    bool open = false;
    // The day before yesterday's shifts end today if yesterday never was (Samoa); tomorrow's have
    // begun if the clock went back over midnight (Casey, 2010-03-05).
    for (absl::CivilDay day = today - 2; day <= today + 1; ++day) {
      const Day& of_day = day_of(day);
      const auto holds = [at](const Stretch& each) { return each.holds(at); };
      open |= std::any_of(of_day.shifts.begin(), of_day.shifts.end(), holds);
      if (std::any_of(of_day.breaks.begin(), of_day.breaks.end(), holds)) return false;
    }
    return open;
  }

 private:
  struct Day {
    std::vector<Stretch> shifts, breaks;
  };

  const SpecialDay* special(absl::CivilDay day) const {
    for (const SpecialDay& each : spec_.special) {
      if (kEpoch + each.day == day) return &each;
    }
    return nullptr;
  }

  bool closed(absl::CivilDay day) const {
    if (const SpecialDay* hours = special(day)) return hours->shifts.empty();
    for (const YearlyDay& each : spec_.yearly_holidays) {
      if (each.month == day.month() && each.day == day.day()) return true;
    }
    return std::any_of(spec_.holidays.begin(), spec_.holidays.end(),
                       [day](CivilDay each) { return kEpoch + each == day; });
  }

  // Days are resolved once; minutes only look them up.
  const Day& day_of(absl::CivilDay day) {
    const auto known = days_.find(day);
    if (known != days_.end()) return known->second;
    const auto weekday = static_cast<int>(absl::GetWeekday(day));  // 0 = Monday
    const SpecialDay* hours = special(day);
    Day made;
    for (const ShiftSpec& each : hours != nullptr ? hours->shifts : spec_.weekly[weekday]) {
      made.shifts.push_back(resolve(day, each));
    }
    for (const ShiftSpec& each : spec_.breaks[weekday]) made.breaks.push_back(resolve(day, each));
    return days_[day] = made;
  }

  Stretch resolve(absl::CivilDay day, const ShiftSpec& shift) const {
    const int end_minute = shift.end_minute + (shift.end_minute <= shift.start_minute ? 1440 : 0);
    const auto start = zone_.At(absl::CivilMinute(day) + shift.start_minute);
    const auto end = zone_.At(absl::CivilMinute(day) + end_minute);
    const auto skipped = absl::TimeZone::TimeInfo::SKIPPED;
    return {start.kind == skipped ? start.trans : start.pre,
            end.kind == skipped ? end.trans : end.post};
  }

  const CalendarSpec& spec_;
  absl::TimeZone zone_;
  std::map<absl::CivilDay, Day> days_;
};

}  // namespace

MinuteOracle::MinuteOracle(const CalendarSpec& spec, TimeMs begin, int minutes) : begin_(begin) {
  MinuteRules rules(spec);
  DurationMs open_ms = 0;
  for (int i = 0; i < minutes; ++i) {
    open_before_.push_back(open_ms);
    open_.push_back(rules.open_at(absl::FromUnixMillis(begin + i * limits::kMinute)));
    date_.push_back(rules.date_at(absl::FromUnixMillis(begin + i * limits::kMinute)));
    open_ms += open_.back() ? limits::kMinute : 0;
  }
  open_before_.push_back(open_ms);
}

TimeMs MinuteOracle::end() const {
  return begin_ + static_cast<TimeMs>(open_.size()) * limits::kMinute;
}

DurationMs MinuteOracle::open_before(TimeMs at) const {
  const auto minute = static_cast<std::size_t>((at - begin_) / limits::kMinute);
  if (minute >= open_.size()) return open_before_.back();
  return open_before_[minute] + (open_[minute] ? (at - begin_) % limits::kMinute : 0);
}

DurationMs MinuteOracle::between(TimeMs from, TimeMs to) const {
  return to <= from ? 0 : open_before(to) - open_before(from);
}

TimeMs MinuteOracle::add(TimeMs from, DurationMs open_ms) const {
  if (open_ms == 0) return from;
  const DurationMs wanted = open_before(from) + open_ms;
  for (std::size_t minute = 0; minute < open_.size(); ++minute) {
    if (open_before_[minute + 1] < wanted) continue;
    return begin_ + static_cast<TimeMs>(minute) * limits::kMinute + wanted - open_before_[minute];
  }
  return kNever;
}

std::size_t MinuteOracle::minute_of(TimeMs at) const {
  return static_cast<std::size_t>((at - begin_) / limits::kMinute);
}

TimeMs MinuteOracle::at_minute(std::size_t minute) const {
  return begin_ + static_cast<TimeMs>(minute) * limits::kMinute;
}

bool MinuteOracle::is_open(TimeMs at) const {
  return open_[minute_of(at)];
}

TimeMs MinuteOracle::next_open(TimeMs at) const {
  if (is_open(at)) return at;
  for (std::size_t minute = minute_of(at); minute < open_.size(); ++minute) {
    if (open_[minute]) return at_minute(minute);
  }
  return kNever;
}

TimeMs MinuteOracle::next_close(TimeMs at) const {
  bool seen_open = false;
  for (std::size_t minute = minute_of(at); minute < open_.size(); ++minute) {
    if (seen_open && !open_[minute]) return at_minute(minute);
    seen_open |= open_[minute];
  }
  return kNever;
}

Interval MinuteOracle::local_day(TimeMs at) const {
  // Where the clock goes back over midnight, the day that has begun goes on.
  constexpr std::size_t kTwoDays = 2 * 24 * 60;
  std::size_t minute = minute_of(at) - kTwoDays;
  const auto begin = date_.begin();
  const CivilDay today = *std::max_element(begin + static_cast<std::ptrdiff_t>(minute),
                                           begin + static_cast<std::ptrdiff_t>(minute_of(at) + 1));
  while (date_[minute] < today) ++minute;
  const TimeMs from = at_minute(minute);
  while (date_[minute] <= today) ++minute;
  return {from, at_minute(minute)};
}

}  // namespace vencer::test
