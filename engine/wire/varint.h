// Varints as in Protocol Buffers (LEB128, 7 bits a byte, lowest first), in their shortest form
// only.
//
// Cost: O(bytes), 1 to 10.  Errors: read_varint() says no to what is cut off, too long, or padded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace vencer {

inline constexpr std::size_t kVarintBytesMax = 10;

inline std::size_t write_varint(std::uint64_t value, std::byte* into) {
  std::size_t size = 0;
  for (; value >= 0x80; value >>= 7) into[size++] = static_cast<std::byte>((value & 0x7f) | 0x80);
  into[size++] = static_cast<std::byte>(value);
  return size;
}

inline bool read_long_varint(std::span<const std::byte>& from, std::uint64_t& value) {
  value = 0;
  for (std::size_t i = 0; i < from.size() && i < kVarintBytesMax; ++i) {
    const auto byte = std::to_integer<std::uint64_t>(from[i]);
    if (i == kVarintBytesMax - 1 && byte > 1) return false;  // more than 64 bits
    value |= (byte & 0x7f) << (7 * i);
    if ((byte & 0x80) != 0) continue;
    if (byte == 0 && i > 0) return false;  // padded
    from = from.subspan(i + 1);
    return true;
  }
  return false;
}

// Takes one off the front of `from`. Most are of one byte, for which no call is worth its while.
[[gnu::always_inline]] inline bool read_varint(std::span<const std::byte>& from,
                                               std::uint64_t& value) {
  if (!from.empty() && (from[0] & std::byte{0x80}) == std::byte{}) {
    value = std::to_integer<std::uint64_t>(from[0]);
    from = from.subspan(1);
    return true;
  }
  return read_long_varint(from, value);
}

// Signed to unsigned so that small magnitudes stay small: 0, -1, 1, -2 ... -> 0, 1, 2, 3 ...
inline std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
inline std::int64_t unzigzag(std::uint64_t word) {
  return static_cast<std::int64_t>((word >> 1) ^ (~(word & 1) + 1));
}

}  // namespace vencer
