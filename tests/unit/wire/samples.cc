#include "tests/unit/wire/samples.h"

#include <vencer_generated.h>

#include <algorithm>

#include "engine/core/limits.h"
#include "engine/wire/event_record.h"
#include "engine/wire/frame.h"
#include "engine/wire/frame_builder.h"

namespace vencer::test {
namespace {

constexpr std::uint64_t kCorrelation = 77;
constexpr TimeMs kNow = 1'775'034'000'000;

template <typename T>
T any_of(Random& random) {
  return static_cast<T>(random());
}

TimeMs some_instant(Random& random) {
  return static_cast<TimeMs>(pick(random, 0, limits::time_max_ms));
}

// A frame around the table that build(fbb) makes.
template <typename Build>
NamedFrame request(std::string name, wire::FrameType type, Build build) {
  flatbuffers::FlatBufferBuilder fbb;
  fbb.Finish(build(fbb));
  NamedFrame frame{std::move(name), {}};
  append_frame(type, kCorrelation, fbb, frame.bytes);
  return frame;
}

// One of each kind that came later, and create and set_status with what they can say since.
// command(key, type, body) makes one.
template <typename MakeCommand>
void add_rare_commands(flatbuffers::FlatBufferBuilder& fbb, const MakeCommand& command,
                       std::vector<flatbuffers::Offset<wire::Command>>& into) {
  const wire::Key key(4711, 0, wire::KeyKind::number), other(4712, 9, wire::KeyKind::uuid);
  const wire::AttributeValue set[] = {{2, 0}, {12345, 5}};
  const auto add = [&](wire::CommandBody type, flatbuffers::Offset<void> body) {
    into.push_back(command(key, type, body));
  };
  const auto list = fbb.CreateVectorOfStructs(set, 2);
  add(wire::CommandBody::CreateTicketCommand,
      wire::CreateCreateTicketCommand(fbb, 1, list, kNow + 1, kNow + 2, true).Union());
  add(wire::CommandBody::SetStatusCommand,
      wire::CreateSetStatusCommand(fbb, 2, kNow + 3, 3).Union());
  add(wire::CommandBody::MergeCommand, wire::CreateMergeCommand(fbb, &other).Union());
  add(wire::CommandBody::LinkCommand,
      wire::CreateLinkCommand(fbb, wire::LinkKind::follow_up, &other).Union());
  const auto reason = fbb.CreateString("espera al proveedor");
  add(wire::CommandBody::ExtendCommand,
      wire::CreateExtendCommand(fbb, 1, -3'600'000, reason).Union());
  add(wire::CommandBody::SetDueCommand, wire::CreateSetDueCommand(fbb, 1, kNow + 4).Union());
  add(wire::CommandBody::CancelCommand, wire::CreateCancelCommand(fbb).Union());
  const auto defaults = fbb.CreateVectorOfStructs(set, 1);
  add(wire::CommandBody::PutCustomerCommand,
      wire::CreatePutCustomerCommand(fbb, defaults, kNow + 5, true).Union());
  add(wire::CommandBody::MuteCommand, wire::CreateMuteCommand(fbb, 2, 77, kNow + 6).Union());
}

}  // namespace

std::uint64_t pick(Random& random, std::uint64_t low, std::uint64_t high) {
  return std::uniform_int_distribution<std::uint64_t>(low, high)(random);
}
bool coin(Random& random) {
  return (random() & 1) != 0;
}

Event sample_breach(std::vector<AttributeValue>& attributes) {
  attributes = {{0, 2}, {1, 4}, {5, 0x1122334455667788}};
  Event event;
  event.sequence = 42;
  event.emitted = kNow + 1;
  event.due = kNow;
  event.tenant = 1;
  event.ticket = {4711, 0, KeyKind::number};
  event.type = EventType::breached;
  event.version = 3;
  event.clock = 1;
  event.status = 2;
  event.level = 1;
  event.light = Light::red;
  event.cycle = 1;
  event.rule = 12;
  event.target_ms = 8 * limits::kHour;
  event.elapsed_ms = 8 * limits::kHour + 1;
  event.overrun_ms = 1;
  event.attributes = attributes;
  return event;
}

Event plain_event(Random& random, std::vector<AttributeValue>& attributes) {
  attributes.resize(pick(random, 0, limits::attributes_max));
  for (AttributeValue& attribute : attributes) {
    attribute = {any_of<AttributeId>(random), coin(random) ? pick(random, 0, 300) : random()};
  }
  Event event;
  event.sequence = random();
  event.emitted = some_instant(random);
  if (coin(random)) event.due = some_instant(random);
  if (coin(random)) event.at = some_instant(random);
  event.tenant = any_of<TenantId>(random);
  event.ticket = {random(), coin(random) ? random() : 0, static_cast<KeyKind>(pick(random, 0, 4))};
  event.type = static_cast<EventType>(pick(random, 0, 255));
  event.version = any_of<std::uint32_t>(random);
  if (coin(random)) event.clock = any_of<ClockId>(random);
  if (coin(random)) event.step = any_of<StepId>(random);
  if (coin(random)) event.status = any_of<StatusId>(random);
  if (coin(random)) event.status_before = any_of<StatusId>(random);
  if (coin(random)) event.activity = any_of<ActivityId>(random);
  if (coin(random)) event.level = any_of<LevelId>(random);
  if (coin(random)) event.light = static_cast<Light>(pick(random, 0, 3));
  if (coin(random)) event.route = any_of<std::uint8_t>(random);
  if (coin(random)) event.cycle = any_of<std::uint16_t>(random);
  if (coin(random)) event.rule = any_of<RuleId>(random);
  if (coin(random)) event.recipient = any_of<RecipientId>(random);
  if (coin(random)) event.actor = random();
  if (coin(random)) event.target_ms = any_of<DurationMs>(random);
  if (coin(random)) event.elapsed_ms = any_of<DurationMs>(random);
  if (coin(random)) event.overrun_ms = any_of<DurationMs>(random);
  event.attributes = attributes;
  return event;
}

RandomEvent random_event(Random& random) {
  RandomEvent made;
  made.event = plain_event(random, made.attributes);
  Event& event = made.event;
  event.attributes = made.attributes;
  if (coin(random)) event.routes = any_of<std::uint16_t>(random);
  if (coin(random)) event.subject = any_of<std::uint16_t>(random);
  event.muted = coin(random);
  if (coin(random)) event.link = static_cast<LinkKind>(pick(random, 0, 3));
  if (coin(random)) event.other = {random(), coin(random) ? random() : 0, KeyKind::text};
  if (coin(random)) event.customer = random();
  if (coin(random)) event.count = pick(random, 0, 1000);
  if (coin(random)) event.overdue = random();
  if (coin(random)) {
    made.rows.resize(pick(random, 0, 5));
    for (EventRow& row : made.rows) {
      row.ticket = {random(), coin(random) ? random() : 0, KeyKind::uuid};
      if (coin(random)) row.due = some_instant(random);
      row.clock = any_of<ClockId>(random);
      row.light = static_cast<Light>(pick(random, 0, 3));
      row.status = any_of<StatusId>(random);
    }
  }
  event.rows = made.rows;
  if (coin(random)) made.reason_bytes.assign(pick(random, 0, limits::reason_bytes_max), 'r');
  event.reason = {made.reason_bytes.data(), made.reason_bytes.size()};
  return made;
}

bool same(const Event& a, const Event& b) {
  const auto tied = [](const Event& e) {
    return std::tie(e.sequence, e.emitted, e.due, e.at, e.tenant, e.type, e.version, e.clock,
                    e.step, e.status, e.status_before, e.activity, e.level, e.light, e.route,
                    e.cycle, e.rule, e.recipient, e.actor, e.target_ms, e.elapsed_ms, e.overrun_ms,
                    e.routes, e.subject, e.muted, e.link, e.customer, e.count, e.overdue, e.reason);
  };
  return tied(a) == tied(b) && a.ticket == b.ticket && a.other == b.other &&
         std::ranges::equal(a.rows, b.rows) && std::ranges::equal(a.attributes, b.attributes);
}

TicketView sample_ticket() {
  TicketView ticket;
  ticket.key = {0x3152'4345'4e49, 0, KeyKind::text};
  ticket.tenant = 1;
  ticket.version = 5;
  ticket.status = 2;
  ticket.level = 1;
  ticket.light = Light::amber;
  ticket.created_at = kNow - 1000;
  ticket.changed_at = kNow;
  ticket.attributes = {{0, 1}, {2, 99}};
  ClockView clock;
  clock.clock = 1;
  clock.phase = ClockPhase::running;
  clock.cycle = 1;
  clock.rule = 3;
  clock.target_ms = 28'800'000;
  clock.calendar = 1;
  clock.ladder = 0;
  clock.due = kNow + 28'800'000;
  clock.elapsed_ms = 1000;
  clock.next_at = kNow + 21'600'000;
  clock.fired_steps = 1;
  clock.intervals = {{kNow - 1000, kNow - 500}, {kNow - 400, kNever}};
  ticket.clocks = {ClockView{}, clock};
  return ticket;
}

Bytes sample_commands_frame(bool with_producer) {
  flatbuffers::FlatBufferBuilder fbb;
  const wire::Key number(4711, 0, wire::KeyKind::number);
  const wire::Key text(0x3152'4345'4e49, 0, wire::KeyKind::text);
  const wire::AttributeValue set[] = {{2, 0}, {0, 1}, {12345, 5}};
  const auto command = [&](const wire::Key& key, wire::CommandBody type,
                           flatbuffers::Offset<void> body,
                           flatbuffers::Optional<std::int64_t> occurred_at = flatbuffers::nullopt) {
    return wire::CreateCommand(fbb, &key, type, body, occurred_at, 7, 99);
  };
  std::vector<flatbuffers::Offset<wire::Command>> commands;
  const auto attributes = fbb.CreateVectorOfStructs(set, 3);
  const auto create = wire::CreateCreateTicketCommand(fbb, 1, attributes).Union();
  commands.push_back(command(number, wire::CommandBody::CreateTicketCommand, create, kNow));
  const auto status = wire::CreateSetStatusCommand(fbb, 3).Union();
  commands.push_back(command(text, wire::CommandBody::SetStatusCommand, status));
  const auto more = fbb.CreateVectorOfStructs(set, 2);
  const auto set_attributes = wire::CreateSetAttributesCommand(fbb, more).Union();
  commands.push_back(command(text, wire::CommandBody::SetAttributesCommand, set_attributes));
  const auto activity = wire::CreateActivityCommand(fbb, 9).Union();
  commands.push_back(command(number, wire::CommandBody::ActivityCommand, activity));
  const auto escalate = wire::CreateEscalateCommand(fbb, 2, 5).Union();
  commands.push_back(command(number, wire::CommandBody::EscalateCommand, escalate));
  const auto acknowledge = wire::CreateAcknowledgeCommand(fbb, 1, 1'800'000).Union();
  commands.push_back(command(number, wire::CommandBody::AcknowledgeCommand, acknowledge));
  add_rare_commands(fbb, command, commands);
  const auto list = fbb.CreateVector(commands);
  const wire::Uuid producer(0x1111, 0x2222);
  fbb.Finish(wire::CreateCommands(fbb, 1, with_producer ? &producer : nullptr, 1000, list));
  Bytes out;
  append_frame(wire::FrameType::commands, kCorrelation, fbb, out);
  return out;
}

std::vector<NamedFrame> sample_requests() {
  using flatbuffers::FlatBufferBuilder;
  std::vector<NamedFrame> frames;
  const wire::Uuid producer(0x1111, 0x2222);
  const wire::Key key(4711, 0, wire::KeyKind::number);
  frames.push_back(request("hello", wire::FrameType::hello, [&](FlatBufferBuilder& fbb) {
    const auto client = fbb.CreateString("vencer 0.1.0");
    const auto tenant = fbb.CreateString("zen");
    const auto token = fbb.CreateString("secret");
    return wire::CreateHello(fbb, client, tenant, &producer, token);
  }));
  frames.push_back({"commands", sample_commands_frame(false)});
  frames.push_back({"commands_numbered", sample_commands_frame(true)});
  frames.push_back(request("put_tenant", wire::FrameType::put_tenant, [](FlatBufferBuilder& fbb) {
    const auto text = fbb.CreateString("format = 1\n");
    const auto file = fbb.CreateString("zen.toml");
    return wire::CreatePutTenant(fbb, text, file, true);
  }));
  frames.push_back(
      request("delete_tenant", wire::FrameType::delete_tenant, [](FlatBufferBuilder& fbb) {
        const auto name = fbb.CreateString("zen");
        return wire::CreateDeleteTenant(fbb, name);
      }));
  frames.push_back(request("get_ticket", wire::FrameType::get_ticket, [&](FlatBufferBuilder& fbb) {
    return wire::CreateGetTicket(fbb, 1, &key);
  }));
  frames.push_back(request("subscribe", wire::FrameType::subscribe, [](FlatBufferBuilder& fbb) {
    return wire::CreateSubscribe(fbb, 1, wire::SubscribeFrom::sequence, 17, 2, 0x3000);
  }));
  frames.push_back(request("unsubscribe", wire::FrameType::unsubscribe,
                           [](FlatBufferBuilder& fbb) { return wire::CreateUnsubscribe(fbb); }));
  frames.push_back(request("advance", wire::FrameType::advance,
                           [](FlatBufferBuilder& fbb) { return wire::CreateAdvance(fbb, kNow); }));
  frames.push_back(
      request("take_snapshot", wire::FrameType::take_snapshot,
              [](FlatBufferBuilder& fbb) { return wire::CreateTakeSnapshot(fbb, 3); }));
  frames.push_back(request("accept_clock", wire::FrameType::accept_clock,
                           [](FlatBufferBuilder& fbb) { return wire::CreateAcceptClock(fbb, 3); }));
  add_query_requests(frames);
  add_backup_requests(frames);
  return frames;
}

std::vector<NamedFrame> sample_replies() {
  std::vector<NamedFrame> frames;
  const auto add = [&](std::string name, const auto& encode) {
    frames.push_back({std::move(name), {}});
    encode(frames.back().bytes);
  };
  const ReplyStamp stamp{kNow, 2, 41, 1};
  const std::vector<std::string> lines = {"zen.toml:12:3: clock.start: 'x' is not known", "second"};
  const TenantSpec tenant = sample_tenant();
  ServerInfo info;
  info.server = "vencerd 0.1.0";
  info.epoch = 2;
  info.first_sequence = 1;
  info.last_sequence = 41;
  info.now = kNow;
  info.last_number = 999;
  const CommandResult results[] = {{Errc::ok, 0, true, false, 4},
                                   {Errc::unknown_status, 9, false, true, 0}};
  std::vector<AttributeValue> attributes;
  Bytes record, second;
  encode_event_record(sample_breach(attributes), record);
  Random random(5);
  encode_event_record(random_event(random).event, second);
  const std::span<const std::byte> records[] = {record, second};

  add("hello_reply", [&](Bytes& out) { encode_hello_reply(kCorrelation, info, 1, &tenant, out); });
  add("hello_reply_bare",
      [&](Bytes& out) { encode_hello_reply(kCorrelation, info, 0, nullptr, out); });
  const PartitionSummary partitions[] = {{2, 1, 41, 3}, {1, 1, 9, 1, true, -7'200'000, 2}};
  info.partitions = partitions;
  add("hello_reply_partitions",
      [&](Bytes& out) { encode_hello_reply(kCorrelation, info, 0, nullptr, out); });
  add("commands_reply",
      [&](Bytes& out) { encode_commands_reply(kCorrelation, results, stamp, out); });
  add("put_tenant_reply",
      [&](Bytes& out) { encode_put_tenant_reply(kCorrelation, 1, 3, false, "zen", lines, out); });
  add("delete_tenant_reply",
      [&](Bytes& out) { encode_delete_tenant_reply(kCorrelation, 1, 999, out); });
  add("snapshot_reply", [&](Bytes& out) {
    encode_snapshot_reply(kCorrelation, {"/data/snapshots/x.snap", 1 << 20, 999, 1234, 42, 41},
                          out);
  });
  add("clock_reply", [&](Bytes& out) {
    encode_clock_reply(kCorrelation, {3, true, 7'200'000, kNow}, out);
  });
  add("ticket_reply",
      [&](Bytes& out) { encode_ticket_reply(kCorrelation, sample_ticket(), stamp, out); });
  add("subscribe_reply", [&](Bytes& out) {
    encode_subscribe_reply(kCorrelation, {0, 2, 42, 1}, out);
  });
  add("advance_reply", [&](Bytes& out) { encode_advance_reply(kCorrelation, stamp, 3, out); });
  add("error", [&](Bytes& out) {
    encode_failure(kCorrelation, {Errc::invalid_document, "zen.toml: 2 faults", lines, 2, 1}, out);
  });
  add("events", [&](Bytes& out) { encode_events(kCorrelation, 0, 2, records, 43, out); });
  add_query_replies(frames, stamp);
  add_backup_replies(frames);
  return frames;
}

std::span<const std::byte> body_of(const Bytes& frame) {
  return std::span(frame).subspan(kFrameHeaderBytes);
}
std::uint16_t type_of(const Bytes& frame) {
  return decode_frame_header(
             std::span<const std::byte, kFrameHeaderBytes>(frame.data(), kFrameHeaderBytes))
      .type;
}

}  // namespace vencer::test
