// EventTables: event records -> the tables of an Events frame, in one FlatBufferBuilder.
//
// An event is mostly like one before it but for its numbers: same fields, as many attributes. Then
// the bytes of that table are copied and the numbers patched in. The bytes are those that
// FlatBufferBuilder would have made (tests/unit/wire/event_tables_test.cc compares them).
//
// Cost: about 50 ns a record that is like an earlier one of the frame, 200 ns for another.
// Thread: one at a time. Lives: for one frame, with its builder.
#pragma once

#include <flatbuffers/flatbuffers.h>
#include <vencer_generated.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/wire/event_record.h"

namespace vencer {

// By the builder alone. Fields that an event does not use have the schema's default and take no
// room.
flatbuffers::Offset<wire::Event> write_event(flatbuffers::FlatBufferBuilder& fbb,
                                             const Event& event);

class EventTables {
 public:
  // partition: of the records, for the tenants' ids.
  explicit EventTables(flatbuffers::FlatBufferBuilder& fbb, std::uint32_t partition = 0)
      : fbb_(fbb), partition_(partition) {}

  // The record must be a whole one.
  flatbuffers::Offset<wire::Event> write(std::span<const std::byte> record);

 private:
  static constexpr std::size_t kShapesMax = 8;

  // Where a number stands in an Event and in the table.
  struct Place {
    std::uint16_t from = 0, to = 0, size = 0;
  };
  // What tables of one kind have in common.
  struct Shape {
    std::uint32_t mask = 0;        // of the record
    std::uint32_t attributes = 0;  // how many
    std::uint32_t begins = 0;      // the builder's size before it, mod 16: decides the padding
    std::uint32_t offset = 0;      // of `bytes` in the builder
    std::uint32_t key_at = 0, attributes_at = 0;
    std::vector<std::uint8_t> bytes;
    std::vector<Place> places;
  };
  void remember(std::uint32_t mask, std::uint32_t before, flatbuffers::Offset<wire::Event> made);
  flatbuffers::Offset<wire::Event> copy(const Shape& shape);

  flatbuffers::FlatBufferBuilder& fbb_;
  const std::uint32_t partition_;
  DecodedEvent decoded_;
  std::vector<Shape> shapes_;
};

}  // namespace vencer
