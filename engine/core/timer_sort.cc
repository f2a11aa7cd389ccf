#include "engine/core/timer_sort.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace vencer::detail {
namespace {

using Keys = std::span<std::uint64_t>;
constexpr std::size_t kInsertionKeys = 24;
constexpr std::size_t kScratchKeys = 32'768;
constexpr int kDigitMax = 12;  // bits: two passes over ten million ids

void insertion_sort(Keys keys) {
  for (std::size_t i = 1; i < keys.size(); ++i) {
    const std::uint64_t key = keys[i];
    std::size_t at = i;
    for (; at > 0 && keys[at - 1] > key; --at) keys[at] = keys[at - 1];
    keys[at] = key;
  }
}

// One stable pass: from `keys` to `out`, by `bits` bits from `shift` up.
void distribute(Keys keys, Keys out, int shift, int bits) {
  std::array<std::uint32_t, std::size_t{1} << kDigitMax> next;
  const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
  std::fill_n(next.begin(), mask + 1, 0u);
  for (const std::uint64_t key : keys) ++next[(key >> shift) & mask];
  std::uint32_t sum = 0;
  for (std::size_t d = 0; d <= mask; ++d) sum += std::exchange(next[d], sum);
  for (const std::uint64_t key : keys) out[next[(key >> shift) & mask]++] = key;
}

// Keys differ in bits from_bit .. to_bit - 1 only.
void digit_sort(Keys keys, int from_bit, int to_bit, std::vector<std::uint64_t>& scratch) {
  if (scratch.size() < keys.size()) scratch.resize(keys.size());
  Keys from = keys;
  Keys to = Keys(scratch).first(keys.size());
  const int digit_max = keys.size() < 1024 ? 8 : keys.size() < 6144 ? 11 : kDigitMax;
  const int passes = (to_bit - from_bit + digit_max - 1) / digit_max;
  const int digit = (to_bit - from_bit + passes - 1) / passes;
  for (int shift = from_bit; shift < to_bit; shift += digit) {
    distribute(from, to, shift, digit);
    std::swap(from, to);
  }
  if (from.data() != keys.data()) std::copy(from.begin(), from.end(), keys.begin());
}

// Partitions by the byte at `shift`; end[b] is where bucket b ends.
std::array<std::size_t, 256> flag_pass(Keys keys, int shift) {
  const auto bucket_of = [shift](std::uint64_t key) { return (key >> shift) & 0xff; };
  std::array<std::size_t, 256> next{};
  std::array<std::size_t, 256> end{};
  for (const std::uint64_t key : keys) ++end[bucket_of(key)];
  for (std::size_t b = 0, sum = 0; b < 256; ++b) {
    next[b] = sum;
    sum += end[b];
    end[b] = sum;
  }
  for (std::size_t b = 0; b < 256; ++b) {
    while (next[b] < end[b]) {
      std::uint64_t key = keys[next[b]];
      for (std::size_t to = bucket_of(key); to != b; to = bucket_of(key)) {
        __builtin_prefetch(keys.data() + next[to] + 16, 1);  // too many streams for the hardware's
        std::swap(key, keys[next[to]++]);
      }
      keys[next[b]++] = key;
    }
  }
  return end;
}

}  // namespace

void sort_keys(Keys keys, int from_bit, std::vector<std::uint64_t>& scratch) {
  std::uint64_t all = ~std::uint64_t{0};
  std::uint64_t any = 0;
  std::uint64_t last = 0;
  bool sorted = true;
  for (const std::uint64_t key : keys) {
    all &= key;
    any |= key;
    sorted &= last <= key;
    last = key;
  }
  if (sorted) return;
  if (keys.size() <= kInsertionKeys) return insertion_sort(keys);
  const int to_bit = static_cast<int>(std::bit_width(all ^ any));  // above it, all are alike
  if (to_bit <= from_bit) return;
  if (keys.size() <= kScratchKeys) return digit_sort(keys, from_bit, to_bit, scratch);

  const int shift = std::max(to_bit - 8, from_bit);
  const std::array<std::size_t, 256> end = flag_pass(keys, shift);
  for (std::size_t b = 0, begin = 0; b < 256; begin = end[b++]) {
    sort_keys(keys.subspan(begin, end[b] - begin), from_bit, scratch);
  }
}

}  // namespace vencer::detail
