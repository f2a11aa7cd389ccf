// Instants and durations as people read them, beside the numbers that count.
#pragma once

#include <string>

#include "engine/core/types.h"

namespace vencer::vectors {

// "1774755000000 (Sun 2026-03-29 03:30:00.000 +0000 UTC)"; "never" for kNever.
std::string instant_text(TimeMs at, const std::string& zone);
// "12600001 (3h30m0.001s)"
std::string duration_text(DurationMs duration);

}  // namespace vencer::vectors
