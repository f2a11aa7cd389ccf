#include "tests/sim/subscriber.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/event.h"
#include "engine/wire/event_record.h"
#include "engine/wire/reply_codec.h"

namespace vencer::sim {
namespace {

constexpr std::uint64_t kEpoch = 1;  // durability sync: it never changes

}  // namespace

void Subscriber::on_hello(const wire::HelloReply& hello) {
  if (hello.epoch() != kEpoch) {
    return site_.truth.complain(fmt::format("the stream's epoch is {}, not 1", hello.epoch()));
  }
  subscribe();
}

void Subscriber::subscribe() {
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(wire::CreateSubscribe(builder, kNoTenant, wire::SubscribeFrom::sequence, next_,
                                       kEpoch, types_));
  ++site_.counters.streams_resumed;
  send(wire::FrameType::subscribe, ++correlation_, builder);
}

void Subscriber::on_frame(const FrameHeader& header, std::span<const std::byte> frame) {
  const auto type = static_cast<wire::FrameType>(header.type);
  if (header.correlation < correlation_) return;
  if (header.correlation > correlation_) {
    return site_.truth.complain("a subscriber gets what it did not ask for");
  }
  if (type == wire::FrameType::subscribe_reply) {
    const auto* reply = read<wire::SubscribeReply>(frame);
    if (reply != nullptr && reply->next_sequence() != next_) {
      site_.truth.complain(fmt::format("GAP: a stream asked for from event {} begins at {}", next_,
                                       reply->next_sequence()));
    }
    streaming_ = true;
    return;
  }
  if (type == wire::FrameType::events) return on_events(header.correlation, frame);
  if (type == wire::FrameType::error) return on_refusal(frame);
  site_.truth.complain("a subscriber gets a frame of type " + std::to_string(header.type));
}

void Subscriber::on_events(std::uint64_t correlation, std::span<const std::byte> frame) {
  const auto* events = read<wire::Events>(frame);
  if (events == nullptr) return;
  const std::uint64_t end = events->next_sequence();
  if (end < next_ || end - 1 > site_.truth.last_sequence()) {
    return site_.truth.complain(
        fmt::format("UNPROVEN: events {} to {} are told; the durable history has {}", next_,
                    end - 1, site_.truth.last_sequence()));
  }
  std::vector<std::span<const std::byte>> records;
  for (std::uint64_t s = next_; s < end; ++s) {
    const auto record = site_.truth.record(s);
    if (types_ == 0 || (event_bit(record_type(record)) & types_) != 0) records.push_back(record);
  }
  Bytes expected;
  encode_events(correlation, 0, kEpoch, records, end, expected);
  if (!std::equal(expected.begin(), expected.end(), frame.begin(), frame.end())) {
    return site_.truth.complain(
        fmt::format("OTHER EVENTS: {} to {} are not those of the one true stream", next_, end - 1));
  }
  site_.counters.events_received += records.size();
  next_ = end;
}

void Subscriber::on_refusal(std::span<const std::byte> frame) {
  const auto* failure = read<wire::Failure>(frame);
  if (failure == nullptr) return;
  const auto code = static_cast<Errc>(failure->code());
  if (code == Errc::events_gone && failure->first_sequence() > next_) {
    ++site_.counters.streams_behind;
    next_ = failure->first_sequence();  // it has been told what is gone
    return subscribe();
  }
  if (code == Errc::shutting_down || code == Errc::overloaded) return hang_up();
  site_.truth.complain(fmt::format("a subscriber at event {} is refused: {}: {}", next_,
                                   to_string(code),
                                   failure->message() ? failure->message()->str() : ""));
}

}  // namespace vencer::sim
