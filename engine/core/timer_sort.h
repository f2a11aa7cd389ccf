// sort_keys: puts integers in ascending order of their upper bits.
//
// Radix sorts. Up to 32 Ki keys (what fits in the second level cache): least significant digit
// first, through a scratch buffer. More: one pass of American flag sort (McIlroy, Bostic, McIlroy,
// "Engineering Radix Sort", 1993) on the highest byte in which keys differ, in place, then each
// bucket by itself. So a storm of ten million equal deadlines needs no second array.
// Cost: O(n) a digit in which keys differ, about 5 ns a key each; O(n) if sorted; O(n^2) up to 24.
// Memory: `scratch` grows to at most 256 KiB and is kept.  Thread: one per scratch.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace vencer::detail {

// By the bits from `from_bit` up; the order of keys that are equal in them is not defined.
void sort_keys(std::span<std::uint64_t> keys, int from_bit, std::vector<std::uint64_t>& scratch);

}  // namespace vencer::detail
