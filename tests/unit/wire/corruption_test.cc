// Goal: no bytes crash a decoder. Method: cut every sample short, flip its bits, and decode
// whatever still verifies, under the address and undefined sanitizers in `tools/test`.
#include <gtest/gtest.h>
#include <vencer_generated.h>

#include <algorithm>
#include <cstring>

#include "engine/wire/backup_codec.h"
#include "engine/wire/content_hash.h"
#include "engine/wire/query_codec.h"
#include "engine/wire/request_codec.h"
#include "engine/wire/step_codec.h"
#include "tests/unit/wire/samples.h"

namespace vencer {
namespace {

// Exactly these bytes, at an 8-aligned address, with nothing readable behind them.
class Exact {
 public:
  explicit Exact(std::span<const std::byte> bytes)
      : bytes_(new std::byte[bytes.size()]), size_(bytes.size()) {
    if (!bytes.empty()) std::memcpy(bytes_.get(), bytes.data(), bytes.size());
  }
  std::span<std::byte> span() { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<std::byte[]> bytes_;
  std::size_t size_;
};

// Reads everything that decoding gives; the sum keeps the compiler from skipping it.
std::uint64_t decode_request(std::uint16_t type, std::span<const std::byte> body,
                             CommandBatch& batch) {
  if (verify_request(type, body) != Errc::ok) return 0;
  std::uint64_t sum = 1;
  switch (static_cast<wire::FrameType>(type)) {
    case wire::FrameType::hello: {
      const HelloRequest hello = decode_hello(body);
      for (const std::string_view text : {hello.client, hello.tenant, hello.token}) {
        sum += std::hash<std::string_view>()(text);
      }
      break;
    }
    case wire::FrameType::commands:
      if (batch.decode(body) != Errc::ok) break;
      for (const Command& command : batch.commands) sum += content_hash(command);
      break;
    case wire::FrameType::put_tenant:
      sum += std::hash<std::string_view>()(decode_put_tenant(body).text);
      break;
    case wire::FrameType::delete_tenant:
      sum += std::hash<std::string_view>()(decode_delete_tenant(body));
      break;
    case wire::FrameType::take_snapshot:
      sum += decode_take_snapshot(body);
      break;
    case wire::FrameType::get_ticket:
      sum += decode_get_ticket(body).key.low;
      break;
    case wire::FrameType::get_counts:
      sum += decode_get_counts(body).by.size();
      break;
    case wire::FrameType::get_forecast:
      sum += decode_get_forecast(body);
      break;
    case wire::FrameType::get_attainment:
      sum += decode_get_attainment(body).query.by;
      break;
    case wire::FrameType::get_next_due:
      for (const QueryMatch& match : decode_get_next_due(body).filter.when) {
        for (const Value value : match.values) sum += value;
      }
      break;
    case wire::FrameType::get_overdue:
      sum += decode_get_overdue(body).limit;
      break;
    case wire::FrameType::get_export:
      sum += decode_get_export(body).from;
      break;
    case wire::FrameType::backup:
      sum += decode_backup(body).partition;
      break;
    case wire::FrameType::read_file:
      sum += decode_read_file(body).offset;
      break;
    case wire::FrameType::subscribe:
      sum += decode_subscribe(body).sequence;
      break;
    case wire::FrameType::advance:
      sum += static_cast<std::uint64_t>(decode_advance(body));
      break;
    default:
      break;
  }
  return sum;
}

template <typename Decode>
void truncate_and_flip(std::span<const std::byte> whole, int rounds, std::uint64_t seed,
                       Decode decode) {
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    Exact cut(whole.first(size));
    decode(cut.span());
  }
  test::Random random(seed);
  for (int round = 0; round < rounds; ++round) {
    Exact flipped(whole);
    for (std::uint64_t flips = test::pick(random, 1, 4); flips > 0; --flips) {
      std::byte& byte = flipped.span()[test::pick(random, 0, whole.size() - 1)];
      byte = test::coin(random) ? byte ^ (std::byte{1} << test::pick(random, 0, 7))
                                : static_cast<std::byte>(random());
    }
    decode(flipped.span());
  }
}

TEST(Corruption, RequestsNeverCrash) {
  CommandBatch batch;
  for (const auto& frame : test::sample_requests()) {
    const std::uint16_t type = test::type_of(frame.bytes);
    std::uint64_t read = 0;
    ASSERT_NE(decode_request(type, test::body_of(frame.bytes), batch), 0u);
    truncate_and_flip(test::body_of(frame.bytes), 5000, 1, [&](std::span<const std::byte> body) {
      if (decode_request(type, body, batch) != 0) ++read;
    });
    EXPECT_GT(read, 0u) << frame.name;  // some flips still verify, and were decoded
  }
}

TEST(Corruption, LoggedPayloadsNeverCrash) {
  StepDecoder decoder;
  const auto decode = [&](StepKind kind, std::span<const std::byte> payload) {
    StoredStep stored;
    stored.kind = static_cast<std::uint8_t>(kind);
    stored.frame_type = static_cast<std::uint16_t>(wire::FrameType::commands);
    stored.payload = payload;
    const Result<Step> step = decoder.decode(stored);
    EXPECT_TRUE(step.ok() || !step.error().message.empty());
  };
  const auto run = [&](StepKind kind, const std::vector<std::byte>& payload, int rounds) {
    truncate_and_flip(payload, rounds, 2,
                      [&](std::span<const std::byte> bytes) { decode(kind, bytes); });
  };
  run(StepKind::settings, encode_settings({}), 2000);
  run(StepKind::consumer_at, encode_consumer_at("board", 7), 2000);
  run(StepKind::tenant_document, encode_tenant(test::sample_tenant()), 20'000);
  const Bytes frame = test::sample_commands_frame(true);
  run(StepKind::commands, {test::body_of(frame).begin(), test::body_of(frame).end()}, 5000);
}

TEST(Corruption, NoiseNeverVerifiesIntoACrash) {
  test::Random random(3);
  CommandBatch batch;
  for (int i = 0; i < 20'000; ++i) {
    std::vector<std::byte> noise(test::pick(random, 0, 32) * 4);
    for (std::byte& byte : noise) {
      // Small numbers: offsets that stay inside.
      byte = test::coin(random) ? std::byte{0} : static_cast<std::byte>(test::pick(random, 0, 40));
    }
    Exact exact(noise);
    for (std::uint16_t type = 0; type < 20; ++type) decode_request(type, exact.span(), batch);
  }
}

}  // namespace
}  // namespace vencer
