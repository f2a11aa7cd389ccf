// Goal: the quick reader of Events frames gives what was sent, and reads nothing beyond the frame
// whatever a server sends. Method: frames of drawn events, read and encoded again, must give the
// records they came from; frames with bytes changed or cut off are read under the sanitizers, and
// all that was read is touched.
#include "net/client/plain_events.h"

#include <gtest/gtest.h>

#include <random>

#include "engine/wire/event_record.h"
#include "engine/wire/frame.h"
#include "engine/wire/reply_codec.h"
#include "engine/wire/tenant_id.h"
#include "net/client/reply_reader.h"

namespace vencer {
namespace {

using Random = std::mt19937_64;

// Which fields it has is drawn, too. `attributes` is what the event points into.
Event drawn(Random& random, std::vector<AttributeValue>& attributes) {
  const std::uint64_t has = random();
  Event event;
  event.sequence = random();
  event.emitted = 1'900'000'000'000 + static_cast<TimeMs>(random() % 1'000'000);
  event.tenant = static_cast<TenantId>(1 + random() % 3);
  event.ticket = {random(), (has & 1) != 0 ? random() : 0, KeyKind::uuid};
  event.type = EventType::breached;
  event.version = static_cast<std::uint32_t>(random());
  if ((has & 2) != 0) event.due = event.emitted - 5;
  if ((has & 4) != 0) event.at = event.emitted - static_cast<TimeMs>(random() % 1000);
  if ((has & 8) != 0) event.clock = static_cast<ClockId>(random() % 8);
  if ((has & 16) != 0) event.rule = static_cast<RuleId>(random() % 100);
  if ((has & 32) != 0) event.recipient = static_cast<RecipientId>(random() % 100);
  if ((has & 64) != 0) event.elapsed_ms = static_cast<DurationMs>(random() % 100'000);
  if ((has & 128) != 0) event.actor = random();
  if ((has & 256) != 0) event.light = Light::red;
  event.muted = (has & 512) != 0;
  if ((has & 1024) != 0) event.routes = 7;
  if ((has & 2048) != 0) event.status = static_cast<StatusId>(random() % 8);
  attributes.clear();
  for (std::uint64_t i = 0; i < (has >> 20) % 9; ++i) {
    attributes.push_back({static_cast<AttributeId>(i), 1 + random()});
  }
  event.attributes = attributes;
  return event;
}

struct Sent {
  std::vector<Bytes> records;
  Bytes frame;
  std::span<const std::byte> body() const { return std::span(frame).subspan(kFrameHeaderBytes); }
};

// `kinds` events drawn, each several times.
Sent drawn_frame(Random& random, std::size_t kinds, std::size_t count) {
  std::vector<std::vector<AttributeValue>> attributes(kinds);
  std::vector<Event> events;
  for (std::size_t i = 0; i < kinds; ++i) events.push_back(drawn(random, attributes[i]));
  Sent sent;
  sent.records.resize(count);
  std::vector<std::span<const std::byte>> spans;
  for (Bytes& record : sent.records) {
    Event& event = events[random() % kinds];
    event.sequence = random();
    encode_event_record(event, record);
    spans.push_back(record);
  }
  encode_events(1, 3, 4, spans, 99, sent.frame);
  return sent;
}

TEST(PlainEvents, GivesWhatWasSent) {
  PlainEvents reader;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Random random(seed);
    const Sent sent = drawn_frame(random, 1 + seed % 7, seed % 50);
    EventBatch batch;
    ASSERT_TRUE(reader.read(sent.body(), &batch));
    EXPECT_EQ(batch.partition, 3u);
    EXPECT_EQ(batch.epoch, 4u);
    EXPECT_EQ(batch.next_sequence, 99u);
    ASSERT_EQ(batch.events.size(), sent.records.size());
    for (std::size_t i = 0; i < batch.events.size(); ++i) {
      Event event = batch.events[i];
      EXPECT_EQ(tenant_partition(event.tenant), event.tenant == kNoTenant ? 0u : 3u);
      event.tenant = tenant_number(event.tenant);
      Bytes again;
      encode_event_record(event, again);
      EXPECT_EQ(again, sent.records[i]);
    }
  }
}

TEST(PlainEvents, LeavesTheRestToTheVerifier) {
  Event event;
  event.sequence = 1;
  event.emitted = 5;
  event.reason = "porque";
  Bytes record, frame;
  encode_event_record(event, record);
  const std::span<const std::byte> records[] = {record};
  encode_events(1, 3, 4, records, 2, frame);
  const auto body = std::span<const std::byte>(frame).subspan(kFrameHeaderBytes);
  EventBatch batch;
  EXPECT_FALSE(PlainEvents().read(body, &batch));
  EventReader reader;
  const Result<EventBatch> read = reader.read(body);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->events[0].reason, "porque");
}

TEST(PlainEvents, ReadsNothingBeyondABrokenFrame) {
  Random random(7);
  PlainEvents reader;
  std::uint64_t touched = 0;
  for (int round = 0; round < 3000; ++round) {
    Sent sent = drawn_frame(random, 3, 12);
    // A vector of its own size, so that the sanitizer sees the end.
    std::vector<std::byte> body(sent.body().begin(), sent.body().end());
    for (std::uint64_t i = 1 + random() % 4; i > 0; --i) {
      body[random() % body.size()] = static_cast<std::byte>(random());
    }
    if (round % 3 == 0) body.resize(random() % body.size());
    body.shrink_to_fit();
    EventBatch batch;
    if (!reader.read(body, &batch)) continue;
    for (const Event& event : batch.events) {
      touched += event.sequence + event.ticket.high + event.rule;
      for (const AttributeValue& attribute : event.attributes) touched += attribute.value;
    }
  }
  EXPECT_NE(touched, 0u);
}

}  // namespace
}  // namespace vencer
