// Holidays from an iCalendar file (.ics), as governments and mail programs give them out.
//
// Taken are all-day events: DTSTART a date, as long as DTEND (not included) or DURATION say, else
// one day; repeated by RRULE (daily to yearly, Gregorian) and RDATE, less EXDATE. A single instance
// that was moved (RECURRENCE-ID) counts where it was moved to. What is CANCELLED is left out,
// alarms and time zones are not looked at: a holiday closes the civil day of the calendar that uses
// it, whichever that is. An event with a time of day is an error and not left out: somebody meant
// something by it.
//
// Cost: O(text + days), at most ics_days_max days; load-time only.  Thread: any, one at a time (the
// library's error state is the process's).  Lifetime: none.
// Errors: Errc::invalid_document, "file:line: what is wrong", for the first thing wrong.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "engine/core/calendar_spec.h"
#include "engine/core/result.h"

namespace vencer::config {

// Each day that an event repeats on counts, also those outside the span that is asked for.
inline constexpr int ics_days_max = 200'000;
inline constexpr std::size_t ics_events_max = 5'000;

// Ascending, each once, from `from` to `to`, both included. `file` is for messages.
Result<std::vector<CivilDay>> read_ics_holidays(std::string_view text, std::string_view file,
                                                CivilDay from, CivilDay to);

}  // namespace vencer::config
