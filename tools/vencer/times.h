// Times and durations as the command line writes and reads them. UTC, milliseconds.
//
// Errors: invalid_document with what would be right.
#pragma once

#include <string>
#include <string_view>

#include "engine/core/result.h"
#include "engine/core/types.h"

namespace vencer::cli {

// As documents write them, days too: "250ms", "90s", "1h30m", "2d"; a plain number is seconds. Not
// negative.
Result<DurationMs> parse_duration(std::string_view text);
// "2026-04-01T09:00:00Z", "2026-04-01 06:00:00.250-03:00", "2026-04-01" (its begin in UTC), or
// milliseconds since 1970, 12 digits at least. A time of day without Z or offset is refused.
Result<TimeMs> parse_time(std::string_view text);

TimeMs now_ms();  // of this machine's wall clock

// "2026-04-01T09:00:00.250Z"
std::string time_text(TimeMs time);
// "8h", "1h 30m", "2d 4h", "1.250s", "-15m": the two largest units.
std::string duration_text(DurationMs duration);

}  // namespace vencer::cli
