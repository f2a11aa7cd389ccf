// Local days and times of day as a calendar writes them: "mon-fri", "09:00-18:00", "2026-09-18",
// "12-25".  Cost: O(text).  Thread: any.  Errors: Errc::invalid_document with what would be right.
#pragma once

#include <string_view>
#include <vector>

#include "engine/core/calendar.h"
#include "engine/core/result.h"

namespace vencer::config {

// "mon", or a range "mon-fri", which may go over Sunday ("sat-mon"). 0 = Monday.
Result<std::vector<int>> parse_weekdays(std::string_view text);

// "22:00-06:00" ends on the next day; "24:00" may end a shift.
Result<ShiftSpec> parse_shift(std::string_view text);

// "08:00" as minutes after midnight, less than a day.
Result<std::int32_t> parse_time_of_day(std::string_view text);

// "2026-09-18", from 1970 to 2399.
Result<CivilDay> parse_date(std::string_view text);

// "12-25"
Result<YearlyDay> parse_yearly(std::string_view text);

}  // namespace vencer::config
