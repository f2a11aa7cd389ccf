#include "tests/model/openings.h"

#include <algorithm>

#include "engine/core/limits.h"

namespace vencer::model {
namespace {

using Interval = std::pair<TimeMs, TimeMs>;
using limits::kDay;
using limits::kMinute;

// The days for which shifts are resolved: all of 2026 and a little more.
const CivilDay kFirstDay = civil_day(2025, 12, 1);
const CivilDay kLastDay = civil_day(2027, 3, 1);

DurationMs offset_at(const ZoneSpec& zone, TimeMs at) {
  std::int32_t offset = zone.initial_offset_s;
  for (const ZoneTransition& t : zone.transitions) {
    if (t.at_s * 1000 <= at) offset = t.offset_s;
  }
  return offset * 1000LL;
}

// A local time of day to UTC. Named twice: a start means the first, an end the last. Skipped: the
// transition.
TimeMs to_utc(const ZoneSpec& zone, TimeMs local, bool is_end) {
  std::vector<DurationMs> offsets{zone.initial_offset_s * 1000LL};
  for (const ZoneTransition& t : zone.transitions) offsets.push_back(t.offset_s * 1000LL);
  std::vector<TimeMs> found;
  for (const DurationMs offset : offsets) {
    if (offset_at(zone, local - offset) == offset) found.push_back(local - offset);
  }
  if (!found.empty()) {
    return is_end ? *std::max_element(found.begin(), found.end())
                  : *std::min_element(found.begin(), found.end());
  }
  for (const ZoneTransition& t : zone.transitions) {
    const TimeMs at = t.at_s * 1000;
    if (at + offset_at(zone, at - 1) <= local && local < at + t.offset_s * 1000LL) return at;
  }
  return local;
}

Interval resolve(const ZoneSpec& zone, CivilDay day, const ShiftSpec& shift) {
  const TimeMs midnight = day * kDay;
  const TimeMs ends = midnight + (shift.end_minute <= shift.start_minute ? kDay : 0);
  return {to_utc(zone, midnight + shift.start_minute * kMinute, false),
          to_utc(zone, ends + shift.end_minute * kMinute, true)};
}

bool is_holiday(const CalendarSpec& spec, CivilDay day) {
  const CivilDate date = civil_date(day);
  return std::find(spec.holidays.begin(), spec.holidays.end(), day) != spec.holidays.end() ||
         std::any_of(
             spec.yearly_holidays.begin(), spec.yearly_holidays.end(),
             [&](const YearlyDay& y) { return y.month == date.month && y.day == date.day; });
}

const SpecialDay* special_day(const CalendarSpec& spec, CivilDay day) {
  const auto found = std::find_if(spec.special.begin(), spec.special.end(),
                                  [&](const SpecialDay& s) { return s.day == day; });
  return found == spec.special.end() ? nullptr : &*found;
}

// What begins on a day, and whether the whole day is closed: special before holiday before weekly.
const std::vector<ShiftSpec>& shifts_of(const CalendarSpec& spec, CivilDay day) {
  const SpecialDay* special = special_day(spec, day);
  return special != nullptr ? special->shifts
                            : spec.weekly[(day + 3) % 7];  // 1970-01-01 was a Thursday
}

bool is_closed(const CalendarSpec& spec, CivilDay day) {
  const SpecialDay* special = special_day(spec, day);
  return special != nullptr ? special->shifts.empty() : is_holiday(spec, day);
}

// "The first instant at which the wall clock shows its midnight or later."
TimeMs local_begin(const ZoneSpec& zone, CivilDay day) {
  return to_utc(zone, day * kDay, false);
}

std::vector<Interval> cut(const std::vector<Interval>& open, const Interval& hole) {
  std::vector<Interval> left;
  for (const Interval& o : open) {
    const Interval before{o.first, std::min(o.second, hole.first)};
    const Interval behind{std::max(o.first, hole.second), o.second};
    if (before.first < before.second) left.push_back(before);
    if (behind.first < behind.second) left.push_back(behind);
  }
  return left;
}

}  // namespace

Openings::Openings(const CalendarSpec& spec) {
  if (spec.always_open) {
    list_ = {{limits::time_min_ms, limits::time_max_ms}};
    for (CivilDay day = kFirstDay; day < kLastDay; ++day) {
      business_.push_back({day * kDay, (day + 1) * kDay});
    }
    return;
  }
  std::vector<Interval> holes;
  for (CivilDay day = kFirstDay; day < kLastDay; ++day) {
    for (const ShiftSpec& shift : shifts_of(spec, day)) {
      list_.push_back(resolve(spec.zone, day, shift));
    }
    for (const ShiftSpec& pause : spec.breaks[(day + 3) % 7]) {
      holes.push_back(resolve(spec.zone, day, pause));
    }
    if (is_closed(spec, day)) holes.push_back(resolve(spec.zone, day, {0, 1440}));
  }
  std::sort(list_.begin(), list_.end());
  for (const Interval& hole : holes) list_ = cut(list_, hole);
  std::vector<Interval> merged;
  for (const Interval& o : list_) {
    if (!merged.empty() && o.first <= merged.back().second) {
      merged.back().second = std::max(merged.back().second, o.second);
    } else {
      merged.push_back(o);
    }
  }
  list_ = merged;
  business_days(spec);
}

// A day that is not closed, and one of whose shifts has open time. It closes at the last closing at
// or before the end of its last shift, or of one that the day before left running longer.
void Openings::business_days(const CalendarSpec& spec) {
  TimeMs day_before_ends = 0;
  for (CivilDay day = kFirstDay; day < kLastDay; ++day) {
    TimeMs ends = day_before_ends;
    day_before_ends = 0;
    const bool exists = local_begin(spec.zone, day) < local_begin(spec.zone, day + 1);
    bool works = false;
    for (const ShiftSpec& shift : shifts_of(spec, day)) {
      const Interval own = resolve(spec.zone, day, shift);
      works = works || between(own.first, own.second) > 0;
      day_before_ends = std::max(day_before_ends, own.second);
    }
    ends = std::max(ends, day_before_ends);
    if (!works || !exists || is_closed(spec, day)) continue;
    const auto o = std::partition_point(list_.begin(), list_.end(),
                                        [&](const Interval& each) { return each.first < ends; });
    business_.push_back({local_begin(spec.zone, day), std::min((o - 1)->second, ends)});
  }
}

TimeMs Openings::business_due(TimeMs start, std::uint32_t n) const {
  const auto first = std::partition_point(business_.begin(), business_.end(),
                                          [&](const Business& b) { return b.begins <= start; });
  return n <= business_.end() - first ? (first + (n - 1))->closes : kNever;
}

std::size_t Openings::closed_by(TimeMs at) const {  // before `at`
  const auto first = std::partition_point(business_.begin(), business_.end(),
                                          [&](const Business& b) { return b.closes < at; });
  return static_cast<std::size_t>(first - business_.begin());
}

TimeMs Openings::close_after(TimeMs at, std::uint32_t n) const {
  const std::size_t found = closed_by(at + 1) + n - 1;
  return found < business_.size() ? business_[found].closes : kNever;
}

std::uint32_t Openings::closes_between(TimeMs from, TimeMs to) const {
  return static_cast<std::uint32_t>(closed_by(to) - closed_by(from));
}

std::vector<Interval>::const_iterator Openings::after(TimeMs at) const {
  return std::partition_point(list_.begin(), list_.end(),
                              [&](const Interval& o) { return o.second <= at; });
}

DurationMs Openings::between(TimeMs from, TimeMs to) const {
  DurationMs open = 0;
  for (auto o = after(from); o != list_.end() && o->first < to; ++o) {
    open += std::max<DurationMs>(0, std::min(o->second, to) - std::max(o->first, from));
  }
  return open;
}

TimeMs Openings::add(TimeMs from, DurationMs open_ms) const {
  if (open_ms == 0) return from;
  for (auto o = after(from); o != list_.end(); ++o) {
    const TimeMs begin = std::max(o->first, from);
    if (o->second - begin >= open_ms) return begin + open_ms;
    open_ms -= o->second - begin;
  }
  return kNever;
}

bool Openings::is_open(TimeMs at) const {
  const auto o = after(at);
  return o != list_.end() && o->first <= at;
}

}  // namespace vencer::model
