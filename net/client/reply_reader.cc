#include "net/client/reply_reader.h"

#include "net/client/reply_bytes.h"

namespace vencer {
namespace {

static_assert(sizeof(wire::RunInterval) == 16 && sizeof(wire::CommandResult) == 8 &&
              sizeof(wire::TimeInStatus) == 16);

using reply_bytes::append_attributes;
using reply_bytes::key_of;
using reply_bytes::open;
using reply_bytes::unreadable;

TicketClock read_clock(const wire::ClockState& from) {
  TicketClock clock;
  clock.clock = from.clock();
  clock.phase = static_cast<TicketClockPhase>(number(from.phase()));
  clock.cycle = from.cycle();
  clock.breached = from.breached();
  clock.rule = from.rule();
  clock.target_ms = from.target_ms();
  clock.calendar = from.calendar();
  clock.ladder = from.ladder();
  clock.due = from.due().value_or(kNever);
  clock.elapsed_ms = from.elapsed_ms();
  clock.next_at = from.next_at().value_or(kNever);
  clock.acknowledged_until = from.acknowledged_until().value_or(0);
  clock.fired_steps = from.fired_steps();
  clock.next_step = from.next_step();
  for_each_element<wire::RunInterval>(from.intervals(), [&](const std::byte* at) {
    clock.intervals.push_back({load_le<TimeMs>(at), load_le<TimeMs>(at + 8)});
  });
  return clock;
}

}  // namespace

Result<PutTenantReply> read_put_tenant(std::span<const std::byte> body) {
  const auto* from = open<wire::PutTenantReply>(body);
  if (from == nullptr) return unreadable();
  PutTenantReply reply;
  reply.tenant = from->tenant();
  reply.version = from->version();
  reply.unchanged = from->unchanged();
  reply.name = text_of(from->name());
  for (std::uint32_t i = 0; i < size_of(from->warnings()); ++i) {
    reply.warnings.push_back(text_of(from->warnings()->Get(i)));
  }
  return reply;
}

Ticket ticket_of(const wire::TicketReply& from) {
  Ticket ticket;
  ticket.tenant = from.tenant();
  ticket.key = key_of(from.key());
  ticket.version = from.version();
  ticket.status = from.status();
  ticket.level = from.level();
  ticket.light = static_cast<Light>(number(from.light()));
  ticket.closed_for_good = from.closed_for_good();
  ticket.created_at = from.created_at();
  ticket.changed_at = from.changed_at();
  append_attributes(from.attributes(), ticket.attributes);
  for (std::uint32_t i = 0; i < size_of(from.clocks()); ++i) {
    ticket.clocks.push_back(read_clock(*from.clocks()->Get(i)));
  }
  for_each_element<wire::TimeInStatus>(from.time_in_status(), [&](const std::byte* at) {
    ticket.time_in_status.push_back(
        {load_le<std::int32_t>(at + 8), load_le<std::uint8_t>(at + 12), load_le<DurationMs>(at)});
  });
  ticket.now = from.now();
  ticket.epoch = from.epoch();
  ticket.event_sequence = from.event_sequence();
  return ticket;
}

Result<Ticket> read_ticket(std::span<const std::byte> body) {
  const auto* from = open<wire::TicketReply>(body);
  if (from == nullptr) return unreadable();
  return ticket_of(*from);
}

Result<DeleteTenantReply> read_delete_tenant(std::span<const std::byte> body) {
  const auto* from = open<wire::DeleteTenantReply>(body);
  if (from == nullptr) return unreadable();
  return DeleteTenantReply{from->tenant(), from->open_tickets()};
}

Result<SnapshotReply> read_snapshot_reply(std::span<const std::byte> body) {
  const auto* from = open<wire::SnapshotReply>(body);
  if (from == nullptr) return unreadable();
  return SnapshotReply{text_of(from->file()), from->bytes(), from->tickets(),
                       from->took_ms(),       from->group(), from->event_sequence()};
}

Result<ClockReply> read_clock_reply(std::span<const std::byte> body) {
  const auto* from = open<wire::ClockReply>(body);
  if (from == nullptr) return unreadable();
  return ClockReply{from->partition(), from->was_suspect(), from->wall_lead_ms(), from->now()};
}

Result<AdvanceReply> read_advance(std::span<const std::byte> body) {
  const auto* from = open<wire::AdvanceReply>(body);
  if (from == nullptr) return unreadable();
  return AdvanceReply{from->now(), from->event_sequence(), from->fired()};
}

Result<StreamStart> read_stream_start(std::span<const std::byte> body) {
  const auto* from = open<wire::SubscribeReply>(body);
  if (from == nullptr) return unreadable();
  return StreamStart{from->partition(), from->epoch(), from->next_sequence(),
                     from->first_sequence()};
}

Error read_failure(std::span<const std::byte> body) {
  const auto* from = open<wire::Failure>(body);
  if (from == nullptr) return unreadable();
  Error error{static_cast<Errc>(number(from->code())), text_of(from->message())};
  for (std::uint32_t i = 0; i < size_of(from->details()); ++i) {
    error.message.append("\n").append(view_of(from->details()->Get(i)));
  }
  if (error.message.empty()) error.message = to_string(error.code);
  // A refusal is never an acknowledgement, whatever code a broken server gives it.
  if (error.code == Errc::ok) {
    return {Errc::invalid_flatbuffer, "a refusal without an error code: " + error.message};
  }
  return error;
}

FrameReply read_frame_reply(std::span<const std::byte> body, std::vector<CommandOutcome>& scratch) {
  FrameReply reply;
  scratch.clear();
  const auto* from = open<wire::CommandsReply>(body);
  if (from == nullptr) {
    reply.error = unreadable();
    return reply;
  }
  reply.error.code = Errc::ok;
  for_each_element<wire::CommandResult>(from->results(), [&](const std::byte* at) {
    const auto flags = load_le<std::uint8_t>(at + 7);
    scratch.push_back({static_cast<Errc>(load_le<std::uint16_t>(at + 4)),
                       load_le<std::uint8_t>(at + 6), (flags & 1) != 0, (flags & 2) != 0,
                       load_le<std::uint32_t>(at)});
  });
  reply.outcomes = scratch;
  reply.now = from->now();
  reply.epoch = from->epoch();
  reply.event_sequence = from->event_sequence();
  return reply;
}

}  // namespace vencer
