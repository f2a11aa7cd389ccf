#include "tests/fuzz/requests_read.h"

#include <vencer_generated.h>

#include <string>

#include "engine/core/limits.h"
#include "engine/wire/command_writer.h"
#include "engine/wire/content_hash.h"
#include "engine/wire/frame.h"
#include "engine/wire/query_codec.h"
#include "engine/wire/request_codec.h"
#include "tests/fuzz/byte_source.h"

namespace vencer::fuzz {
namespace {

// Reads every byte, so that a sanitizer sees what lies outside.
void touch(std::string_view text) {
  [[maybe_unused]] volatile std::size_t sum = std::hash<std::string_view>()(text);
}
void touch(std::span<const QueryMatch> matches) {
  [[maybe_unused]] volatile Value sum = 0;
  for (const QueryMatch& match : matches) {
    for (const Value value : match.values) sum = sum ^ value;
  }
}

void read_commands(std::span<const std::byte> body) {
  CommandBatch batch;
  if (batch.decode(body) != Errc::ok) return;
  FUZZ_CHECK(batch.commands.size() <= limits::commands_per_frame_max, "");
  CommandWriter writer;
  std::vector<std::uint32_t> hashes;
  for (const Command& command : batch.commands) {
    touch(command.reason);
    FUZZ_CHECK(command.content_hash == content_hash(command) || batch.producer.empty(),
               "the hash of a decoded command");
    if (command.kind == CommandKind::none) continue;
    writer.add(command);
    hashes.push_back(content_hash(command));
  }
  if (hashes.empty()) return;
  std::vector<std::byte> frame;
  writer.append_frame(batch.tenant, batch.producer, batch.first_number, frame);
  const Aligned again{std::span(frame).subspan(kFrameHeaderBytes)};
  const auto type = static_cast<std::uint16_t>(wire::FrameType::commands);
  FUZZ_CHECK(verify_request(type, again.span()) == Errc::ok, "what the writer writes verifies");
  CommandBatch second;
  FUZZ_CHECK(second.decode(again.span()) == Errc::ok, "");
  FUZZ_CHECK(second.tenant == batch.tenant && second.commands.size() == hashes.size(), "");
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    FUZZ_CHECK(content_hash(second.commands[i]) == hashes[i],
               "command " + std::to_string(i) + " is another one when written and read again");
  }
}

}  // namespace

bool read_request(std::uint16_t frame_type, std::span<const std::byte> body) {
  if (verify_request(frame_type, body) != Errc::ok) return false;
  switch (static_cast<wire::FrameType>(frame_type)) {
    case wire::FrameType::hello: {
      const HelloRequest hello = decode_hello(body);
      for (const std::string_view text : {hello.client, hello.tenant, hello.token}) touch(text);
      break;
    }
    case wire::FrameType::commands:
      read_commands(body);
      break;
    case wire::FrameType::put_tenant: {
      const PutTenantRequest put = decode_put_tenant(body);
      for (const std::string_view text : {put.text, put.file, put.zones_of}) touch(text);
      break;
    }
    case wire::FrameType::delete_tenant:
      touch(decode_delete_tenant(body));
      break;
    case wire::FrameType::get_ticket:
      (void)decode_get_ticket(body);
      break;
    case wire::FrameType::get_counts:
      (void)decode_get_counts(body);
      break;
    case wire::FrameType::get_forecast:
      (void)decode_get_forecast(body);
      break;
    case wire::FrameType::get_attainment:
      (void)decode_get_attainment(body);
      break;
    case wire::FrameType::get_next_due:
      touch(decode_get_next_due(body).filter.when);
      break;
    case wire::FrameType::get_overdue:
      touch(decode_get_overdue(body).filter.when);
      break;
    case wire::FrameType::get_export:
      (void)decode_get_export(body);
      break;
    case wire::FrameType::subscribe:
      (void)decode_subscribe(body);
      break;
    case wire::FrameType::advance:
      (void)decode_advance(body);
      break;
    default:
      break;
  }
  return true;
}

}  // namespace vencer::fuzz
