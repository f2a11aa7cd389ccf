#include "engine/wire/event_record.h"

#include "engine/wire/event_fields.h"
#include "engine/wire/little_endian.h"
#include "engine/wire/varint.h"

// The fixed part, 38 bytes:
//
//   0 u64 sequence | 8 i64 emitted | 16 u64 key.low | 24 u32 presence mask | 28 u32 tenant
//   | 32 u32 version | 36 u8 type | 37 u8 kind of the key
//
// Then for each bit of the mask from the lowest:
//
//   0..17   a field as a varint (event_fields.h)
//   18      the attributes: u8 count, and for each u8 attribute and varint value
//   19..25  more fields
//   26      the other ticket: a key
//   27      rows: varint count, and for each a key, varint due (as the fields have it), u8 clock,
//           u8 light, u8 status
//   28      the reason: varint count, and the bytes
//
// A key is u8 kind, u64 low, varint high. What has its "none" value is never written, so that an
// event has one encoding only. Bits are appended, never moved: records of older builds decode.

namespace vencer {
namespace {

constexpr std::size_t kFixedBytes = 38;
constexpr std::size_t kSequenceAt = 0, kEmittedAt = 8, kKeyLowAt = 16, kMaskAt = 24, kTenantAt = 28,
                      kVersionAt = 32, kTypeAt = 36, kKeyKindAt = 37;
constexpr std::uint32_t kAttributesBit = 1u << kEventFields;
constexpr std::uint32_t kFirstMoreBit = kAttributesBit << 1;
constexpr std::uint32_t kOtherBit = kFirstMoreBit << kMoreEventFields;
constexpr std::uint32_t kRowsBit = kOtherBit << 1, kReasonBit = kOtherBit << 2;
static_assert(kAttributesBit == 1u << 18 && kReasonBit == 1u << 28);

void append_varint(std::vector<std::byte>& out, std::uint64_t value) {
  std::byte buffer[kVarintBytesMax];
  out.insert(out.end(), buffer, buffer + write_varint(value, buffer));
}

// What all but few events consist of is written here and appended at once.
constexpr std::size_t kCompactBytesMax = kFixedBytes +
                                         (kEventFields + kMoreEventFields) * kVarintBytesMax + 1 +
                                         limits::attributes_max * (1 + kVarintBytesMax);

// Writes the words that are not 0 and sets their bits. Inlined: most of 25 fields are 0, and a call
// for each is most of what an event costs here.
struct FieldWriter {
  std::byte* at;
  std::uint32_t bit = 1;
  std::uint32_t mask = 0;

