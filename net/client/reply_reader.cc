#include "net/client/reply_reader.h"

#include "engine/wire/flatbuffer_read.h"
#include "engine/wire/wire_enums.h"

namespace vencer {
namespace {

// What a client takes; events and names come in frames far smaller.
constexpr std::size_t kReplyBytesMax = 64 << 20;

static_assert(sizeof(wire::RunInterval) == 16 && sizeof(wire::CommandResult) == 8);

template <typename Table>
const Table* open(std::span<const std::byte> body) {
  return verify_flatbuffer<Table>(body, kReplyBytesMax) ? flatbuffer_root<Table>(body) : nullptr;
}

Error unreadable() {
  return {Errc::invalid_flatbuffer, "the server's answer is not a valid FlatBuffer of its type"};
}

TicketKey key_of(const wire::Key* key) {
  if (key == nullptr) return {0, 0, static_cast<KeyKind>(0)};
  return {key->low(), key->high(), static_cast<KeyKind>(number(key->kind()))};
}

template <typename Vector>
void append_attributes(const Vector* from, std::vector<AttributeValue>& into) {
  for_each_element<wire::AttributeValue>(
      from, [&](const std::byte* at) { into.push_back(load_attribute_value(at)); });
}

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
  for_each_element<wire::RunInterval>(from.intervals(), [&](const std::byte* at) {
    clock.intervals.push_back({load_le<TimeMs>(at), load_le<TimeMs>(at + 8)});
  });
  return clock;
}

Event read_event(const wire::Event& from) {
  Event event;
  event.sequence = from.sequence();
  event.emitted = from.emitted();
  event.due = from.due().value_or(kNever);
  event.at = from.at().value_or(kNever);
  event.tenant = from.tenant();
  event.ticket = key_of(from.key());
  event.type = static_cast<EventType>(number(from.type()));
  event.version = from.version();
  event.clock = from.clock();
  event.step = from.step();
  event.status = from.status();
  event.status_before = from.status_before();
  event.activity = from.activity();
  event.level = from.level();
  event.light = static_cast<Light>(number(from.light()));
  event.route = from.route();
  event.cycle = from.cycle();
  event.rule = from.rule();
  event.recipient = from.recipient();
  event.actor = from.actor();
  event.target_ms = from.target_ms();
  event.elapsed_ms = from.elapsed_ms();
  event.overrun_ms = from.overrun_ms();
  return event;
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

Result<Ticket> read_ticket(std::span<const std::byte> body) {
  const auto* from = open<wire::TicketReply>(body);
  if (from == nullptr) return unreadable();
  Ticket ticket;
  ticket.tenant = from->tenant();
  ticket.key = key_of(from->key());
  ticket.version = from->version();
  ticket.status = from->status();
  ticket.level = from->level();
  ticket.light = static_cast<Light>(number(from->light()));
  ticket.closed_for_good = from->closed_for_good();
  ticket.created_at = from->created_at();
  ticket.changed_at = from->changed_at();
  append_attributes(from->attributes(), ticket.attributes);
  for (std::uint32_t i = 0; i < size_of(from->clocks()); ++i) {
    ticket.clocks.push_back(read_clock(*from->clocks()->Get(i)));
  }
  ticket.now = from->now();
  ticket.epoch = from->epoch();
  ticket.event_sequence = from->event_sequence();
  return ticket;
}

Result<AdvanceReply> read_advance(std::span<const std::byte> body) {
  const auto* from = open<wire::AdvanceReply>(body);
  if (from == nullptr) return unreadable();
  return AdvanceReply{from->now(), from->event_sequence(), from->fired()};
}

Result<StreamStart> read_stream_start(std::span<const std::byte> body) {
  const auto* from = open<wire::SubscribeReply>(body);
  if (from == nullptr) return unreadable();
  return StreamStart{from->epoch(), from->next_sequence(), from->first_sequence()};
}

Error read_failure(std::span<const std::byte> body) {
  const auto* from = open<wire::Failure>(body);
  if (from == nullptr) return unreadable();
  Error error{static_cast<Errc>(number(from->code())), text_of(from->message())};
  for (std::uint32_t i = 0; i < size_of(from->details()); ++i) {
    error.message.append("\n").append(view_of(from->details()->Get(i)));
  }
  if (error.message.empty()) error.message = to_string(error.code);
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

Result<EventBatch> EventReader::read(std::span<const std::byte> body) {
  const auto* from = open<wire::Events>(body);
  if (from == nullptr) return unreadable();
  events_.clear();
  attributes_.clear();
  // Spans into attributes_ must not move.
  std::size_t count = 0;
  for (std::uint32_t i = 0; i < size_of(from->events()); ++i) {
    count += size_of(from->events()->Get(i)->attributes());
  }
  attributes_.reserve(count);
  for (std::uint32_t i = 0; i < size_of(from->events()); ++i) {
    const wire::Event& wired = *from->events()->Get(i);
    Event& event = events_.emplace_back(read_event(wired));
    const std::size_t first = attributes_.size();
    append_attributes(wired.attributes(), attributes_);
    event.attributes = std::span(attributes_).subspan(first);
  }
  return EventBatch{from->partition(), from->epoch(), events_, from->next_sequence()};
}

std::string_view to_string(TicketClockPhase phase) {
  switch (phase) {
    case TicketClockPhase::idle:
      return "idle";
    case TicketClockPhase::running:
      return "running";
    case TicketClockPhase::paused:
      return "paused";
    case TicketClockPhase::met:
      return "met";
    case TicketClockPhase::missed:
      return "missed";
    case TicketClockPhase::cancelled:
      return "cancelled";
  }
  return "unknown";
}

std::string_view to_string(Light light) {
  switch (light) {
    case Light::none:
      return "none";
    case Light::green:
      return "green";
    case Light::amber:
      return "amber";
    case Light::red:
      return "red";
  }
  return "unknown";
}

std::string_view to_string(StatusCategory category) {
  switch (category) {
    case StatusCategory::fresh:
      return "new";
    case StatusCategory::open:
      return "open";
    case StatusCategory::pending:
      return "pending";
    case StatusCategory::on_hold:
      return "on_hold";
    case StatusCategory::resolved:
      return "resolved";
    case StatusCategory::closed:
      return "closed";
    case StatusCategory::cancelled:
      return "cancelled";
  }
  return "unknown";
}

}  // namespace vencer
