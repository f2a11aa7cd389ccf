#include "engine/wire/event_record.h"

#include "engine/wire/event_fields.h"
#include "engine/wire/little_endian.h"
#include "engine/wire/varint.h"

// The fixed part, 38 bytes:
//
//   0 u64 sequence | 8 i64 emitted | 16 u64 key.low | 24 u32 presence mask | 28 u32 tenant
//   | 32 u32 version | 36 u8 type | 37 u8 kind of the key
//
// Then, for each bit of the mask from the lowest, its field as a varint (event_fields.h), and if
// the bit of the attributes is set: u8 count, and for each u8 attribute and varint value. A field
// that has its "none" value is never written, so that an event has one encoding only.

namespace vencer {
namespace {

constexpr std::size_t kFixedBytes = 38;
constexpr std::size_t kSequenceAt = 0, kEmittedAt = 8, kKeyLowAt = 16, kMaskAt = 24, kTenantAt = 28,
                      kVersionAt = 32, kTypeAt = 36, kKeyKindAt = 37;
constexpr std::uint32_t kAttributesBit = 1u << kEventFields;
static_assert(kEventFields < 31);

void append_varint(std::vector<std::byte>& out, std::uint64_t value) {
  std::byte buffer[kVarintBytesMax];
  out.insert(out.end(), buffer, buffer + write_varint(value, buffer));
}

std::uint32_t write_fields(const Event& event, std::vector<std::byte>& out) {
  std::uint32_t mask = 0;
  std::uint32_t bit = 1;
  visit_event_fields(event, [&](std::uint64_t word) {
    if (word != 0) {
      mask |= bit;
      append_varint(out, word);
    }
    bit <<= 1;
  });
  return mask;
}

void write_attributes(std::span<const AttributeValue> attributes, std::vector<std::byte>& out) {
  VENCER_ASSERT(attributes.size() <= limits::attributes_max);
  out.push_back(static_cast<std::byte>(attributes.size()));
  for (const AttributeValue& attribute : attributes) {
    out.push_back(static_cast<std::byte>(attribute.attribute));
    append_varint(out, attribute.value);
  }
}

bool read_attributes(std::span<const std::byte>& rest, DecodedEvent& into) {
  if (rest.empty()) return false;
  const auto count = std::to_integer<std::size_t>(rest[0]);
  rest = rest.subspan(1);
  if (count == 0 || count > limits::attributes_max) return false;
  for (std::size_t i = 0; i < count; ++i) {
    if (rest.empty()) return false;
    into.attributes[i].attribute = std::to_integer<AttributeId>(rest[0]);
    rest = rest.subspan(1);
    if (!read_varint(rest, into.attributes[i].value)) return false;
  }
  into.event.attributes = std::span(into.attributes, count);
  return true;
}

}  // namespace

std::size_t encode_event_record(const Event& event, std::vector<std::byte>& out) {
  const std::size_t begin = out.size();
  out.resize(begin + kFixedBytes);
  std::uint32_t mask = write_fields(event, out);
  if (!event.attributes.empty()) {
    mask |= kAttributesBit;
    write_attributes(event.attributes, out);
  }
  std::byte* fixed = out.data() + begin;
  store_le(fixed + kSequenceAt, event.sequence);
  store_le(fixed + kEmittedAt, event.emitted);
  store_le(fixed + kKeyLowAt, event.ticket.low);
  store_le(fixed + kMaskAt, mask);
  store_le(fixed + kTenantAt, event.tenant);
  store_le(fixed + kVersionAt, event.version);
  store_le(fixed + kTypeAt, static_cast<std::uint8_t>(event.type));
  store_le(fixed + kKeyKindAt, static_cast<std::uint8_t>(event.ticket.kind));
  return out.size() - begin;
}

bool decode_event_record(std::span<const std::byte> record, DecodedEvent& into) {
  if (record.size() < kFixedBytes) return false;
  into.event = Event{};
  Event& event = into.event;
  event.sequence = load_le<std::uint64_t>(&record[kSequenceAt]);
  event.emitted = load_le<TimeMs>(&record[kEmittedAt]);
  event.ticket.low = load_le<std::uint64_t>(&record[kKeyLowAt]);
  event.ticket.kind = static_cast<KeyKind>(load_le<std::uint8_t>(&record[kKeyKindAt]));
  event.tenant = load_le<TenantId>(&record[kTenantAt]);
  event.version = load_le<std::uint32_t>(&record[kVersionAt]);
  event.type = static_cast<EventType>(load_le<std::uint8_t>(&record[kTypeAt]));
  const auto mask = load_le<std::uint32_t>(&record[kMaskAt]);
  if ((mask & ~((kAttributesBit << 1) - 1)) != 0) return false;

  std::span<const std::byte> rest = record.subspan(kFixedBytes);
  std::uint32_t bit = 1;
  bool whole = true;
  assign_event_fields(event, [&](std::uint64_t word_max) -> std::uint64_t {
    const bool present = (mask & bit) != 0;
    bit <<= 1;
    std::uint64_t word = 0;
    if (!present || !whole) return 0;
    whole = read_varint(rest, word) && word != 0 && word <= word_max;
    return whole ? word : 0;
  });
  if (whole && (mask & kAttributesBit) != 0) whole = read_attributes(rest, into);
  return whole && rest.empty();
}

std::uint64_t record_sequence(std::span<const std::byte> record) {
  VENCER_ASSERT(record.size() >= kFixedBytes);
  return load_le<std::uint64_t>(&record[kSequenceAt]);
}

TenantId record_tenant(std::span<const std::byte> record) {
  VENCER_ASSERT(record.size() >= kFixedBytes);
  return load_le<TenantId>(&record[kTenantAt]);
}

EventType record_type(std::span<const std::byte> record) {
  VENCER_ASSERT(record.size() >= kFixedBytes);
  return static_cast<EventType>(load_le<std::uint8_t>(&record[kTypeAt]));
}

}  // namespace vencer
