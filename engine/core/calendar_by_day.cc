// What a Calendar knows by local day. Numbers of business days count from the first one in 1970.
#include <algorithm>

#include "engine/core/assert.h"
#include "engine/core/calendar.h"
#include "engine/core/limits.h"

namespace vencer {
namespace {

constexpr CivilDay kDaysOfTime = limits::time_max_ms / limits::kDay;

TimeMs within_time(TimeMs at) {
  return std::clamp(at, limits::time_min_ms, limits::time_max_ms);
}

}  // namespace

CivilDay Calendar::date_of(TimeMs at) const {
  at = within_time(at);
  return always_open_ ? static_cast<CivilDay>(at / limits::kDay) : business_.date_of(at);
}

Interval Calendar::local_day(TimeMs at) const {
  at = within_time(at);
  if (!always_open_) return business_.local_day(at);
  const TimeMs begin = at / limits::kDay * limits::kDay;
  return {begin, begin + limits::kDay};
}

std::size_t Calendar::business_days() const {
  return always_open_ ? kDaysOfTime : business_.size();
}

std::size_t Calendar::business_days_before(CivilDay day) const {
  if (!always_open_) return business_.count_before(day);
  return static_cast<std::size_t>(std::clamp(day, 0, kDaysOfTime));
}

TimeMs Calendar::open_of(std::size_t n) const {
  if (always_open_) return static_cast<TimeMs>(n) * limits::kDay;
  return table_.nth_end(table_.open_before(business_.begin_of(n))) - 1;
}

TimeMs Calendar::close_of(std::size_t n) const {
  if (always_open_) return static_cast<TimeMs>(n + 1) * limits::kDay;
  return table_.nth_end(table_.open_before(business_.end_of(n)) - 1);
}

// The days that close before `at` are those before its date, or one or two fewer: closes ascend
// with the days, and none of a later day comes before that day.
std::size_t Calendar::closed_before(TimeMs at) const {
  std::size_t n = business_days_before(date_of(at) + 1);
  while (n > 0 && close_of(n - 1) >= at) --n;
  return n;
}

TimeMs Calendar::business_due(TimeMs start, std::uint32_t n) const {
  VENCER_ASSERT(n >= 1);
  const std::size_t day = business_days_before(date_of(start) + 1) + n - 1;
  return day < business_days() ? close_of(day) : kNever;
}

std::uint32_t Calendar::business_days_between(TimeMs from, TimeMs to) const {
  if (to <= from) return 0;
  return static_cast<std::uint32_t>(closed_before(to) - closed_before(from));
}

TimeMs Calendar::close_of_day(TimeMs at, std::uint32_t n) const {
  VENCER_ASSERT(n >= 1);
  if (at >= limits::time_max_ms) return kNever;
  const std::size_t day = closed_before(at + 1) + n - 1;
  return day < business_days() ? close_of(day) : kNever;
}

TimeMs Calendar::first_open_of_next_business_day(TimeMs after) const {
  std::size_t n = business_days_before(date_of(after));
  while (n > 0 && open_of(n - 1) > after) --n;
  while (n < business_days() && open_of(n) <= after) ++n;
  return n < business_days() ? open_of(n) : kNever;
}

TimeMs Calendar::instant_of(CivilDay day, std::int32_t minute) const {
  if (!always_open_) return business_.instant_of(day, minute);
  return day * limits::kDay + minute * limits::kMinute;
}

TimeMs Calendar::next_local_time(TimeMs after, std::int32_t minute, bool business_days_only) const {
  // From the day before: where its end is skipped, a minute of it falls on the next one.
  for (CivilDay day = date_of(after) - 1; day < kDaysOfTime; ++day) {
    if (business_days_only) {
      const std::size_t n = business_days_before(day);
      if (n >= business_days()) return kNever;
      day = always_open_ ? static_cast<CivilDay>(n) : business_.day(n);
    } else if (!always_open_ && !business_.exists(day)) {
      continue;
    }
    const TimeMs at = instant_of(day, minute);
    if (at > after) return at;
  }
  return kNever;
}

}  // namespace vencer
