#include "net/client/key.h"

#include <gtest/gtest.h>

#include <random>

namespace vencer {
namespace {

TEST(Key, WhatPeopleWrite) {
  EXPECT_EQ(*parse_key("4711"), (TicketKey{4711, 0, KeyKind::number}));
  EXPECT_EQ(*parse_key("0"), (TicketKey{0, 0, KeyKind::number}));
  EXPECT_EQ(*parse_key("18446744073709551615"), (TicketKey{UINT64_MAX, 0, KeyKind::number}));
  EXPECT_EQ(*parse_key("00112233-4455-6677-8899-AABBccddeeff"),
            (TicketKey{0x8899aabbccddeeff, 0x0011223344556677, KeyKind::uuid}));
  EXPECT_EQ(*parse_key("T-1"), (TicketKey{0x312d54, 0, KeyKind::text}));  // byte 0 lowest
  EXPECT_EQ(parse_key("text:4711")->kind, KeyKind::text);
  EXPECT_EQ(*parse_key("text:T-1"), *parse_key("T-1"));
}

TEST(Key, WhatLooksLikeANumberButIsNot) {
  for (const char* text : {"007", "-1", "+1", "1.0", " 1", "1e3"}) {
    EXPECT_EQ(parse_key(text)->kind, KeyKind::text) << text;
  }
  EXPECT_EQ(parse_key("18446744073709551616")->kind,
            KeyKind::text_hash);  // 20 digits, too many bits
  EXPECT_EQ(parse_key("00112233-4455-6677-8899-AABBccddeefg")->kind, KeyKind::text_hash);
}

TEST(Key, LongTextIsHashed) {
  const std::string sixteen = "sixteen bytes 16";
  ASSERT_EQ(sixteen.size(), 16u);
  EXPECT_EQ(parse_key(sixteen)->kind, KeyKind::text);
  EXPECT_EQ(key_text(*parse_key(sixteen)), sixteen);
  const TicketKey hashed = *parse_key(sixteen + "+");
  // XXH3-128: every client makes the same of it, for ever.
  EXPECT_EQ(hashed.kind, KeyKind::text_hash);
  EXPECT_EQ(key_text(hashed), "hash:cceca33023d4c1a304e51c6f60b4e4ad");
  EXPECT_EQ(*parse_key(key_text(hashed)), hashed);
}

TEST(Key, EmptyOrNulIsRefused) {
  for (const std::string_view text :
       {std::string_view(""), std::string_view("text:"), std::string_view("a\0b", 3)}) {
    const Result<TicketKey> key = parse_key(text);
    ASSERT_FALSE(key.ok());
    EXPECT_EQ(key.error().code, Errc::invalid_key);
  }
}

TEST(Key, WhatIsShownReadsBack) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    TicketKey key;
    switch (i % 4) {
      case 0:
        key = number_key(random() >> (random() % 64));
        break;
      case 1:
        key = {random(), random(), KeyKind::uuid};
        break;
      case 2:
        key = {random(), random(), KeyKind::text_hash};
        break;
      default: {
        std::string text;
        for (std::uint64_t n = 1 + random() % 16; n > 0; --n) {
          text.push_back("0123456789-:ab text:hash:"[random() % 25]);
        }
        key = text_key(text);
      }
    }
    const Result<TicketKey> back = parse_key(key_text(key));
    ASSERT_TRUE(back.ok()) << key_text(key);
    ASSERT_EQ(*back, key) << key_text(key);
  }
}

TEST(OpenValue, NumbersAndText) {
  EXPECT_EQ(*parse_open_value("17"), 17u);
  EXPECT_EQ(*parse_open_value("text:17"), *parse_open_value("text:17"));
  EXPECT_NE(*parse_open_value("text:17"), 17u);
  EXPECT_EQ(*parse_open_value("acme"), 4948779126678378721u);  // XXH3-64
  EXPECT_EQ(parse_open_value("0").error().code, Errc::unknown_value);
}

TEST(Producer, NameOrUuid) {
  EXPECT_TRUE(parse_producer("").empty());
  EXPECT_EQ(parse_producer("00000000-0000-0001-0000-000000000002"), (ProducerId{2, 1}));
  EXPECT_FALSE(parse_producer("import").empty());
  EXPECT_NE(parse_producer("import"), parse_producer("import2"));
}

}  // namespace
}  // namespace vencer
