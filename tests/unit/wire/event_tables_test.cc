// Goal: the fast way of writing an Events frame gives the bytes that FlatBufferBuilder gives.
// Method: frames of events that are alike but for their numbers, of several kinds mixed, written
// both ways and compared byte for byte.
#include "engine/wire/event_tables.h"

#include <gtest/gtest.h>

#include "engine/wire/frame_builder.h"
#include "engine/wire/reply_codec.h"
#include "engine/wire/tenant_id.h"
#include "tests/unit/wire/samples.h"

namespace vencer {
namespace {

// Another event with the same fields: what is there stays there.
test::RandomEvent like(test::Random& random, const test::RandomEvent& kind) {
  test::RandomEvent other;
  other.event = kind.event;
  other.attributes = kind.attributes;
  Event& event = other.event;
  event.sequence = test::pick(random, 1, ~std::uint64_t{0});
  event.ticket.low = random();
  event.version = static_cast<std::uint32_t>(test::pick(random, 1, 0xffff'ffff));
  if (event.elapsed_ms != 0)
    event.elapsed_ms = static_cast<DurationMs>(test::pick(random, 1, 1e12));
  if (event.actor != 0) event.actor = test::pick(random, 1, ~std::uint64_t{0});
  if (event.ticket.high != 0) event.ticket.high = test::pick(random, 1, ~std::uint64_t{0});
  if (event.rule != kNoId16) event.rule = static_cast<RuleId>(test::pick(random, 0, 0xfffe));
  if (event.clock != kNoId8) event.clock = static_cast<ClockId>(test::pick(random, 0, 0xfe));
  for (AttributeValue& attribute : other.attributes) {
    attribute.value = test::pick(random, 1, ~std::uint64_t{0});
  }
  event.attributes = other.attributes;
  return other;
}

Bytes by_the_builder(const std::vector<test::RandomEvent>& events, std::uint64_t next) {
  flatbuffers::FlatBufferBuilder& fbb = frame_builder();
  std::vector<flatbuffers::Offset<wire::Event>> tables;
  for (const auto& each : events) {
    Event event = each.event;
    event.tenant = wire_tenant(3, event.tenant);  // a record has the number in its partition
    tables.push_back(write_event(fbb, event));
  }
  const auto list = fbb.CreateVector(tables);
  fbb.Finish(wire::CreateEvents(fbb, 3, 9, list, next));
  Bytes out;
  append_frame(wire::FrameType::events, 5, fbb, out);
  return out;
}

void expect_same_bytes(const std::vector<test::RandomEvent>& events) {
  std::vector<Bytes> encoded(events.size());
  std::vector<std::span<const std::byte>> records;
  for (std::size_t i = 0; i < events.size(); ++i) {
    encode_event_record(events[i].event, encoded[i]);
    records.push_back(encoded[i]);
  }
  Bytes out;
  encode_events(5, 3, 9, records, 77, out);
  EXPECT_EQ(out, by_the_builder(events, 77));
}

TEST(EventTables, AStormOfBreaches) {
  test::Random random(1);
  test::RandomEvent breach;
  breach.event = test::sample_breach(breach.attributes);
  breach.event.attributes = breach.attributes;
  std::vector<test::RandomEvent> events;
  for (int i = 0; i < 1000; ++i) events.push_back(like(random, breach));
  expect_same_bytes(events);
}

TEST(EventTables, KindsInTurnAndAtRandom) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    test::Random random(seed);
    std::vector<test::RandomEvent> kinds, events;
    for (std::uint64_t i = test::pick(random, 1, 12); i > 0; --i) {
      kinds.push_back(test::random_event(random));
    }
    for (int i = 0; i < 100; ++i) {
      events.push_back(like(random, kinds[test::pick(random, 0, kinds.size() - 1)]));
    }
    expect_same_bytes(events);
  }
}

// A field that every event has takes no room where it is its default, and no bit says so.
TEST(EventTables, NumbersThatAreZero) {
  test::Random random(3);
  test::RandomEvent breach;
  breach.event = test::sample_breach(breach.attributes);
  breach.event.attributes = breach.attributes;
  std::vector<test::RandomEvent> events;
  for (int i = 0; i < 60; ++i) {
    events.push_back(like(random, breach));
    Event& event = events.back().event;
    if (i % 5 == 1) event.version = 0;
    if (i % 5 == 2) event.tenant = 0;
    if (i % 7 == 3) event.sequence = 0;
    if (i % 11 == 4) event.ticket = {};
  }
  expect_same_bytes(events);
}

}  // namespace
}  // namespace vencer
