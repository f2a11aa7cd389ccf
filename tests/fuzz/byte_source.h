// ByteSource: an input of a fuzzer as a sequence of small decisions, taken from the front.
//
// Never fails: what is asked for beyond the end is zero. So every prefix of an input is one too,
// and a fuzzer that appends, cuts or changes a byte changes one decision.
#pragma once

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>
#include <type_traits>

#include "tests/fuzz/fuzz.h"

namespace vencer::fuzz {

class ByteSource {
 public:
  explicit ByteSource(std::span<const std::byte> input) : rest_(input) {}

  bool empty() const { return rest_.empty(); }
  std::span<const std::byte> rest() const { return rest_; }

  // Little-endian, whole.
  template <typename T>
  T take() {
    static_assert(std::is_integral_v<T> && std::endian::native == std::endian::little);
    T value = 0;
    const auto bytes = take_bytes(sizeof value);
    if (!bytes.empty()) std::memcpy(&value, bytes.data(), bytes.size());
    return value;
  }
  // 0 .. n - 1
  std::size_t below(std::size_t n) {
    return (n <= 256 ? take<std::uint8_t>() : take<std::uint32_t>()) % n;
  }
  std::span<const std::byte> take_bytes(std::size_t count) {
    const auto taken = rest_.first(std::min(count, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }

 private:
  std::span<const std::byte> rest_;
};

// The other way round, for seeds.
class ByteSink {
 public:
  template <typename T>
  ByteSink& put(T value) {
    return put(std::as_bytes(std::span(&value, 1)));
  }
  ByteSink& put(std::span<const std::byte> bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  Input take() { return std::move(bytes_); }

 private:
  Input bytes_;
};

// Exactly these bytes at an 8-aligned address, as readers of ours may expect them, with nothing
// readable behind them.
class Aligned {
 public:
  explicit Aligned(std::span<const std::byte> bytes)
      : bytes_(new std::byte[bytes.size()]), size_(bytes.size()) {
    if (!bytes.empty()) std::memcpy(bytes_.get(), bytes.data(), bytes.size());
  }
  std::span<const std::byte> span() const { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<std::byte[]> bytes_;
  std::size_t size_;
};

}  // namespace vencer::fuzz
