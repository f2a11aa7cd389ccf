// Spans of time as a document writes them: "90s", "30m", "8h", "1h30m", "250ms", "7d".
//
// Units from the largest to the smallest, each once, no blanks. "d" is 24 hours and is refused
// where time is counted in a calendar ("two days" of a desk that is open nine hours a day are not
// 48 h). Cost: O(text).  Thread: any.  Errors: Errc::invalid_document with what would be right.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/config/cursor.h"
#include "engine/core/result.h"
#include "engine/core/types.h"

namespace vencer::config {

enum class Days : std::uint8_t { refused, allowed };

// 0 to limits::target_max_ms.
Result<DurationMs> parse_duration(std::string_view text, Days days);

// "1h30m", "250ms", "0s": what parse_duration reads back.
std::string duration_text(DurationMs duration_ms);

// The value at the cursor, complaining if it is none or less than `min_ms`.
std::optional<DurationMs> read_duration(const Cursor& at, Days days, DurationMs min_ms = 0);

}  // namespace vencer::config
