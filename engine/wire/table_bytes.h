// TableBytes: one small FlatBuffers table with its own layout, for bodies too rare to have one in
// command_layout.h.
//
//   TableBytes table;
//   table.put(0, std::uint8_t{3});  // field 0 of the schema's table; fields that are not put are
//   table.put(2, std::int64_t{7});  // absent
//
// Written as layout, padding, table; the table starts 8-aligned. An offset is put as 0 and set
// later. Cost: no allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/core/assert.h"
#include "engine/core/types.h"
#include "engine/wire/little_endian.h"

namespace vencer {

class TableBytes {
 public:
  static constexpr std::size_t kFieldsMax = 6;

  // The place of the field in the table.
  template <typename Number>
  std::size_t put(std::size_t field, Number value) {
    const std::size_t at = place(field, sizeof value, sizeof value);
    store_le(bytes_.data() + at, value);
    return at;
  }
  void put_key(std::size_t field, const TicketKey& key) {
    std::byte* at = bytes_.data() + place(field, 24, 8);
    store_le(at, key.low);
    store_le(at + 8, key.high);
    store_le(at + 16, static_cast<std::uint8_t>(key.kind));
  }

  // Layout and table; the second is `table_at()` bytes behind the first.
  std::size_t table_at() const { return (4 + 2 * fields_ + 7) / 8 * 8; }
  std::size_t size() const { return table_at() + (size_ + 7) / 8 * 8; }
  void write(std::byte* to) const {
    store_le(to, static_cast<std::uint16_t>(4 + 2 * fields_));
    store_le(to + 2, static_cast<std::uint16_t>(size_));
    for (std::size_t i = 0; i < fields_; ++i) store_le(to + 4 + 2 * i, places_[i]);
    std::byte* table = to + table_at();
    for (std::size_t i = 4; i < size_; ++i) table[i] = bytes_[i];
    store_le(table, static_cast<std::int32_t>(table_at()));
  }

 private:
  std::size_t place(std::size_t field, std::size_t bytes, std::size_t alignment) {
    const std::size_t at = (size_ + alignment - 1) / alignment * alignment;
    VENCER_ASSERT(field < kFieldsMax && at + bytes <= bytes_.size());
    places_[field] = static_cast<std::uint16_t>(at);
    if (field >= fields_) fields_ = field + 1;
    size_ = at + bytes;
    return at;
  }

  std::array<std::uint16_t, kFieldsMax> places_{};
  std::size_t fields_ = 0;
  std::array<std::byte, 64> bytes_{};
  std::size_t size_ = 4;
};

}  // namespace vencer
