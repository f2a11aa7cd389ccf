#include "engine/core/calendar_business.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace vencer {
namespace {

CivilDay day_of(LocalMs local) {
  return static_cast<CivilDay>(local / limits::kDay - (local % limits::kDay < 0 ? 1 : 0));
}

}  // namespace

BusinessDays::BusinessDays(const DayRules& rules, LocalTime zone, const WeekTable& table)
    : zone_(std::move(zone)) {
  for (std::size_t day = 0; day < 7; ++day) weekly_[day] = hours_of(rules.weekly()[day]);
  for (const auto& [day, shifts] : rules.special()) special_.push_back({day, hours_of(shifts)});
  mark_days(rules, table);
}

// A day's bit depends on its weekday and on whether it and the day after are closed, unless it is
// special or the clock changes near it: asked once for each such case, in place of 157,000 times.
void BusinessDays::mark_days(const DayRules& rules, const WeekTable& table) {
  std::array<std::array<std::optional<bool>, 2>, 7> plain;
  TimeMs same_offset_until = 0;
  for (CivilDay day = DayRules::kFirst + 1; day < DayRules::kLast; ++day) {
    if (rules.closes(day)) continue;
    bool is_open = false;
    // Two days wider than its shifts reach: offsets are at most a day.
    const Interval near{(day - 1) * limits::kDay, (day + 3) * limits::kDay};
    if (near.end > same_offset_until) same_offset_until = zone_.same_offset_until(near.begin);
    const bool at_an_end = day < 2 || near.end > limits::time_max_ms;
    if (rules.is_special(day) || at_an_end || near.end > same_offset_until) {
      is_open = opens(day, rules, table);
    } else {
      auto& answer = plain[DayRules::weekday(day)][rules.closes(day + 1) ? 1 : 0];
      if (!answer) answer = opens(day, rules, table);
      is_open = *answer;
    }
    if (is_open) days_.insert(day);
  }
  days_.finish();
}

bool BusinessDays::opens(CivilDay day, const DayRules& rules, const WeekTable& table) const {
  // A skipped day is none, though a night shift of its may leave something after midnight.
  if (!exists(day)) return false;
  const LocalMs midnight = day * limits::kDay;
  for (const Interval& shift : rules.shifts_of(day)) {
    const TimeMs begin = std::max(zone_.first_at(midnight + shift.begin), limits::time_min_ms);
    const TimeMs end = std::min(zone_.last_at(midnight + shift.end), limits::time_max_ms);
    if (begin < end && table.open_before(begin) < table.open_before(end)) return true;
  }
  return false;
}

BusinessDays::Hours BusinessDays::hours_of(const Intervals& shifts) {
  if (shifts.empty()) return {};
  return {static_cast<std::int32_t>(shifts.front().begin),
          static_cast<std::int32_t>(shifts.back().end)};
}

BusinessDays::Hours BusinessDays::hours_of(CivilDay day) const {
  const auto found =
      std::lower_bound(special_.begin(), special_.end(), day,
                       [](const SpecialHours& each, CivilDay value) { return each.day < value; });
  if (found != special_.end() && found->day == day) return found->hours;
  return weekly_[DayRules::weekday(day)];
}

CivilDay BusinessDays::date_of(TimeMs at) const {
  auto day = day_of(zone_.local(at));
  // Where the clock went back over midnight the next day has begun already.
  while (begin_of_day(day + 1) <= at) ++day;
  return day;
}

Interval BusinessDays::local_day(TimeMs at) const {
  const CivilDay day = date_of(at);
  return {begin_of_day(day), begin_of_day(day + 1)};
}

TimeMs BusinessDays::begin_of(std::size_t n) const {
  const CivilDay day = days_.nth(n);
  return std::max(zone_.first_at(day * limits::kDay + hours_of(day).begin), limits::time_min_ms);
}

TimeMs BusinessDays::end_of(std::size_t n) const {
  const CivilDay day = days_.nth(n);
  const LocalMs midnight = day * limits::kDay;
  const LocalMs end =
      std::max(midnight + hours_of(day).end, midnight - limits::kDay + hours_of(day - 1).end);
  return std::min(zone_.last_at(end), limits::time_max_ms);
}

std::size_t BusinessDays::memory_bytes() const {
  return days_.memory_bytes() + zone_.memory_bytes() + special_.capacity() * sizeof(SpecialHours);
}

}  // namespace vencer
