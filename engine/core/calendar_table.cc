#include "engine/core/calendar_table.h"

#include <algorithm>
#include <bit>

#include "engine/core/assert.h"

namespace vencer {
namespace {

// Narrow and unsigned where the range allows: divisions by constants are on the hot path.
constexpr std::uint64_t kWeekMs = WeekTable::kWeek;
constexpr std::uint32_t kDayMs = limits::kDay;
static_assert(kWeekMs <= INT32_MAX);

// The last of `count` >= 1 elements for which `reached` holds, or the first element if it holds for
// none. Without a branch on the data: the number of rounds depends on `count` alone, which is
// the same on most days.
template <typename T, typename Reached>
const T& last_reached(const T* first, std::uint32_t count, Reached reached) {
  while (count > 1) {
    const std::uint32_t half = count / 2;
    first += reached(first[half]) ? half : 0;
    count -= half;
  }
  return *first;
}

}  // namespace

DurationMs WeekTable::open_before(TimeMs at) const {
  const Week week = weeks_[static_cast<std::uint64_t>(at) / kWeekMs];
  const auto in_week = static_cast<std::uint32_t>(static_cast<std::uint64_t>(at) % kWeekMs);
  const std::uint32_t day = in_week / kDayMs;
  const auto in_day = static_cast<std::int32_t>(in_week % kDayMs);
  const Pattern& pattern = pattern_of(week);
  const DaySpan span = pattern.days[day];
  const Opening& opening =
      last_reached(&openings_[span >> kCountBits], span & ((1u << kCountBits) - 1),
                   [in_day](const Opening& each) { return each.start <= in_day; });
  // 0 before the opening, its length after it.
  const std::int32_t of_opening = std::min(in_day, opening.end) - std::min(in_day, opening.start);
  return open_before(week) + pattern.open_before[day] + opening.open_before + of_opening;
}

TimeMs WeekTable::nth_end(DurationMs n) const {
  const std::size_t week = week_of_nth(n);
  const Pattern& pattern = pattern_of(weeks_[week]);
  const auto in_week = static_cast<std::int32_t>(n - open_before(weeks_[week]));
  // All eight are compared: that is two vector instructions, and no branch to mispredict.
  std::int32_t days_begun = 0;
  for (const std::int32_t before : pattern.open_before) days_begun += before <= in_week;
  const auto day = static_cast<std::size_t>(days_begun - 1);
  const std::int32_t in_day = in_week - pattern.open_before[day];
  const DaySpan span = pattern.days[day];
  const Opening& opening =
      last_reached(&openings_[span >> kCountBits], span & ((1u << kCountBits) - 1),
                   [in_day](const Opening& each) { return each.open_before <= in_day; });
  return static_cast<TimeMs>(week) * kWeek + static_cast<TimeMs>(day) * limits::kDay +
         opening.start + (in_day - opening.open_before) + 1;
}

std::size_t WeekTable::week_of_nth(DurationMs n) const {
  const auto bucket = static_cast<std::size_t>(n >> hint_shift_);
  std::size_t week = hints_[bucket];
  // A bucket is shorter than a usual week's open time, so it is this week or the next ...
  week += open_before(weeks_[week + 1]) <= n;
  if (open_before(weeks_[week + 1]) > n) [[likely]]
    return week;
  // ... but for weeks with little open time, or none, of which a bucket may hold many.
  const auto after =
      std::upper_bound(weeks_.begin() + static_cast<std::ptrdiff_t>(week) + 2,
                       weeks_.begin() + hints_[bucket + 1] + 1, n,
                       [](DurationMs value, Week each) { return value < open_before(each); });
  return static_cast<std::size_t>(after - weeks_.begin()) - 1;
}

TimeMs WeekTable::next_closed(TimeMs at) const {
  auto week = static_cast<std::size_t>(at / kWeek);
  TimeMs in_week = closed_in_week(pattern_of(weeks_[week]), at % kWeek);
  if (in_week == kWeek) {
    // The first week after this one at whose end more time was closed than at its own end.
    const auto closed_by_end = [this](std::size_t index) {
      return static_cast<TimeMs>(index + 1) * kWeek - open_before(weeks_[index + 1]);
    };
    const DurationMs closed = closed_by_end(week);
    std::size_t not_yet = week;
    week = kWeeks - 1;
    while (week - not_yet > 1) {
      const std::size_t middle = (not_yet + week) / 2;
      (closed_by_end(middle) == closed ? not_yet : week) = middle;
    }
    in_week = closed_in_week(pattern_of(weeks_[week]), 0);
  }
  return static_cast<TimeMs>(week) * kWeek + in_week;
}

TimeMs WeekTable::closed_in_week(const Pattern& pattern, TimeMs from) const {
  auto in_day = static_cast<std::int32_t>(from % limits::kDay);
  for (auto day = static_cast<std::size_t>(from / limits::kDay); day < 7; ++day, in_day = 0) {
    const DaySpan span = pattern.days[day];
    const Opening& opening =
        last_reached(&openings_[span >> kCountBits], span & ((1u << kCountBits) - 1),
                     [in_day](const Opening& each) { return each.start <= in_day; });
    const TimeMs midnight = static_cast<TimeMs>(day) * limits::kDay;
    if (in_day < opening.start || in_day >= opening.end) return midnight + in_day;
    if (opening.end < limits::kDay) return midnight + opening.end;
  }
  return kWeek;
}

std::size_t WeekTable::memory_bytes() const {
  return weeks_.capacity() * sizeof(Week) + patterns_.capacity() * sizeof(Pattern) +
         openings_.capacity() * sizeof(Opening) + hints_.capacity() * sizeof(std::uint16_t);
}

WeekTableBuilder::PatternId WeekTableBuilder::add_pattern(const Intervals& openings) {
  WeekTable::Pattern pattern{};
  std::int32_t open_in_week = 0;
  for (std::size_t day = 0; day < 7; ++day) {
    const TimeMs day_begin = static_cast<TimeMs>(day) * limits::kDay;
    std::vector<Opening> of_day;
    std::int32_t open_in_day = 0;
    for (const Interval& each : clip(openings, {day_begin, day_begin + limits::kDay})) {
      of_day.push_back({static_cast<std::int32_t>(each.begin - day_begin),
                        static_cast<std::int32_t>(each.end - day_begin), open_in_day});
      open_in_day += static_cast<std::int32_t>(each.end - each.begin);
    }
    if (of_day.empty()) of_day.push_back({0, 0, 0});
    pattern.open_before[day] = open_in_week;
    pattern.days[day] = add_day(of_day);
    open_in_week += open_in_day;
  }
  pattern.open_before[7] = open_in_week;
  const auto id = static_cast<PatternId>(table_.patterns_.size());
  const auto [known, is_new] = pattern_ids_.emplace(pattern, id);
  if (is_new) table_.patterns_.push_back(pattern);
  return known->second;
}

WeekTable::DaySpan WeekTableBuilder::add_day(const std::vector<Opening>& openings) {
  const std::size_t first = table_.openings_.size();
  const std::size_t count = openings.size();
  const auto span = static_cast<WeekTable::DaySpan>((first << WeekTable::kCountBits) | count);
  const auto [known, is_new] = day_spans_.emplace(openings, span);
  if (is_new) {
    // Openings begin and end on whole local minutes and are not empty: 721 a day at most. Distinct
    // days are bounded by the size of a document.
    VENCER_ASSERT(count < (1u << WeekTable::kCountBits));
    VENCER_ASSERT(first < (1u << (32 - WeekTable::kCountBits)));
    table_.openings_.insert(table_.openings_.end(), openings.begin(), openings.end());
  }
  return known->second;
}

void WeekTableBuilder::append_week(PatternId pattern) {
  if (table_.weeks_.empty()) table_.weeks_.reserve(WeekTable::kWeeks + 1);
  table_.weeks_.push_back(static_cast<WeekTable::Week>(open_ms_) << WeekTable::kPatternBits |
                          pattern);
  open_ms_ += table_.patterns_[pattern].open_before[7];
}

WeekTable WeekTableBuilder::finish() && {
  WeekTable& table = table_;
  VENCER_ASSERT(table.weeks_.size() == WeekTable::kWeeks);
  table.weeks_.push_back(static_cast<WeekTable::Week>(open_ms_) << WeekTable::kPatternBits);
  // Buckets of a quarter to a half of the mean week's open time.
  const auto mean = static_cast<std::uint64_t>(open_ms_) / WeekTable::kWeeks;
  table.hint_shift_ = std::max(static_cast<int>(std::bit_width(mean)) - 2, 0);
  table.hints_.reserve(static_cast<std::size_t>(open_ms_ >> table.hint_shift_) + 2);
  std::size_t week = 0;
  for (DurationMs n = 0; n < open_ms_; n += DurationMs{1} << table.hint_shift_) {
    while (WeekTable::open_before(table.weeks_[week + 1]) <= n) ++week;
    table.hints_.push_back(static_cast<std::uint16_t>(week));
  }
  table.hints_.push_back(static_cast<std::uint16_t>(WeekTable::kWeeks - 1));
  table.patterns_.shrink_to_fit();
  table.openings_.shrink_to_fit();
  return std::move(table_);
}

}  // namespace vencer
