// TokenBucket: commands per second of engine time, a second's worth of which may come at once.
//
// In whole thousandths of a command, so that nothing is lost to rounding.  Pure.
#pragma once

#include <algorithm>
#include <cstdint>

#include "engine/core/limits.h"

namespace vencer {

struct TokenBucket {
  std::uint64_t milli = 0;  // thousandths of a command that may come now
  TimeMs at = 0;            // ... as of then. A bucket that was never used is full.

  // False: one too many. Refused ones take nothing.
  bool take(std::uint32_t per_second, TimeMs now) {
    const std::uint64_t full = std::uint64_t{per_second} * 1000;
    const auto passed = static_cast<std::uint64_t>(std::max<DurationMs>(0, now - at));
    milli = passed >= 1000 ? full : std::min(full, milli + passed * per_second);
    at = now;
    if (milli < 1000) return false;
    milli -= 1000;
    return true;
  }
};

}  // namespace vencer
