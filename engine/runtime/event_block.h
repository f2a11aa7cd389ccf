// EventBlock: the events of one group as compact records (engine/wire/event_record.h), in order.
// Filled by the shard; constant once published.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace vencer {

struct EventBlock {
  std::uint64_t first_sequence = 0;
  std::vector<std::byte> bytes;
  std::vector<std::uint32_t> ends;  // of each record in `bytes`

  std::size_t count() const { return ends.size(); }
  std::uint64_t last_sequence() const { return first_sequence + ends.size() - 1; }
  std::span<const std::byte> record(std::size_t index) const {
    const std::size_t begin = index == 0 ? 0 : ends[index - 1];
    return std::span(bytes).subspan(begin, ends[index] - begin);
  }
  // Used or not.
  std::size_t memory_bytes() const {
    return sizeof *this + bytes.capacity() + ends.capacity() * sizeof ends[0];
  }
  void clear() {
    bytes.clear();
    ends.clear();
  }
};

}  // namespace vencer