  [[gnu::always_inline]] void operator()(std::uint64_t word) {
    if (word != 0) {
      mask |= bit;
      at += write_varint(word, at);
    }
    bit <<= 1;
  }
};

void write_attributes(std::span<const AttributeValue> attributes, std::byte*& at) {
  VENCER_ASSERT(attributes.size() <= limits::attributes_max);
  *at++ = static_cast<std::byte>(attributes.size());
  for (const AttributeValue& attribute : attributes) {
    *at++ = static_cast<std::byte>(attribute.attribute);
    at += write_varint(attribute.value, at);
  }
}

void write_key(const TicketKey& key, std::vector<std::byte>& out) {
  out.push_back(static_cast<std::byte>(key.kind));
  out.resize(out.size() + 8);
  store_le(out.data() + out.size() - 8, key.low);
  append_varint(out, key.high);
}

void write_rows(const Event& event, std::vector<std::byte>& out) {
  append_varint(out, event.rows.size());
  for (const EventRow& row : event.rows) {
    write_key(row.ticket, out);
    append_varint(out, event_field::instant_word(event.emitted, row.due));
    out.push_back(static_cast<std::byte>(row.clock));
    out.push_back(static_cast<std::byte>(row.light));
    out.push_back(static_cast<std::byte>(row.status));
  }
}

std::uint32_t write_tails(const Event& event, std::vector<std::byte>& out) {
  std::uint32_t mask = 0;
  if (!(event.other == TicketKey{})) {
    mask |= kOtherBit;
    write_key(event.other, out);
  }
  if (!event.rows.empty()) {
    VENCER_ASSERT(event.rows.size() <= limits::digest_rows_max);
    mask |= kRowsBit;
    write_rows(event, out);
  }
  if (!event.reason.empty()) {
    VENCER_ASSERT(event.reason.size() <= limits::reason_bytes_max);
    mask |= kReasonBit;
    append_varint(out, event.reason.size());
    const auto bytes = std::as_bytes(std::span(event.reason));
    out.insert(out.end(), bytes.begin(), bytes.end());
  }
  return mask;
}

// ---- Reading: false if the bytes end too soon or are not what the writer makes -----------------
bool read_u8(std::span<const std::byte>& rest, std::uint8_t& into) {
  if (rest.empty()) return false;
  into = std::to_integer<std::uint8_t>(rest[0]);
  rest = rest.subspan(1);
  return true;
}

bool read_attributes(std::span<const std::byte>& rest, DecodedEvent& into) {
  std::uint8_t count = 0;
  if (!read_u8(rest, count) || count == 0 || count > limits::attributes_max) return false;
  for (std::size_t i = 0; i < count; ++i) {
    if (!read_u8(rest, into.attributes[i].attribute)) return false;
    if (!read_varint(rest, into.attributes[i].value)) return false;
  }
  into.event.attributes = std::span(into.attributes, count);
  return true;
}

bool read_key(std::span<const std::byte>& rest, TicketKey& into) {
  std::uint8_t kind = 0;
  if (!read_u8(rest, kind) || rest.size() < 8) return false;
  into.kind = static_cast<KeyKind>(kind);
  into.low = load_le<std::uint64_t>(rest.data());
  rest = rest.subspan(8);
  return read_varint(rest, into.high);
}

bool read_row(std::span<const std::byte>& rest, TimeMs emitted, EventRow& into) {
  std::uint64_t due = 0;
  std::uint8_t light = 0;
  const bool whole = read_key(rest, into.ticket) && read_varint(rest, due) &&
                     read_u8(rest, into.clock) && read_u8(rest, light) &&
                     read_u8(rest, into.status);
  into.due = event_field::word_instant(emitted, due);
  into.light = static_cast<Light>(light);
  return whole;
}

bool read_rows(std::span<const std::byte>& rest, DecodedEvent& into) {
  std::uint64_t count = 0;
  if (!read_varint(rest, count) || count == 0 || count > limits::digest_rows_max) return false;
  into.rows.resize(count);
  for (EventRow& row : into.rows) {
    if (!read_row(rest, into.event.emitted, row)) return false;
  }
  into.event.rows = into.rows;
  return true;
}

bool read_reason(std::span<const std::byte>& rest, DecodedEvent& into) {
  std::uint64_t count = 0;
  if (!read_varint(rest, count) || count == 0 || count > limits::reason_bytes_max) return false;
  if (rest.size() < count) return false;
  into.reason.assign(reinterpret_cast<const char*>(rest.data()), count);
  rest = rest.subspan(count);
  into.event.reason = into.reason;
  return true;
}

bool read_tails(std::uint32_t mask, std::span<const std::byte>& rest, DecodedEvent& into) {
  if ((mask & kOtherBit) != 0) {
    if (!read_key(rest, into.event.other) || into.event.other == TicketKey{}) return false;
  }
  if ((mask & kRowsBit) != 0 && !read_rows(rest, into)) return false;
  return (mask & kReasonBit) == 0 || read_reason(rest, into);
}

}  // namespace

std::size_t encode_event_record(const Event& event, std::vector<std::byte>& out) {
  const std::size_t begin = out.size();
  std::byte fixed[kCompactBytesMax];
  FieldWriter fields{fixed + kFixedBytes};
  visit_event_fields(event, fields);
  if (!event.attributes.empty()) {
    fields.mask |= kAttributesBit;
    write_attributes(event.attributes, fields.at);
  }
  fields.bit = kFirstMoreBit;
  visit_more_event_fields(event, fields);
  store_le(fixed + kSequenceAt, event.sequence);
  store_le(fixed + kEmittedAt, event.emitted);
  store_le(fixed + kKeyLowAt, event.ticket.low);
  store_le(fixed + kTenantAt, event.tenant);
  store_le(fixed + kVersionAt, event.version);
  store_le(fixed + kTypeAt, static_cast<std::uint8_t>(event.type));
  store_le(fixed + kKeyKindAt, static_cast<std::uint8_t>(event.ticket.kind));
  store_le(fixed + kMaskAt, fields.mask);
  out.insert(out.end(), fixed, fields.at);
  if (const std::uint32_t tails = write_tails(event, out); tails != 0) {
    store_le(out.data() + begin + kMaskAt, fields.mask | tails);
  }
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
  if ((mask & ~((kReasonBit << 1) - 1)) != 0) return false;

  std::span<const std::byte> rest = record.subspan(kFixedBytes);
  std::uint32_t bit = 1;
  bool whole = true;
  const auto take = [&](std::uint64_t word_max) __attribute__((always_inline))->std::uint64_t {
    const bool present = (mask & bit) != 0;
    bit <<= 1;
    std::uint64_t word = 0;
    if (!present || !whole) return 0;
    whole = read_varint(rest, word) && word != 0 && word <= word_max;
    return whole ? word : 0;
  };
  assign_event_fields(event, take);
  if (whole && (mask & kAttributesBit) != 0) whole = read_attributes(rest, into);
  bit = kFirstMoreBit;
  assign_more_event_fields(event, take);
  return whole && read_tails(mask, rest, into) && rest.empty();
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

std::uint32_t record_mask(std::span<const std::byte> record) {
  VENCER_ASSERT(record.size() >= kFixedBytes);
  return load_le<std::uint32_t>(&record[kMaskAt]);
}

bool record_has_tails(std::uint32_t mask) {
  return (mask & (kOtherBit | kRowsBit | kReasonBit)) != 0;
}

}  // namespace vencer
