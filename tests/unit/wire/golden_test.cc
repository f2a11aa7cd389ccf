// Goal: bytes on the wire, in the log and in event segments never change by accident. Method: every
// frame, stored payload and event record of samples.cc against the file of its name in
// tests/golden/wire; a file that is missing fails. After a change that is meant (append-only, or a
// new version):
//   VENCER_WRITE_GOLDEN=1 build/tests/wire_test --gtest_filter='Golden.*'
#include <gtest/gtest.h>
#include <vencer_paths.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "engine/wire/event_record.h"
#include "engine/wire/request_codec.h"
#include "engine/wire/step_codec.h"
#include "tests/unit/wire/samples.h"

namespace vencer {
namespace {

std::filesystem::path path_of(const std::string& name) {
  return std::filesystem::path(VENCER_SOURCE_DIR) / "tests" / "golden" / "wire" / (name + ".bin");
}

Bytes read_golden(const std::string& name) {
  std::ifstream file(path_of(name), std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path_of(name) << " is missing";
  std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

void expect_golden(const std::string& name, std::span<const std::byte> bytes) {
  if (std::getenv("VENCER_WRITE_GOLDEN") != nullptr) {
    std::ofstream file(path_of(name), std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    ASSERT_TRUE(file.good()) << path_of(name);
  }
  const Bytes golden = read_golden(name);
  EXPECT_TRUE(std::ranges::equal(golden, bytes)) << name << ": other bytes than the golden file's";
}

TEST(Golden, Requests) {
  for (const auto& frame : test::sample_requests())
    expect_golden("request_" + frame.name, frame.bytes);
}

TEST(Golden, Replies) {
  for (const auto& frame : test::sample_replies())
    expect_golden("reply_" + frame.name, frame.bytes);
}

TEST(Golden, StoredPayloads) {
  expect_golden("stored_settings", encode_settings({}));
  expect_golden("stored_consumer_at", encode_consumer_at("board", 77));
  expect_golden("stored_tenant", encode_tenant(test::sample_tenant()));
  expect_golden("stored_tenant_plain", encode_tenant(test::sample_plain_tenant()));
}

TEST(Golden, EventRecords) {
  std::vector<AttributeValue> attributes;
  Bytes breach;
  encode_event_record(test::sample_breach(attributes), breach);
  expect_golden("event_breached", breach);
  Bytes random_records;  // every optional field is in one of them
  test::Random random(11);
  for (int i = 0; i < 16; ++i)
    encode_event_record(test::random_event(random).event, random_records);
  expect_golden("event_random", random_records);
}

// What an older build wrote must be read the same for ever, whatever the schema has appended since.
// v1: the bytes before documents knew constraints, detectors, ... and events told of them. Never
// written again.
TEST(Golden, OldBuffersStillDecode) {
  const Result<TenantSpec> tenant = decode_tenant(read_golden("v1/stored_tenant"));
  ASSERT_TRUE(tenant.ok()) << tenant.error().message;
  EXPECT_EQ(*tenant, test::sample_plain_tenant());
  EXPECT_EQ(*decode_settings(read_golden("v1/stored_settings")), Settings{});
  const Bytes frame = read_golden("v1/request_commands_numbered");
  ASSERT_EQ(verify_request(test::type_of(frame), test::body_of(frame)), Errc::ok);
  CommandBatch batch;
  ASSERT_EQ(batch.decode(test::body_of(frame)), Errc::ok);
  EXPECT_EQ(batch.commands.size(), 6u);
  EXPECT_EQ(batch.commands[5].timeout_ms, 1'800'000);
  std::vector<AttributeValue> attributes;
  DecodedEvent breach;
  ASSERT_TRUE(decode_event_record(read_golden("v1/event_breached"), breach));
  EXPECT_TRUE(test::same(breach.event, test::sample_breach(attributes)));
}

// Recovery compares records byte for byte with those of the run before, which may have been an
// older build's.
TEST(Golden, PlainEventsHaveTheirOldBytes) {
  std::vector<AttributeValue> attributes;
  Bytes records;
  test::Random random(11);
  for (int i = 0; i < 16; ++i) encode_event_record(test::plain_event(random, attributes), records);
  EXPECT_EQ(records, read_golden("v1/event_random"));
}

}  // namespace
}  // namespace vencer
