#include "net/client/command_frame.h"

#include <gtest/gtest.h>
#include <vencer_generated.h>

#include <random>

#include "engine/wire/frame.h"
#include "engine/wire/request_codec.h"
#include "net/client/key.h"

namespace vencer {
namespace {

std::span<const std::byte> body_of(std::span<const std::byte> frame) {
  return frame.subspan(kFrameHeaderBytes);
}

Errc decode(CommandFrame& frame, CommandBatch& batch) {
  const auto bytes = frame.bytes();
  const FrameHeader header = decode_frame_header(bytes.first<kFrameHeaderBytes>());
  EXPECT_EQ(header.length + kFrameHeaderBytes, bytes.size());
  const Errc code = verify_request(header.type, body_of(bytes));
  return code == Errc::ok ? batch.decode(body_of(bytes)) : code;
}

TEST(CommandFrame, EveryKind) {
  const AttributeValue attributes[] = {{0, 1}, {3, 77}};
  CommandFrame frame(7);
  frame.set_producer({2, 1}, 10);
  frame.create(number_key(1), 2, attributes, {.occurred_at = 5, .expected_version = 6, .actor = 7});
  frame.set_status(text_key("a"), 3);
  frame.set_attributes(number_key(1), attributes);
  frame.activity(number_key(1), 4);
  frame.escalate(number_key(1), 1, 9);
  frame.acknowledge(number_key(1), kNoId8, 1000);
  EXPECT_EQ(frame.size(), 6u);
  CommandBatch batch;
  ASSERT_EQ(decode(frame, batch), Errc::ok);
  EXPECT_EQ(batch.tenant, 7u);
  EXPECT_EQ(batch.producer, (ProducerId{2, 1}));
  EXPECT_EQ(batch.first_number, 10u);
  ASSERT_EQ(batch.commands.size(), 6u);
  EXPECT_EQ(batch.commands[0].kind, CommandKind::create);
  EXPECT_EQ(batch.commands[0].status, 2);
  EXPECT_EQ(batch.commands[0].occurred_at, 5);
  EXPECT_EQ(batch.commands[0].expected_version, 6u);
  EXPECT_EQ(batch.commands[0].actor, 7u);
  EXPECT_EQ(batch.commands[0].attributes[1], (AttributeValue{3, 77}));
  EXPECT_EQ(batch.commands[1].key, text_key("a"));
  EXPECT_EQ(batch.commands[1].occurred_at, kNever);
  EXPECT_EQ(batch.commands[2].kind, CommandKind::set_attributes);
  EXPECT_EQ(batch.commands[3].activity, 4);
  EXPECT_EQ(batch.commands[4].level, 1);
  EXPECT_EQ(batch.commands[4].recipient, 9);
  EXPECT_EQ(batch.commands[5].clock, kNoId8);
  EXPECT_EQ(batch.commands[5].timeout_ms, 1000);
}

TEST(CommandFrame, ClearedIsLikeNew) {
  std::mt19937_64 random(1);
  CommandFrame used(7);
  CommandBatch batch;
  for (int round = 0; round < 50; ++round) {
    used.clear();
    const std::size_t count = random() % 300;
    for (std::size_t i = 0; i < count; ++i) {
      const AttributeValue attributes[] = {{0, i}, {1, 2}};
      used.create(number_key(i), kNoId8, std::span(attributes).first(random() % 3));
    }
    ASSERT_EQ(decode(used, batch), Errc::ok);
    EXPECT_TRUE(batch.producer.empty());
    ASSERT_EQ(batch.commands.size(), count);
    for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(batch.commands[i].key, number_key(i));
  }
}

}  // namespace
}  // namespace vencer
