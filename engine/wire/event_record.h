// Event record: an event as event segments keep it and recovery compares it, byte for byte.
//
// A fixed little-endian part of what every event has, then what this one uses of the rest (a
// presence mask says which). The same Event always gives the same bytes.
// Golden files in tests/golden/wire pin them; a change is a new semantics version.
//
// Cost: encode and decode O(size), no allocation beyond `out` (decode: for rows and a reason).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/core/event.h"
#include "engine/core/limits.h"
#include "engine/core/result.h"

namespace vencer {

// Appends one record; returns its size.
std::size_t encode_event_record(const Event& event, std::vector<std::byte>& out);

// A decoded event with room for its lists (event.attributes points into it: do not copy).
struct DecodedEvent {
  DecodedEvent() = default;
  DecodedEvent(const DecodedEvent&) = delete;
  DecodedEvent& operator=(const DecodedEvent&) = delete;
  Event event;
  AttributeValue attributes[limits::attributes_max];
  std::vector<EventRow> rows;
  std::string reason;
};
// False if the bytes are not one whole record.
bool decode_event_record(std::span<const std::byte> record, DecodedEvent& into);

// What a filter needs, without decoding the rest. The record must be a whole one.
std::uint64_t record_sequence(std::span<const std::byte> record);
TenantId record_tenant(std::span<const std::byte> record);
EventType record_type(std::span<const std::byte> record);
// Which fields it has: two records of one mask and as many attributes differ in numbers only,
// unless they have tails (another ticket, rows, a reason).
std::uint32_t record_mask(std::span<const std::byte> record);
bool record_has_tails(std::uint32_t mask);

}  // namespace vencer
