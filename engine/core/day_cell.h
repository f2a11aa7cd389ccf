// DayCell: on which of the last 45 local days something happened, in the 8 bytes that a ticket
// keeps for a digest. A later happening does not cover an earlier one: what was answered yesterday
// is known today, whatever was answered since, and when the digest is late too.
//
// 0: never. Else the last day + 1 in the lower 20 bits, then a bit for each of the 44 days before.
#pragma once

#include <cstdint>

#include "engine/core/calendar_spec.h"
#include "engine/core/limits.h"

namespace vencer::day_cell {

inline constexpr int kDayBits = 20;
inline constexpr int kDaysBefore = 64 - kDayBits;
inline constexpr std::uint64_t kDayMask = (1ull << kDayBits) - 1;
static_assert(limits::time_max_ms / limits::kDay + 1 < (1 << kDayBits));

inline CivilDay last_day(std::uint64_t cell) {
  return static_cast<CivilDay>(cell & kDayMask) - 1;
}

inline bool has(std::uint64_t cell, CivilDay day) {
  if (cell == 0 || day > last_day(cell)) return false;
  const CivilDay before = last_day(cell) - day;
  if (before == 0) return true;
  return before <= kDaysBefore && (cell >> (kDayBits + before - 1) & 1) != 0;
}

// The cell with `day` added; one more than 44 days before the last is not kept.
inline std::uint64_t with(std::uint64_t cell, CivilDay day) {
  const auto lower = static_cast<std::uint64_t>(day + 1);
  if (cell == 0) return lower;
  const CivilDay last = last_day(cell);
  if (day == last) return cell;
  if (day < last) {
    const CivilDay before = last - day;
    return before <= kDaysBefore ? cell | 1ull << (kDayBits + before - 1) : cell;
  }
  const CivilDay later = day - last;
  if (later > kDaysBefore) return lower;
  std::uint64_t days = cell >> kDayBits;
  days = later == kDaysBefore ? 0 : days << later;
  days |= 1ull << (later - 1);
  return days << kDayBits | lower;
}

}  // namespace vencer::day_cell
