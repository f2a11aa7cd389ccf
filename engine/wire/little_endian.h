// Loads and stores of little-endian integers at any address: what frames and event records are made
// of.
//
// Cost: one move each.  The engine runs on little-endian machines only (asserted here).
#pragma once

#include <bit>
#include <cstddef>
#include <cstring>
#include <type_traits>

namespace vencer {

static_assert(std::endian::native == std::endian::little, "bytes are copied as they lie in memory");

template <typename T>
T load_le(const std::byte* from) {
  static_assert(std::is_integral_v<T>);
  T value;
  std::memcpy(&value, from, sizeof(T));
  return value;
}

template <typename T>
void store_le(std::byte* into, T value) {
  static_assert(std::is_integral_v<T>);
  std::memcpy(into, &value, sizeof(T));
}

}  // namespace vencer
