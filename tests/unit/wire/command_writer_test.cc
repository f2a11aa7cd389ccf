// Goal: the writer's bytes are a valid Commands table that reads back as what was written. Method:
// random commands through it, the verifier and the reader.
#include "engine/wire/command_writer.h"

#include <gtest/gtest.h>
#include <vencer_generated.h>

#include <algorithm>
#include <deque>

#include "engine/core/limits.h"
#include "engine/wire/request_codec.h"
#include "tests/unit/wire/samples.h"

namespace vencer {
namespace {

TimeMs instant_or_never(test::Random& random) {
  return test::coin(random) ? kNever : static_cast<TimeMs>(random());
}
TicketKey some_key(test::Random& random) {
  return {random(), random(), static_cast<KeyKind>(test::pick(random, 0, 5))};
}

// What the rare bodies carry.
void say_more(test::Random& random, Command& command,
              std::deque<std::vector<AttributeValue>>& lists) {
  static const std::string kReason(limits::reason_bytes_max, 'r');
  switch (command.kind) {
    case CommandKind::create:
      command.start_at = instant_or_never(random);
      command.due_at = instant_or_never(random);
      command.quiet = test::coin(random);
      break;
    case CommandKind::set_status:
      command.until = instant_or_never(random);
      command.then_status = static_cast<StatusId>(random());
      break;
    case CommandKind::link:
      command.link = static_cast<LinkKind>(test::pick(random, 0, 3));
      [[fallthrough]];
    case CommandKind::merge:
      command.other = some_key(random);
      break;
    case CommandKind::extend:
      command.by_ms = static_cast<DurationMs>(random());
      command.reason = std::string_view(kReason).substr(test::pick(random, 0, kReason.size()));
      [[fallthrough]];
    case CommandKind::set_due:
      command.clock = static_cast<ClockId>(random());
      if (command.kind == CommandKind::set_due) command.due_at = instant_or_never(random);
      break;
    case CommandKind::put_customer:
      lists.emplace_back(test::pick(random, 0, 5));
      for (AttributeValue& value : lists.back()) value = {7, random()};
      command.attributes = lists.back();
      command.contract_until = instant_or_never(random);
      command.reapply = test::coin(random);
      break;
    case CommandKind::mute:
      command.attribute = static_cast<AttributeId>(random());
      command.value = random();
      command.until = static_cast<TimeMs>(random());
      break;
    default:
      break;
  }
}

Command random_command(test::Random& random, std::deque<std::vector<AttributeValue>>& lists) {
  Command command;
  command.kind = static_cast<CommandKind>(test::pick(random, 1, 13));
  command.key = {random(), random(), static_cast<KeyKind>(test::pick(random, 0, 5))};
  if (test::coin(random)) command.occurred_at = static_cast<TimeMs>(random());
  if (test::coin(random)) command.expected_version = static_cast<std::uint32_t>(random());
  if (test::coin(random)) command.actor = random();
  switch (command.kind) {
    case CommandKind::create:
    case CommandKind::set_attributes:
      lists.emplace_back(test::pick(random, 0, 5));
      for (AttributeValue& value : lists.back()) {
        value = {static_cast<AttributeId>(random()), random()};
      }
      command.attributes = lists.back();
      if (command.kind == CommandKind::create) command.status = static_cast<StatusId>(random());
      break;
    case CommandKind::set_status:
      command.status = static_cast<StatusId>(random());
      break;
    case CommandKind::activity:
      command.activity = static_cast<ActivityId>(random());
      break;
    case CommandKind::escalate:
      command.level = static_cast<LevelId>(random());
      command.recipient = static_cast<RecipientId>(random());
      break;
    case CommandKind::acknowledge:
      command.clock = static_cast<ClockId>(random());
      command.timeout_ms = static_cast<DurationMs>(random());
      break;
    default:
      break;
  }
  if (test::coin(random)) say_more(random, command, lists);
  return command;
}

bool same(const Command& a, const Command& b) {
  const auto tied = [](const Command& c) {
    return std::tie(c.kind, c.key.low, c.key.high, c.key.kind, c.occurred_at, c.expected_version,
                    c.actor, c.status, c.activity, c.level, c.clock, c.recipient, c.timeout_ms,
                    c.until, c.then_status, c.start_at, c.due_at, c.quiet, c.link, c.by_ms,
                    c.reason, c.contract_until, c.reapply, c.attribute, c.value);
  };
  return tied(a) == tied(b) && a.other == b.other && std::ranges::equal(a.attributes, b.attributes);
}

TEST(CommandWriter, RandomCommandsComeBack) {
  test::Random random(1);
  CommandWriter writer;  // used again and again
  CommandBatch batch;
  for (int round = 0; round < 3000; ++round) {
    std::deque<std::vector<AttributeValue>> lists;
    std::vector<Command> commands(test::pick(random, 0, 20));
    writer.clear();
    for (Command& command : commands) {
      command = random_command(random, lists);
      writer.add(command);
    }
    EXPECT_EQ(writer.size(), commands.size());
    const ProducerId producer = test::coin(random) ? ProducerId{random(), 1} : ProducerId{};
    Bytes frame;
    writer.append_frame(7, producer, 99, frame);
    ASSERT_EQ(frame.size() % 8, 0u);
    ASSERT_EQ(test::type_of(frame), static_cast<std::uint16_t>(wire::FrameType::commands));
    ASSERT_EQ(verify_request(test::type_of(frame), test::body_of(frame)), Errc::ok);
    ASSERT_EQ(batch.decode(test::body_of(frame)), Errc::ok);
    EXPECT_EQ(batch.tenant, 7u);
    EXPECT_EQ(batch.producer, producer);
    EXPECT_EQ(batch.first_number, producer.empty() ? 0u : 99u);
    ASSERT_EQ(batch.commands.size(), commands.size());
    for (std::size_t i = 0; i < commands.size(); ++i)
      ASSERT_TRUE(same(batch.commands[i], commands[i])) << i;
  }
}

// Every struct and vector of structs lies aligned, so that other readers may point into the bytes.
TEST(CommandWriter, EverythingIsAligned) {
  test::Random random(2);
  std::deque<std::vector<AttributeValue>> lists;
  CommandWriter writer;
  for (int i = 0; i < 500; ++i) writer.add(random_command(random, lists));
  for (const ProducerId& producer : {ProducerId{}, ProducerId{1, 2}}) {
    Bytes frame;
    writer.append_frame(1, producer, 1, frame);
    const auto aligned = [](const void* at) {
      return reinterpret_cast<std::uintptr_t>(at) % 8 == 0;
    };
    const auto* root = flatbuffers::GetRoot<wire::Commands>(test::body_of(frame).data());
    EXPECT_TRUE(aligned(root->producer()));
    for (const wire::Command* command : *root->commands()) {
      ASSERT_TRUE(aligned(command->key()));
      if (const auto* create = command->body_as_CreateTicketCommand()) {
        ASSERT_TRUE(aligned(create->attributes()->Data()));
      }
      if (const auto* merge = command->body_as_MergeCommand()) {
        ASSERT_TRUE(aligned(merge->into()));
      }
      if (const auto* customer = command->body_as_PutCustomerCommand()) {
        if (customer->attributes() != nullptr) {
          ASSERT_TRUE(aligned(customer->attributes()->Data()));
        }
      }
      if (const auto* set = command->body_as_SetAttributesCommand()) {
        ASSERT_TRUE(aligned(set->attributes()->Data()));
      }
    }
  }
}

TEST(CommandWriter, FullFrame) {
  CommandWriter writer;
  Command command;
  command.kind = CommandKind::activity;
  command.activity = 1;
  for (std::size_t i = 0; i < limits::commands_per_frame_max; ++i) writer.add(command);
  Bytes frame;
  writer.append_frame(1, {}, 0, frame);
  EXPECT_LT(frame.size(), limits::frame_bytes_max);
  ASSERT_EQ(verify_request(test::type_of(frame), test::body_of(frame)), Errc::ok);
  CommandBatch batch;
  EXPECT_EQ(batch.decode(test::body_of(frame)), Errc::ok);
  EXPECT_EQ(batch.commands.size(), limits::commands_per_frame_max);
}

}  // namespace
}  // namespace vencer
