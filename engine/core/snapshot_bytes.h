// The bytes of a snapshot: little-endian integers, varints and instants, written and read.
//
// Put gathers them on the stack and hands them over to a vector in one piece: a record of a hundred
// bytes is a hundred stores and one memcpy. Take reads what nobody has checked: what is cut off or
// out of range gives 0 and is remembered, so that a record is read to its end and asked once.
//
// A varint is LEB128, 1 to 10 bytes. An instant is 0 for kNever, else 1 + zigzag(instant - base),
// as a varint: `base` is another instant of the record, so that most take four bytes.
//
// Cost: one or two nanoseconds a field.  Pure.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/types.h"

namespace vencer {

using SnapshotBytes = std::vector<std::byte>;

// Beyond it the engine has no instants and no spans of time (packed.h, timing_wheel.h).
inline constexpr std::int64_t kSnapshotMsMax = (std::int64_t{1} << 46) - 1;

class Put {
 public:
  explicit Put(SnapshotBytes* out) : out_(out) {}
  ~Put() { flush(); }
  Put(const Put&) = delete;
  Put& operator=(const Put&) = delete;

  void byte(std::uint8_t value) {
    room(1);
    buffer_[used_++] = static_cast<std::byte>(value);
  }
  void fixed16(std::uint16_t value) { fixed<2>(value); }
  void fixed32(std::uint32_t value) { fixed<4>(value); }
  void fixed64(std::uint64_t value) { fixed<8>(value); }
  void varint(std::uint64_t value) {
    room(10);
    std::byte* at = buffer_ + used_;
    for (; value >= 0x80; value >>= 7) *at++ = static_cast<std::byte>(value | 0x80);
    *at++ = static_cast<std::byte>(value);
    used_ = static_cast<std::size_t>(at - buffer_);
  }
  void zigzag(std::int64_t value) {
    varint((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
  }
  void instant(TimeMs at, TimeMs base) {
    if (at == kNever) return byte(0);
    const std::int64_t from = at - base;
    varint(1 + ((static_cast<std::uint64_t>(from) << 1) ^ static_cast<std::uint64_t>(from >> 63)));
  }
  void key(const TicketKey& key) {
    byte(static_cast<std::uint8_t>(key.kind));
    if (key.kind == KeyKind::number) return varint(key.low);
    fixed64(key.low);
    fixed64(key.high);
  }
  void text(std::string_view text) {
    varint(text.size());
    for (const char c : text) byte(static_cast<std::uint8_t>(c));
  }
  void flush() {
    out_->insert(out_->end(), buffer_, buffer_ + used_);
    used_ = 0;
  }

 private:
  static constexpr std::size_t kBuffer = 2048;
  void room(std::size_t bytes) {
    if (used_ + bytes > kBuffer) [[unlikely]]
      flush();
  }
  template <std::size_t kBytes>
  void fixed(std::uint64_t value) {
    room(kBytes);
    for (std::size_t i = 0; i < kBytes; ++i) {
      buffer_[used_ + i] = static_cast<std::byte>(value >> (8 * i));
    }
    used_ += kBytes;
  }

  SnapshotBytes* out_;
  std::size_t used_ = 0;
  std::byte buffer_[kBuffer];  // not initialised
};

class Take {
 public:
  explicit Take(std::span<const std::byte> bytes)
      : begin_(bytes.data()), at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool at_end() const { return at_ == end_; }
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }
  std::span<const std::byte> rest() const { return {at_, left()}; }

  // The first fault, "" if there is none; and where it was. Afterwards everything reads as 0.
  bool failed() const { return fault_ != nullptr; }
  std::string fault() const;
  std::size_t fault_offset() const { return fault_offset_; }
  // `value` of `what` cannot be.
  void fail(const char* what, std::uint64_t value) {
    if (failed()) return;
    fault_ = what;
    fault_value_ = value;
    fault_offset_ = offset();
    at_ = end_;
  }
  // fail() unless it holds.
  void check(bool holds, const char* what, std::uint64_t value = 0) {
    if (!holds) [[unlikely]]
      fail(what, value);
  }

  std::uint8_t byte() {
    if (at_ == end_) [[unlikely]] {
      cut_off();
      return 0;
    }
    return std::to_integer<std::uint8_t>(*at_++);
  }
  std::uint16_t fixed16() { return static_cast<std::uint16_t>(fixed<2>()); }
  std::uint32_t fixed32() { return static_cast<std::uint32_t>(fixed<4>()); }
  std::uint64_t fixed64() { return fixed<8>(); }
  std::uint64_t varint() {
    if (at_ != end_ && std::to_integer<std::uint8_t>(*at_) < 0x80) [[likely]]
      return std::to_integer<std::uint64_t>(*at_++);
    return long_varint();
  }
  std::int64_t zigzag() { return unzigzag(varint()); }
  // Below `bound`, else a fault.
  std::uint64_t below(std::uint64_t bound, const char* what) {
    const std::uint64_t value = varint();
    if (value < bound) [[likely]]
      return value;
    fail(what, value);
    return 0;
  }
  // How many follow, each of `bytes_each` at least: not more than there is room for.
  std::size_t count(std::uint64_t most, std::size_t bytes_each, const char* what) {
    const std::uint64_t value = varint();
    if (value <= most && value <= left() / bytes_each) return static_cast<std::size_t>(value);
    fail(what, value);
    return 0;
  }
  std::uint8_t byte_below(std::uint64_t bound, const char* what) {
    const std::uint8_t value = byte();
    if (value < bound) [[likely]]
      return value;
    fail(what, value);
    return 0;
  }
  // What takes part in arithmetic of instants is no further from 1970 than kSnapshotMsMax.
  TimeMs instant(TimeMs base, const char* what) {
    const std::uint64_t word = varint();
    return word == 0 ? kNever : in_range(unzigzag(word - 1), base, what);
  }
  TimeMs known_instant(TimeMs base, const char* what) {
    const std::uint64_t word = varint();
    if (word != 0) [[likely]]
      return in_range(unzigzag(word - 1), base, what);
    fail(what, word);
    return 0;
  }
  DurationMs span(const char* what) { return in_range(zigzag(), 0, what); }
  TicketKey key(const char* what) { return key(byte(), what); }
  TicketKey key(std::uint8_t kind, const char* what) {
    TicketKey key;
    if (kind < 1 || kind > 4) fail(what, kind);
    if (failed()) return key;
    key.kind = static_cast<KeyKind>(kind);
    key.low = key.kind == KeyKind::number ? varint() : fixed64();
    key.high = key.kind == KeyKind::number ? 0 : fixed64();
    return key;
  }
  std::string text(std::size_t most, const char* what) {
    const std::size_t size = count(most, 1, what);
    std::string text(reinterpret_cast<const char*>(at_), size);
    at_ += size;
    return text;
  }

 private:
  void cut_off() { fail("cut off", 0); }
  static std::int64_t unzigzag(std::uint64_t word) {
    return static_cast<std::int64_t>((word >> 1) ^ (~(word & 1) + 1));
  }
  std::int64_t in_range(std::int64_t from, TimeMs base, const char* what) {
    constexpr std::int64_t kMost = kSnapshotMsMax;
    if (from >= -2 * kMost && from <= 2 * kMost) [[likely]] {
      const std::int64_t at = from + (base == kNever ? 0 : base);
      if (at >= -kMost && at <= kMost) [[likely]]
        return at;
    }
    fail(what, static_cast<std::uint64_t>(from));
    return 0;
  }
  std::uint64_t long_varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (at_ == end_) {
        cut_off();
        return 0;
      }
      const auto byte = std::to_integer<std::uint64_t>(*at_++);
      if (shift == 63 && byte > 1) break;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    fail("a number of more than 64 bits", 0);
    return 0;
  }
  template <std::size_t kBytes>
  std::uint64_t fixed() {
    if (left() < kBytes) [[unlikely]] {
      cut_off();
      at_ = end_;
      return 0;
    }
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < kBytes; ++i) {
      value |= std::to_integer<std::uint64_t>(at_[i]) << (8 * i);
    }
    at_ += kBytes;
    return value;
  }

  const std::byte* begin_;
  const std::byte* at_;
  const std::byte* end_;
  const char* fault_ = nullptr;
  std::uint64_t fault_value_ = 0;
  std::size_t fault_offset_ = 0;
};

}  // namespace vencer
