#include "engine/core/calendar_local_time.h"

#include <algorithm>

#include "engine/core/limits.h"

namespace vencer {
namespace {
// Far beyond any instant of a calendar, and safe to add an offset to.
constexpr TimeMs kBeginning = INT64_MIN / 2;
constexpr TimeMs kEnd = INT64_MAX / 2;
}  // namespace

LocalTime::LocalTime(const ZoneSpec& zone) {
  periods_.reserve(zone.transitions.size() + 1);
  periods_.push_back({kBeginning, zone.initial_offset_s * limits::kSecond});
  for (const ZoneTransition& each : zone.transitions) {
    periods_.push_back({each.at_s * limits::kSecond, each.offset_s * limits::kSecond});
  }
}

TimeMs LocalTime::first_at(LocalMs local) const {
  std::size_t period = period_at(local - kOffsetMax);
  while (end_of(period) + periods_[period].offset <= local) ++period;
  return std::max(periods_[period].begin, local - periods_[period].offset);
}

TimeMs LocalTime::last_at(LocalMs local) const {
  std::size_t period = period_at(local + kOffsetMax);
  while (periods_[period].begin + periods_[period].offset > local) --period;
  return std::min(end_of(period), local - periods_[period].offset);
}

Intervals LocalTime::instants_of(CivilDay day) const {
  const LocalMs midnight = day * limits::kDay;
  Intervals instants;
  for (std::size_t period = period_at(midnight - kOffsetMax);
       period < periods_.size() && periods_[period].begin < midnight + limits::kDay + kOffsetMax;
       ++period) {
    const TimeMs begin = midnight - periods_[period].offset;
    instants.push_back(
        {std::max(begin, periods_[period].begin), std::min(begin + limits::kDay, end_of(period))});
  }
  return unite(std::move(instants));
}

std::optional<DurationMs> LocalTime::constant_offset(Interval interval) const {
  const std::size_t period = period_at(interval.begin);
  if (end_of(period) < interval.end) return std::nullopt;
  return periods_[period].offset;
}

std::size_t LocalTime::period_at(TimeMs at) const {
  const auto after = std::upper_bound(periods_.begin() + 1, periods_.end(), at,
                                      [](TimeMs t, const Period& each) { return t < each.begin; });
  return static_cast<std::size_t>(after - periods_.begin()) - 1;
}

TimeMs LocalTime::end_of(std::size_t period) const {
  return period + 1 < periods_.size() ? periods_[period + 1].begin : kEnd;
}

}  // namespace vencer
