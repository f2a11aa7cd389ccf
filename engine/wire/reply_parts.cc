#include "engine/wire/reply_parts.h"

#include "engine/wire/tenant_id.h"
#include "engine/wire/wire_enums.h"

namespace vencer {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;

AttributesOffset write_attributes(FlatBufferBuilder& fbb,
                                  std::span<const AttributeValue> attributes) {
  if (attributes.empty()) return 0;
  wire::AttributeValue* into = nullptr;
  const auto offset = fbb.CreateUninitializedVectorOfStructs(attributes.size(), &into);
  for (const AttributeValue& from : attributes)
    *into++ = wire::AttributeValue(from.value, from.attribute);
  return offset;
}

namespace {

// The engine's "not acknowledged" is 0; on the wire the field is absent, and the greatest instant
// means "until it stops".
flatbuffers::Optional<std::int64_t> wire_acknowledged(TimeMs until) {
  if (until == 0) return flatbuffers::nullopt;
  return until;
}

Offset<wire::ClockState> write_clock(FlatBufferBuilder& fbb, const ClockView& clock) {
  wire::RunInterval* into = nullptr;
  const auto intervals = fbb.CreateUninitializedVectorOfStructs(clock.intervals.size(), &into);
  for (const RunInterval& from : clock.intervals) *into++ = wire::RunInterval(from.from, from.to);
  return wire::CreateClockState(
      fbb, clock.clock, static_cast<wire::ClockPhase>(clock.phase), clock.cycle, clock.breached,
      clock.rule, clock.target_ms, clock.calendar, clock.ladder, wire_instant(clock.due),
      clock.elapsed_ms, wire_instant(clock.next_at), wire_acknowledged(clock.acknowledged_until),
      clock.fired_steps, intervals, clock.next_step);
}

Offset<flatbuffers::Vector<const wire::TimeInStatus*>> write_time_in_status(
    FlatBufferBuilder& fbb, std::span<const TimeInStatus> rows) {
  if (rows.empty()) return 0;
  wire::TimeInStatus* into = nullptr;
  const auto offset = fbb.CreateUninitializedVectorOfStructs(rows.size(), &into);
  for (const TimeInStatus& from : rows)
    *into++ = wire::TimeInStatus(from.ms, from.day, from.status);
  return offset;
}

}  // namespace

Offset<wire::TicketReply> write_ticket(FlatBufferBuilder& fbb, const TicketView& ticket,
                                       const ReplyStamp& stamp) {
  std::vector<Offset<wire::ClockState>> clocks;
  for (const ClockView& clock : ticket.clocks) clocks.push_back(write_clock(fbb, clock));
  const auto clock_list = fbb.CreateVector(clocks);
  const auto attributes = write_attributes(fbb, ticket.attributes);
  const auto time_in_status = write_time_in_status(fbb, ticket.time_in_status);
  const wire::Key key = wire_key(ticket.key);
  return wire::CreateTicketReply(fbb, wire_tenant(stamp.partition, ticket.tenant), &key,
                                 ticket.version, ticket.status, ticket.level,
                                 static_cast<wire::Light>(ticket.light), ticket.closed_for_good,
                                 ticket.created_at, ticket.changed_at, attributes, clock_list,
                                 stamp.now, stamp.epoch, stamp.event_sequence, time_in_status);
}

}  // namespace vencer
