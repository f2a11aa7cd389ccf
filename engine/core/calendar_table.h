// WeekTable: open time as a function of the instant, and back, in a few dependent memory reads.
//
// Time from 1970 to 2400 is cut into weeks of UTC. Few of these 22,437 weeks differ: a plain one in
// winter, one in summer, one with a holiday on Friday, ... So a week holds the open time before it
// and the number of its pattern (8 bytes), a pattern its seven days (one cache line), a day its
// openings. Equal patterns and equal days are stored once. The way back (which instant ends the
// n-th open millisecond?) starts from a table of hints: the week in which every 2^k-th falls.
//
// Cost: open_before and nth_end O(log openings a day); no zone look-up, no search over years.
// next_closed the same for up to seven days, and O(log weeks) if the rest of the week is open.
// Memory: 180 KB of weeks, 90 to 180 KB of hints, 64 B a pattern, 12 B an opening.
// Thread: const after construction.  Units: ms since the epoch, UTC.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "engine/core/calendar_intervals.h"
#include "engine/core/limits.h"

namespace vencer {

class WeekTable {
 public:
  static constexpr DurationMs kWeek = 7 * limits::kDay;
  // The last week may reach beyond time_max_ms; callers clamp.
  static constexpr std::size_t kWeeks = limits::time_max_ms / kWeek + 1;

  // Open time in [0, at). 0 <= at < kWeeks * kWeek.
  DurationMs open_before(TimeMs at) const;
  // The end of the open millisecond number `n`, counted from 0. 0 <= n < total().
  TimeMs nth_end(DurationMs n) const;
  // The first closed instant that is not before `at`; the end of the last week if there is none.
  TimeMs next_closed(TimeMs at) const;
  DurationMs total() const { return weeks_.empty() ? 0 : open_before(weeks_.back()); }
  std::size_t memory_bytes() const;

 private:
  friend class WeekTableBuilder;

  // Within one day of UTC; in ms, which fit: a week has 604,800,000.
  struct Opening {
    std::int32_t start;
    std::int32_t end;
    std::int32_t open_before;  // in this day
    friend auto operator<=>(const Opening&, const Opening&) = default;
  };
  // A day's openings: `first` in the upper 22 bits, their number in the lower 10. A closed day has
  // one empty opening, so that a look-up needs no case for it.
  using DaySpan = std::uint32_t;
  static constexpr int kCountBits = 10;
  struct alignas(64) Pattern {
    std::array<std::int32_t, 8> open_before;  // by day, in this week; [7] is the whole week
    std::array<DaySpan, 8> days;              // [7] unused: fills the cache line
    friend auto operator<=>(const Pattern&, const Pattern&) = default;
  };
  // Open time before the week in the upper 44 bits, its pattern in the lower 20.
  using Week = std::uint64_t;
  static constexpr int kPatternBits = 20;
  static_assert(kWeeks * kWeek < (1LL << (64 - kPatternBits)), "open time fits beside a pattern");
  static_assert(kWeeks <= (1u << kPatternBits), "every week may have a pattern of its own");
  static_assert(kWeeks <= UINT16_MAX, "a hint is a 16-bit week");

  static DurationMs open_before(Week week) { return static_cast<DurationMs>(week >> kPatternBits); }
  const Pattern& pattern_of(Week week) const {
    return patterns_[week & ((1u << kPatternBits) - 1)];
  }
  std::size_t week_of_nth(DurationMs n) const;
  // Within a week of this pattern; kWeek if all the rest of it is open.
  TimeMs closed_in_week(const Pattern& pattern, TimeMs from) const;

  std::vector<Week> weeks_;  // and one more, that holds the total
  std::vector<Pattern> patterns_;
  std::vector<Opening> openings_;
  std::vector<std::uint16_t> hints_;  // [i]: the week of open ms number i << hint_shift_
  int hint_shift_ = 0;
};

// Makes a WeekTable: describe each distinct week once, then append the weeks in order.
class WeekTableBuilder {
 public:
  using PatternId = std::uint32_t;
  // `openings` as distances from the week's begin; a normal list within [0, WeekTable::kWeek).
  PatternId add_pattern(const Intervals& openings);
  void append_week(PatternId pattern);
  // After exactly WeekTable::kWeeks weeks.
  WeekTable finish() &&;

 private:
  using Opening = WeekTable::Opening;
  WeekTable::DaySpan add_day(const std::vector<Opening>& openings);

  WeekTable table_;
  DurationMs open_ms_ = 0;
  std::map<WeekTable::Pattern, PatternId> pattern_ids_;
  std::map<std::vector<Opening>, WeekTable::DaySpan> day_spans_;
};

}  // namespace vencer
