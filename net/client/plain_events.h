// PlainEvents: the quick way to read an Events frame whose events are numbers and attributes only,
// which is nearly all of them.
//
// Tables of one kind share their layout (FlatBuffers' vtable), so a layout is checked and turned
// into a list of moves once, and each table of it costs a bounds check and those moves. Nothing is
// read that has not been checked to lie within the body; what is not plain, or not right, is left
// to the verifier and the generated accessors (event_reader.cc), which also say what is wrong.
//
// Cost: about 40 ns an event; through the verifier 250.  Memory: kept from frame to frame.
// Thread: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/core/event.h"
#include "net/client/replies.h"

namespace vencer {

class PlainEvents {
 public:
  // False: not plain, `into` says nothing. The batch points into this object.
  bool read(std::span<const std::byte> body, EventBatch* into);

 private:
  struct Move {
    std::uint16_t from = 0, to = 0;
    std::uint8_t size = 0;
  };
  struct Layout {
    std::size_t at = 0;  // of the vtable in the body
    std::size_t table_bytes = 0;
    std::uint16_t key_at = 0, muted_at = 0, attributes_at = 0;  // 0: absent
    std::vector<Move> moves;
  };
  const Layout* layout_of(std::span<const std::byte> body, std::size_t table);
  bool read_event(std::span<const std::byte> body, std::size_t table);

  std::vector<Layout> layouts_;
  std::size_t layouts_used_ = 0;
  std::size_t last_layout_ = 0;
  std::vector<Event> events_;
  std::vector<AttributeValue> attributes_;
};

}  // namespace vencer
