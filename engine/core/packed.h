// PackedMs: milliseconds in 6 bytes, for what a hundred million tickets hold.
//
// Holds less than 2^47 (4,400 years either side of 1970, or that long a span), and kNever. Those
// are the bounds of every instant and duration in the core: limits::time_max_ms and target_max_ms
// are far inside, the timing wheel asserts its own.
//
// Cost: a load or store of 4 and of 2 bytes; kNever costs a compare.
#pragma once

#include <cstdint>
#include <cstring>

#include "engine/core/assert.h"
#include "engine/core/types.h"

namespace vencer {

class PackedMs {
 public:
  PackedMs() = default;
  PackedMs(std::int64_t ms) { *this = ms; }
  PackedMs& operator=(std::int64_t ms) {
    const std::int64_t kept = ms == kNever ? kMost : ms;
    VENCER_ASSERT(kept >= -kMost && kept <= kMost);
    const auto low = static_cast<std::uint32_t>(kept);
    const auto high = static_cast<std::uint16_t>(kept >> 32);
    std::memcpy(halves_, &low, sizeof low);
    halves_[2] = high;
    return *this;
  }
  std::int64_t get() const {
    std::uint32_t low;
    std::memcpy(&low, halves_, sizeof low);
    const std::uint64_t bits = std::uint64_t{halves_[2]} << 48 | std::uint64_t{low} << 16;
    const std::int64_t ms = static_cast<std::int64_t>(bits) >> 16;
    return ms == kMost ? kNever : ms;
  }
  operator std::int64_t() const { return get(); }
  PackedMs& operator+=(std::int64_t ms) { return *this = get() + ms; }

 private:
  static constexpr std::int64_t kMost = (std::int64_t{1} << 47) - 1;
  std::uint16_t halves_[3];
};
static_assert(sizeof(PackedMs) == 6 && alignof(PackedMs) == 2);

}  // namespace vencer
