#include "engine/wire/request_codec.h"

#include <gtest/gtest.h>
#include <vencer_generated.h>

#include <functional>
#include <set>

#include "engine/core/limits.h"
#include "engine/wire/content_hash.h"
#include "engine/wire/frame_builder.h"
#include "tests/unit/wire/samples.h"

namespace vencer {
namespace {

using test::body_of;

constexpr auto kCommands = static_cast<std::uint16_t>(wire::FrameType::commands);

const Bytes& named(const std::vector<test::NamedFrame>& frames, const std::string& name) {
  for (const auto& frame : frames) {
    if (frame.name == name) return frame.bytes;
  }
  throw std::runtime_error(name);
}

TEST(RequestCodec, EveryRequestVerifiesUnderItsTypeOnly) {
  for (const auto& frame : test::sample_requests()) {
    EXPECT_EQ(verify_request(test::type_of(frame.bytes), body_of(frame.bytes)), Errc::ok)
        << frame.name;
  }
  for (const auto& frame : test::sample_replies()) {
    EXPECT_EQ(verify_request(test::type_of(frame.bytes), body_of(frame.bytes)),
              Errc::unknown_frame_type)
        << frame.name;
  }
  EXPECT_EQ(verify_request(999, {}), Errc::unknown_frame_type);
}

TEST(RequestCodec, MisalignedOrEmptyBodyIsRefused) {
  const Bytes frame = test::sample_commands_frame(false);
  alignas(8) std::byte moved[4096];
  const auto body = body_of(frame);
  for (std::size_t shift = 1; shift < 8; ++shift) {
    std::copy(body.begin(), body.end(), moved + shift);
    EXPECT_EQ(verify_request(kCommands, {moved + shift, body.size()}), Errc::invalid_flatbuffer);
  }
  EXPECT_EQ(verify_request(kCommands, body.first(0)), Errc::invalid_flatbuffer);
  EXPECT_EQ(verify_request(kCommands, {}), Errc::invalid_flatbuffer);
}

TEST(RequestCodec, CommandsOfEveryKind) {
  const Bytes frame = test::sample_commands_frame(true);
  CommandBatch batch;
  for (int round = 0; round < 2; ++round) {  // a batch is used again and again
    ASSERT_EQ(batch.decode(body_of(frame)), Errc::ok);
    EXPECT_EQ(batch.tenant, 1u);
    EXPECT_EQ(batch.producer, (ProducerId{0x2222, 0x1111}));
    EXPECT_EQ(batch.first_number, 1000u);
    ASSERT_EQ(batch.commands.size(), 15u);
    const Command& create = batch.commands[0];
    EXPECT_EQ(create.kind, CommandKind::create);
    EXPECT_EQ(create.key, (TicketKey{4711, 0, KeyKind::number}));
    EXPECT_EQ(create.occurred_at, 1'775'034'000'000);
    EXPECT_EQ(create.expected_version, 7u);
    EXPECT_EQ(create.actor, 99u);
    EXPECT_EQ(create.status, 1);
    ASSERT_EQ(create.attributes.size(), 3u);
    EXPECT_EQ(create.attributes[2], (AttributeValue{5, 12345}));
    EXPECT_EQ(batch.commands[1].kind, CommandKind::set_status);
    EXPECT_EQ(batch.commands[1].status, 3);
    EXPECT_EQ(batch.commands[1].occurred_at, kNever);
    EXPECT_EQ(batch.commands[1].key.kind, KeyKind::text);
    EXPECT_EQ(batch.commands[2].kind, CommandKind::set_attributes);
    EXPECT_EQ(batch.commands[2].attributes.size(), 2u);
    EXPECT_EQ(batch.commands[3].kind, CommandKind::activity);
    EXPECT_EQ(batch.commands[3].activity, 9);
    EXPECT_EQ(batch.commands[4].kind, CommandKind::escalate);
    EXPECT_EQ(batch.commands[4].level, 2);
    EXPECT_EQ(batch.commands[4].recipient, 5);
    EXPECT_EQ(batch.commands[5].kind, CommandKind::acknowledge);
    EXPECT_EQ(batch.commands[5].clock, 1);
    EXPECT_EQ(batch.commands[5].timeout_ms, 1'800'000);
  }
}

TEST(RequestCodec, RareCommands) {
  constexpr TimeMs kNow = 1'775'034'000'000;
  const TicketKey other{4712, 9, KeyKind::uuid};
  const Bytes frame = test::sample_commands_frame(true);
  CommandBatch batch;
  ASSERT_EQ(batch.decode(body_of(frame)), Errc::ok);
  const Command* command = &batch.commands[6];
  EXPECT_EQ(command->kind, CommandKind::create);
  EXPECT_EQ(command->start_at, kNow + 1);
  EXPECT_EQ(command->due_at, kNow + 2);
  EXPECT_TRUE(command->quiet);
  EXPECT_EQ(command->attributes.size(), 2u);
  EXPECT_EQ((++command)->kind, CommandKind::set_status);
  EXPECT_EQ(command->until, kNow + 3);
  EXPECT_EQ(command->then_status, 3);
  EXPECT_EQ((++command)->kind, CommandKind::merge);
  EXPECT_EQ(command->other, other);
  EXPECT_EQ((++command)->kind, CommandKind::link);
  EXPECT_EQ(command->other, other);
  EXPECT_EQ(command->link, LinkKind::follow_up);
  EXPECT_EQ((++command)->kind, CommandKind::extend);
  EXPECT_EQ(command->clock, 1);
  EXPECT_EQ(command->by_ms, -3'600'000);
  EXPECT_EQ(command->reason, "espera al proveedor");
  EXPECT_EQ((++command)->kind, CommandKind::set_due);
  EXPECT_EQ(command->clock, 1);
  EXPECT_EQ(command->due_at, kNow + 4);
  EXPECT_EQ((++command)->kind, CommandKind::cancel);
  EXPECT_EQ((++command)->kind, CommandKind::put_customer);
  EXPECT_EQ(command->attributes.size(), 1u);
  EXPECT_EQ(command->contract_until, kNow + 5);
  EXPECT_TRUE(command->reapply);
  EXPECT_EQ((++command)->kind, CommandKind::mute);
  EXPECT_EQ(command->attribute, 2);
  EXPECT_EQ(command->value, 77u);
  EXPECT_EQ(command->until, kNow + 6);
}

TEST(RequestCodec, EveryFieldCountsInTheContentHash) {
  using Change = std::function<void(Command&)>;
  const AttributeValue values[] = {{1, 2}, {3, 4}};
  const Change changes[] = {
      [](Command&) {},
      [](Command& c) { c.kind = CommandKind::extend; },
      [](Command& c) { c.until = 5; },
      [](Command& c) { c.then_status = 5; },
      [](Command& c) { c.start_at = 5; },
      [](Command& c) { c.due_at = 5; },
      [](Command& c) { c.quiet = true; },
      [](Command& c) { c.other.low = 5; },
      [](Command& c) { c.other.high = 5; },
      [](Command& c) { c.other.kind = KeyKind::text; },
      [](Command& c) { c.link = LinkKind::problem; },
      [](Command& c) { c.by_ms = 5; },
      [](Command& c) { c.reason = "a"; },
      [](Command& c) { c.reason = "b"; },
      [](Command& c) { c.contract_until = 5; },
      [](Command& c) { c.reapply = true; },
      [](Command& c) { c.attribute = 5; },
      [](Command& c) { c.value = 5; },
      [&](Command& c) { c.attributes = values; },
  };
  std::set<std::uint32_t> hashes;
  for (const Change& change : changes) {
    Command command;
    command.kind = CommandKind::merge;  // one that has them all
    change(command);
    hashes.insert(content_hash(command));
  }
  EXPECT_EQ(hashes.size(), std::size(changes));
}

TEST(RequestCodec, LongReasonIsALimit) {
  for (const std::size_t extra : {0u, 1u}) {
    flatbuffers::FlatBufferBuilder fbb;
    const auto reason = fbb.CreateString(std::string(limits::reason_bytes_max + extra, 'x'));
    const auto body = wire::CreateExtendCommand(fbb, 1, 5, reason).Union();
    const wire::Key key(1, 0, wire::KeyKind::number);
    const auto command = wire::CreateCommand(fbb, &key, wire::CommandBody::ExtendCommand, body);
    const auto list = fbb.CreateVector(&command, 1);
    fbb.Finish(wire::CreateCommands(fbb, 1, nullptr, 0, list));
    Bytes out;
    append_frame(wire::FrameType::commands, 1, fbb, out);
    CommandBatch batch;
    EXPECT_EQ(batch.decode(body_of(out)), extra == 0 ? Errc::ok : Errc::limit);
  }
}

TEST(RequestCodec, ContentHashIsForProducersAndPinned) {
  CommandBatch batch;
  const Bytes bare = test::sample_commands_frame(false);
  ASSERT_EQ(batch.decode(body_of(bare)), Errc::ok);
  for (const Command& command : batch.commands) EXPECT_EQ(command.content_hash, 0u);
  const Bytes numbered = test::sample_commands_frame(true);
  ASSERT_EQ(batch.decode(body_of(numbered)), Errc::ok);
  // Kept in logs: another value is another semantics version.
  const std::uint32_t pinned[] = {2343327340, 3694465714, 3355057914, 314638217,  484834526,
                                  1138157529, 2649473263, 545294,     1901891968, 1727053250,
                                  3777442745, 3345328043, 2753294894, 1423287087, 2560744738};
  for (std::size_t i = 0; i < batch.commands.size(); ++i) {
    EXPECT_EQ(batch.commands[i].content_hash, pinned[i]) << i;
    for (std::size_t j = 0; j < i; ++j) {
      EXPECT_NE(batch.commands[i].content_hash, batch.commands[j].content_hash);
    }
  }
}

// One command with this body.
Bytes one_command(wire::CommandBody type, std::size_t attributes) {
  flatbuffers::FlatBufferBuilder fbb;
  const std::vector<wire::AttributeValue> values(attributes);
  const auto list = fbb.CreateVectorOfStructs(values);
  const auto body = wire::CreateSetAttributesCommand(fbb, list).Union();
  const wire::Key key(1, 0, static_cast<wire::KeyKind>(200));
  const auto command = wire::CreateCommand(fbb, &key, type, body);
  const auto commands = fbb.CreateVector(&command, 1);
  fbb.Finish(wire::CreateCommands(fbb, 1, nullptr, 0, commands));
  Bytes out;
  append_frame(wire::FrameType::commands, 1, fbb, out);
  return out;
}

TEST(RequestCodec, UnknownKindsStayUnknown) {
  CommandBatch batch;
  for (const auto type : {wire::CommandBody::NONE, static_cast<wire::CommandBody>(200)}) {
    const Bytes frame = one_command(type, 1);
    ASSERT_EQ(verify_request(kCommands, body_of(frame)), Errc::ok);
    ASSERT_EQ(batch.decode(body_of(frame)), Errc::ok);
    EXPECT_EQ(batch.commands[0].kind, CommandKind::none);
    EXPECT_EQ(static_cast<int>(batch.commands[0].key.kind), 200);
  }
}

// All lie in one list, which moves as it grows: by a frame that is larger than those before, too.
TEST(RequestCodec, AttributesAreFoundWhereTheListHasGrown) {
  CommandBatch batch;
  for (const std::uint64_t commands : {1u, 3u, 400u, 2u, 4000u}) {
    flatbuffers::FlatBufferBuilder fbb;
    std::vector<flatbuffers::Offset<wire::Command>> list;
    for (std::uint64_t i = 0; i < commands; ++i) {
      std::vector<wire::AttributeValue> values;
      for (std::uint64_t k = 0; k < i % 4; ++k) {
        values.emplace_back(10 * i + k, static_cast<std::uint8_t>(k));
      }
      const wire::Key key(i, 0, wire::KeyKind::number);
      const auto body =
          wire::CreateSetAttributesCommand(fbb, fbb.CreateVectorOfStructs(values)).Union();
      list.push_back(wire::CreateCommand(fbb, &key, wire::CommandBody::SetAttributesCommand, body));
    }
    fbb.Finish(wire::CreateCommands(fbb, 1, nullptr, 0, fbb.CreateVector(list)));
    Bytes out;
    append_frame(wire::FrameType::commands, 1, fbb, out);
    ASSERT_EQ(batch.decode(body_of(out)), Errc::ok);
    ASSERT_EQ(batch.commands.size(), commands);
    const AttributeValue* next = nullptr;
    for (std::uint64_t i = 0; i < commands; ++i) {
      const auto attributes = batch.commands[i].attributes;
      ASSERT_EQ(attributes.size(), i % 4);
      if (attributes.empty()) continue;
      if (next == nullptr) next = attributes.data();
      ASSERT_EQ(attributes.data(), next) << i;
      next = attributes.data() + attributes.size();
      for (std::uint64_t k = 0; k < i % 4; ++k) {
        ASSERT_EQ(attributes[k], (AttributeValue{static_cast<AttributeId>(k), 10 * i + k}));
      }
    }
  }
}

TEST(RequestCodec, TooManyAttributesOrCommandsIsALimit) {
  CommandBatch batch;
  const Bytes full =
      one_command(wire::CommandBody::SetAttributesCommand, limits::attributes_per_command_max);
  EXPECT_EQ(batch.decode(body_of(full)), Errc::ok);
  const Bytes over =
      one_command(wire::CommandBody::SetAttributesCommand, limits::attributes_per_command_max + 1);
  EXPECT_EQ(batch.decode(body_of(over)), Errc::limit);

  for (const std::size_t extra : {0u, 1u}) {
    flatbuffers::FlatBufferBuilder fbb;
    std::vector<flatbuffers::Offset<wire::Command>> commands;
    const wire::Key key(1, 0, wire::KeyKind::number);
    for (std::size_t i = 0; i < limits::commands_per_frame_max + extra; ++i) {
      const auto body = wire::CreateActivityCommand(fbb, 1).Union();
      commands.push_back(wire::CreateCommand(fbb, &key, wire::CommandBody::ActivityCommand, body));
    }
    const auto list = fbb.CreateVector(commands);
    fbb.Finish(wire::CreateCommands(fbb, 1, nullptr, 0, list));
    Bytes out;
    append_frame(wire::FrameType::commands, 1, fbb, out);
    ASSERT_EQ(verify_request(kCommands, body_of(out)), Errc::ok);
    EXPECT_EQ(batch.decode(body_of(out)), extra == 0 ? Errc::ok : Errc::limit);
  }
}

// A list whose elements are one and the same command, far more often than the bytes could hold.
TEST(RequestCodec, SharedTablesAreRefused) {
  flatbuffers::FlatBufferBuilder fbb;
  const wire::Key key(1, 0, wire::KeyKind::number);
  const auto body = wire::CreateActivityCommand(fbb, 1).Union();
  const auto command = wire::CreateCommand(fbb, &key, wire::CommandBody::ActivityCommand, body);
  const auto list = fbb.CreateVector(std::vector(16'000, command));
  fbb.Finish(wire::CreateCommands(fbb, 1, nullptr, 0, list));
  Bytes out;
  append_frame(wire::FrameType::commands, 1, fbb, out);
  EXPECT_EQ(verify_request(kCommands, body_of(out)), Errc::invalid_flatbuffer);
}

TEST(RequestCodec, OtherRequests) {
  const auto frames = test::sample_requests();
  const HelloRequest hello = decode_hello(body_of(named(frames, "hello")));
  EXPECT_EQ(hello.client, "vencer 0.1.0");
  EXPECT_EQ(hello.tenant, "zen");
  EXPECT_EQ(hello.token, "secret");
  EXPECT_EQ(hello.producer, (ProducerId{0x2222, 0x1111}));
  const PutTenantRequest put = decode_put_tenant(body_of(named(frames, "put_tenant")));
  EXPECT_EQ(put.text, "format = 1\n");
  EXPECT_EQ(put.file, "zen.toml");
  EXPECT_TRUE(put.check_only);
  const GetTicketRequest get = decode_get_ticket(body_of(named(frames, "get_ticket")));
  EXPECT_EQ(get.tenant, 1u);
  EXPECT_EQ(get.key, (TicketKey{4711, 0, KeyKind::number}));
  const SubscribeRequest subscribe = decode_subscribe(body_of(named(frames, "subscribe")));
  EXPECT_EQ(subscribe.tenant, 1u);
  EXPECT_EQ(subscribe.from, SubscribeFrom::sequence);
  EXPECT_EQ(subscribe.sequence, 17u);
  EXPECT_EQ(subscribe.epoch, 2u);
  EXPECT_EQ(subscribe.types, 0x3000u);
  EXPECT_EQ(decode_delete_tenant(body_of(named(frames, "delete_tenant"))), "zen");
  EXPECT_EQ(decode_take_snapshot(body_of(named(frames, "take_snapshot"))), 3u);
  EXPECT_EQ(decode_advance(body_of(named(frames, "advance"))), 1'775'034'000'000);
}

TEST(RequestCodec, AbsentFieldsAreNone) {
  flatbuffers::FlatBufferBuilder fbb;
  fbb.Finish(wire::CreateHello(fbb));
  Bytes out;
  append_frame(wire::FrameType::hello, 1, fbb, out);
  const HelloRequest hello = decode_hello(body_of(out));
  EXPECT_TRUE(hello.tenant.empty() && hello.client.empty() && hello.token.empty());
  EXPECT_TRUE(hello.producer.empty());
  fbb.Clear();
  fbb.Finish(wire::CreateGetTicket(fbb));
  out.clear();
  append_frame(wire::FrameType::get_ticket, 1, fbb, out);
  EXPECT_EQ(static_cast<int>(decode_get_ticket(body_of(out)).key.kind), 0);
}

TEST(RequestCodec, UnknownStartOfASubscriptionIsRefused) {
  flatbuffers::FlatBufferBuilder fbb;
  fbb.Finish(wire::CreateSubscribe(fbb, 1, static_cast<wire::SubscribeFrom>(3)));
  Bytes out;
  append_frame(wire::FrameType::subscribe, 1, fbb, out);
  EXPECT_EQ(verify_request(test::type_of(out), body_of(out)), Errc::invalid_flatbuffer);
}

}  // namespace
}  // namespace vencer
