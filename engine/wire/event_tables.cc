#include "engine/wire/event_tables.h"

#include "engine/core/assert.h"
#include "engine/wire/event_layout.h"
#include "engine/wire/frame_builder.h"
#include "engine/wire/little_endian.h"
#include "engine/wire/reply_parts.h"
#include "engine/wire/tenant_id.h"

namespace vencer {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;

// The builder pads a list of structs by their size.
constexpr std::uint32_t kAlignment = sizeof(wire::AttributeValue);
static_assert(sizeof(wire::Key) == 24 && sizeof(wire::AttributeValue) == 16);

Offset<flatbuffers::Vector<Offset<wire::EventRow>>> write_rows(FlatBufferBuilder& fbb,
                                                               std::span<const EventRow> rows) {
  if (rows.empty()) return 0;
  std::vector<Offset<wire::EventRow>> offsets;
  offsets.reserve(rows.size());
  for (const EventRow& row : rows) {
    const wire::Key key = wire_key(row.ticket);
    offsets.push_back(wire::CreateEventRow(fbb, &key, wire_instant(row.due), row.clock,
                                           static_cast<wire::Light>(row.light), row.status));
  }
  return fbb.CreateVector(offsets);
}

// A number that every event has and that is its default takes no room either: then the mask alone
// does not say which fields there are.
bool has_all_fixed(const Event& event) {
  return event.sequence != 0 && event.emitted != 0 && event.tenant != 0 && event.version != 0;
}

}  // namespace

Offset<wire::Event> write_event(FlatBufferBuilder& fbb, const Event& event) {
  const auto attributes = write_attributes(fbb, event.attributes);
  const auto rows = write_rows(fbb, event.rows);
  Offset<flatbuffers::String> reason = 0;
  if (!event.reason.empty()) reason = fbb.CreateString(event.reason.data(), event.reason.size());
  const wire::Key key = wire_key(event.ticket), other = wire_key(event.other);
  return wire::CreateEvent(
      fbb, event.sequence, event.emitted, wire_instant(event.due), wire_instant(event.at),
      event.tenant, &key, static_cast<wire::EventType>(event.type), event.version, event.clock,
      event.step, event.status, event.status_before, event.activity, event.level,
      static_cast<wire::Light>(event.light), event.route, event.cycle, event.rule, event.recipient,
      event.actor, event.target_ms, event.elapsed_ms, event.overrun_ms, attributes, event.routes,
      event.subject, event.muted, static_cast<wire::LinkKind>(event.link),
      event.other == TicketKey{} ? nullptr : &other, event.customer, event.count, event.overdue,
      rows, reason);
}

Offset<wire::Event> EventTables::write(std::span<const std::byte> record) {
  const bool whole = decode_event_record(record, decoded_);
  VENCER_ASSERT(whole);  // records come from the event log, which checked their sums
  decoded_.event.tenant = wire_tenant(partition_, decoded_.event.tenant);
  const Event& event = decoded_.event;
  const std::uint32_t mask = record_mask(record), before = fbb_.GetSize();
  const bool plain = !record_has_tails(mask) && has_all_fixed(event);
  if (plain) {
    for (const Shape& shape : shapes_) {
      if (shape.mask == mask && shape.begins == before % kAlignment &&
          shape.attributes == event.attributes.size()) {
        return copy(shape);
      }
    }
  }
  const auto made = write_event(fbb_, event);
  if (plain && shapes_.size() < kShapesMax) remember(mask, before, made);
  return made;
}

// Unless the table brought its layout with it: the next one like it won't.
void EventTables::remember(std::uint32_t mask, std::uint32_t before, Offset<wire::Event> made) {
  if (made.o != fbb_.GetSize()) return;
  const std::uint8_t* const bytes = fbb_.GetCurrentBufferPointer();
  const auto* const table = reinterpret_cast<const flatbuffers::Table*>(bytes);
  Shape shape;
  shape.mask = mask;
  shape.attributes = static_cast<std::uint32_t>(decoded_.event.attributes.size());
  shape.begins = before % kAlignment;
  shape.offset = made.o;
  shape.key_at = table->GetOptionalFieldOffset(wire::Event::VT_KEY);
  if (const auto at = table->GetOptionalFieldOffset(wire::Event::VT_ATTRIBUTES); at != 0) {
    shape.attributes_at =
        at + load_le<std::uint32_t>(reinterpret_cast<const std::byte*>(bytes + at)) + 4;
  }
  const auto place = [&](const EventNumber& number) {
    const std::uint16_t at = table->GetOptionalFieldOffset(number.id);
    if (at != 0) shape.places.push_back({number.at, at, number.size});
  };
  for (const EventNumber& number : kEventNumbers) place(number);
  place(kEventMuted);
  shape.bytes.assign(bytes, bytes + (made.o - before));
  shapes_.push_back(std::move(shape));
}

Offset<wire::Event> EventTables::copy(const Shape& shape) {
  const Event& event = decoded_.event;
  fbb_.PushBytes(shape.bytes.data(), shape.bytes.size());
  std::uint8_t* const to = fbb_.GetCurrentBufferPointer();
  const Offset<wire::Event> made(fbb_.GetSize());
  // The layout is as far from the buffer's end as it was, the table is not.
  auto* const bytes = reinterpret_cast<std::byte*>(to);
  const auto layout = load_le<std::int32_t>(bytes);
  store_le(bytes, layout - static_cast<std::int32_t>(made.o - shape.offset));
  const auto* const from = reinterpret_cast<const std::byte*>(&event);
  for (const Place& place : shape.places) {
    move_number(bytes + place.to, from + place.from, place.size);
  }
  store_le(bytes + shape.key_at, event.ticket.low);
  store_le(bytes + shape.key_at + 8, event.ticket.high);
  store_le(bytes + shape.key_at + 16, static_cast<std::uint8_t>(event.ticket.kind));
  std::byte* at = bytes + shape.attributes_at;
  for (const AttributeValue& attribute : event.attributes) {
    store_le(at, attribute.value);
    store_le(at + 8, attribute.attribute);
    at += sizeof(wire::AttributeValue);
  }
  return made;
}

}  // namespace vencer
