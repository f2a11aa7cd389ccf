// Readers of a calendar's lists: weeks, holidays, special days.  Errors: to the cursor's
// diagnostics.
#pragma once

#include <vector>

#include "engine/config/cursor.h"
#include "engine/core/calendar.h"

namespace vencer::config {

inline constexpr std::size_t shifts_per_day_max = 48;
inline constexpr int holiday_range_days_max = 366;  // a longer one is a slip of the pen

// { mon-fri = ["09:00-18:00"], sat = [...] } into seven lists, 0 = Monday.
void read_week(const Cursor& table, std::vector<ShiftSpec> (&week)[7]);

struct Holidays {
  std::vector<CivilDay> days;  // ascending, each once
  std::vector<YearlyDay> yearly;
};
// ["12-25", 2026-04-03, "2026-09-18/2026-09-19"]
Holidays read_holidays(const Cursor& list);

// { 2026-12-24 = ["09:00-13:00"], 2026-12-31 = [] }, ascending by day.
std::vector<SpecialDay> read_special_days(const Cursor& table);

}  // namespace vencer::config
