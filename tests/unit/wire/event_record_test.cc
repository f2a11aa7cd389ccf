#include "engine/wire/event_record.h"

#include <gtest/gtest.h>

#include "tests/unit/wire/samples.h"

namespace vencer {
namespace {

TEST(EventRecord, RandomEventsComeBack) {
  test::Random random(1);
  DecodedEvent back;  // used again and again
  for (int i = 0; i < 20'000; ++i) {
    const test::RandomEvent made = test::random_event(random);
    const Event& event = made.event;
    std::vector<std::byte> bytes(3);  // appended behind what is there
    const std::size_t size = encode_event_record(event, bytes);
    ASSERT_EQ(bytes.size(), 3 + size);
    const std::span<const std::byte> record = std::span(bytes).subspan(3);
    ASSERT_TRUE(decode_event_record(record, back));
    ASSERT_TRUE(test::same(event, back.event)) << "event " << i;
    EXPECT_EQ(record_sequence(record), event.sequence);
    EXPECT_EQ(record_tenant(record), event.tenant);
    EXPECT_EQ(record_type(record), event.type);
  }
}

TEST(EventRecord, BreachIsCompact) {
  std::vector<AttributeValue> attributes;
  Event event = test::sample_breach(attributes);
  std::vector<std::byte> bytes;
  event.attributes = event.attributes.first(2);  // closed ones
  EXPECT_LE(encode_event_record(event, bytes), 64u);
}

TEST(EventRecord, CutOffOrPaddedIsRefused) {
  test::Random random(2);
  for (int i = 0; i < 200; ++i) {
    std::vector<std::byte> bytes;
    encode_event_record(test::random_event(random).event, bytes);
    DecodedEvent back;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_FALSE(decode_event_record(std::span(bytes).first(size), back)) << size;
    }
    bytes.push_back(std::byte{0});
    EXPECT_FALSE(decode_event_record(bytes, back));
  }
}

// Flipped bits give another event or a no; the bytes of what was read are those bytes again, so
// that there is one encoding only.
TEST(EventRecord, FlippedBitsNeverCrash) {
  test::Random random(3);
  int read = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::vector<std::byte> bytes;
    encode_event_record(test::random_event(random).event, bytes);
    for (std::uint64_t flips = test::pick(random, 1, 3); flips > 0; --flips) {
      bytes[test::pick(random, 0, bytes.size() - 1)] ^= std::byte{1} << test::pick(random, 0, 7);
    }
    DecodedEvent back;
    if (!decode_event_record(bytes, back)) continue;
    std::vector<std::byte> again;
    encode_event_record(back.event, again);
    ASSERT_EQ(again, bytes);
    ++read;
  }
  EXPECT_GT(read, 1000);
  EXPECT_LT(read, 20'000);
}

// What the record's lists may hold at most, whole.
TEST(EventRecord, FullDigest) {
  Event event;
  event.type = EventType::digest;
  const std::vector<EventRow> rows(limits::digest_rows_max, {{~0ull, ~0ull, KeyKind::uuid}, 5});
  const std::string reason(limits::reason_bytes_max, 'x');
  event.rows = rows;
  event.reason = reason;
  std::vector<std::byte> bytes;
  EXPECT_LT(encode_event_record(event, bytes), 8000u);
  DecodedEvent back;
  ASSERT_TRUE(decode_event_record(bytes, back));
  EXPECT_TRUE(test::same(back.event, event));
}

}  // namespace
}  // namespace vencer
