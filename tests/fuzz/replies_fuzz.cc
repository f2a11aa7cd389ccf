// What a server that is not ours, or broken, sends to the client library: a stream of frames, and
// what each body becomes.
#include <vencer_generated.h>

#include "net/client/query_frames.h"
#include "net/client/receive_buffer.h"
#include "net/client/reply_reader.h"
#include "tests/fuzz/byte_source.h"
#include "tests/unit/wire/samples.h"

namespace vencer::fuzz {
namespace {

constexpr std::size_t kFrameBytesMax = 1 << 20;

void touch(const Names& names) {
  [[maybe_unused]] volatile std::size_t bytes = 0;
  const auto add = [&](const std::string& text) { bytes = bytes + text.size(); };
  for (int id = 0; id < 256; ++id) {
    const auto small = static_cast<std::uint8_t>(id);
    add(names.status_name(small));
    add(names.activity_name(small));
    add(names.attribute_name(small));
    add(names.level_name(small));
    add(names.clock_name(small));
    add(names.step_name(small, small));
    add(names.rule_name(small));
    add(names.recipient_name(small));
    add(names.value_text(small, small));
    add(names.subject_name(static_cast<EventType>(id), small));
  }
  for (const auto* words : {&names.levels, &names.rules, &names.detectors}) {
    for (const std::string& word : *words) {
      (void)names.status_id(word);
      (void)names.level_id(word);
      (void)names.attribute_value(word, word);
    }
  }
}

void touch(const EventBatch& batch) {
  [[maybe_unused]] volatile std::uint64_t sum = 0;
  for (const Event& event : batch.events) {
    sum = sum ^ event.sequence ^ event.reason.size();
    for (const AttributeValue& value : event.attributes) sum = sum ^ value.value;
    for (const EventRow& row : event.rows) sum = sum ^ row.ticket.low;
    for (const char letter : event.reason) sum = sum ^ static_cast<unsigned char>(letter);
  }
}

template <typename Reply>
void told(const Result<Reply>& reply) {
  FUZZ_CHECK(reply.ok() || !reply.error().message.empty(), "an error has words");
}

void read(std::uint16_t type, std::span<const std::byte> body, EventReader& events) {
  switch (static_cast<wire::FrameType>(type)) {
    case wire::FrameType::hello_reply: {
      const auto hello = read_hello(body);
      told(hello);
      if (hello.ok()) touch(hello->names);
      return;
    }
    case wire::FrameType::commands_reply: {
      std::vector<CommandOutcome> scratch;
      const FrameReply reply = read_frame_reply(body, scratch);
      FUZZ_CHECK(!reply.ok() || reply.outcomes.size() == scratch.size(), "");
      return;
    }
    case wire::FrameType::put_tenant_reply:
      return told(read_put_tenant(body));
    case wire::FrameType::ticket_reply:
      return told(read_ticket(body));
    case wire::FrameType::subscribe_reply:
      return told(read_stream_start(body));
    case wire::FrameType::events: {
      const auto batch = events.read(body);
      told(batch);
      if (batch.ok()) touch(*batch);
      return;
    }
    case wire::FrameType::error:
      FUZZ_CHECK(read_failure(body).code != Errc::ok, "a failure is one");
      return;
    case wire::FrameType::advance_reply:
      return told(read_advance(body));
    case wire::FrameType::delete_tenant_reply:
      return told(read_delete_tenant(body));
    case wire::FrameType::counts_reply:
      return told(read_counts(body));
    case wire::FrameType::forecast_reply:
      return told(read_forecast(body));
    case wire::FrameType::attainment_reply:
      return told(read_attainment(body));
    case wire::FrameType::next_due_reply:
      return told(read_next_due(body));
    case wire::FrameType::overdue_reply:
      return told(read_overdue(body));
    case wire::FrameType::export_reply:
      return told(read_export(body));
    default:
      return;
  }
}

void run(std::span<const std::byte> input) {
  ReceiveBuffer buffer;
  EventReader events;
  ByteSource source(input);
  while (!source.empty()) {
    const auto piece = source.take_bytes(777);
    std::memcpy(buffer.room(piece.size()).data(), piece.data(), piece.size());
    buffer.received(piece.size());
    for (FrameHeader header; buffer.peek(header);) {
      if (check_frame_header(header, kFrameBytesMax) != Errc::ok) return;
      const auto body = buffer.take(header);
      if (body.empty()) break;
      read(header.type, body, events);
    }
  }
}

Seeds seeds() {
  Seeds all;
  ByteSink conversation;
  for (const test::NamedFrame& frame : test::sample_replies()) {
    conversation.put(std::span<const std::byte>(frame.bytes));
    all.push_back({frame.bytes.begin(), frame.bytes.end()});
  }
  all.push_back(conversation.take());
  return all;
}

VENCER_FUZZ_TARGET(replies, run, seeds);

}  // namespace
}  // namespace vencer::fuzz
