#include "net/server/subscriptions.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "engine/wire/tenant_id.h"

namespace vencer {
namespace {

// Frames looked at in one pump(), passed or not: commands wait meanwhile, a millisecond at most.
constexpr int kStepsMax = 4;

void fail(const EventHub& hub, std::uint64_t correlation, Errc code, const std::string& message,
          Bytes& out) {
  FailureInfo failure;
  failure.code = code;
  failure.message = message;
  failure.epoch = hub.epoch();
  failure.first_sequence = hub.first_sequence();
  encode_failure(correlation, failure, out);
}

std::string gone(const EventHub& hub, std::uint64_t sequence) {
  return fmt::format("event {} is no longer kept; the first one is {}", sequence,
                     hub.first_sequence());
}

}  // namespace

void Subscriptions::add(const SubscribeRequest& request, std::uint32_t partition,
                        std::uint64_t correlation, std::uint32_t tenant_count, Bytes& out) {
  EventEncoder& encoder = *encoders_[partition];
  const EventHub& hub = encoder.hub();
  const auto same = [&](const Stream& stream) { return stream.correlation == correlation; };
  if (std::any_of(streams_.begin(), streams_.end(), same)) {
    return fail(hub, correlation, Errc::limit, "this correlation id names a subscription already",
                out);
  }
  if (streams_.size() >= count_max_) {
    return fail(hub, correlation, Errc::limit,
                fmt::format("a connection holds at most {} subscriptions", count_max_), out);
  }
  if (request.tenant > tenant_count) {
    return fail(hub, correlation, Errc::unknown_tenant,
                fmt::format("no tenant has the id {}", wire_tenant(partition, request.tenant)),
                out);
  }
  if (request.epoch != 0 && request.epoch != hub.epoch()) {
    return fail(hub, correlation, Errc::epoch_changed,
                fmt::format("the stream's epoch is {}, not {}", hub.epoch(), request.epoch), out);
  }
  // Both before last: it only grows.
  const std::uint64_t first = hub.first_sequence();
  const std::uint64_t after_last = hub.last_sequence() + 1;
  Stream stream{&encoder, correlation, {request.tenant, request.types}, after_last, false, {}};
  if (request.from == SubscribeFrom::earliest) stream.next_sequence = first;
  if (request.from == SubscribeFrom::sequence) {
    stream.next_sequence = request.sequence;
    if (request.sequence < first) {
      return fail(hub, correlation, Errc::events_gone, gone(hub, request.sequence), out);
    }
    if (request.sequence > after_last) {
      // Events that this consumer has seen are not part of this stream.
      return fail(
          hub, correlation, Errc::epoch_changed,
          fmt::format("the stream ends at {}, before event {}", after_last - 1, request.sequence),
          out);
    }
  }
  encode_subscribe_reply(correlation, {hub.partition(), hub.epoch(), stream.next_sequence, first},
                         out);
  stream.reader = hub.enter(stream.next_sequence);
  streams_.push_back(std::move(stream));
  encoder.stream_opened();
}

void Subscriptions::clear() {
  for (const Stream& stream : streams_) stream.encoder->streams_closed(1);
  streams_.clear();
}

void Subscriptions::remove(std::uint64_t correlation, Bytes& out) {
  const auto found = std::find_if(streams_.begin(), streams_.end(), [&](const Stream& stream) {
    return stream.correlation == correlation;
  });
  if (found == streams_.end()) {
    return fail(encoders_.front()->hub(), correlation, Errc::limit,
                "this correlation id names no subscription", out);
  }
  const EventHub& hub = found->encoder->hub();
  encode_subscribe_reply(
      correlation, {hub.partition(), hub.epoch(), found->next_sequence, hub.first_sequence()}, out);
  found->encoder->streams_closed(1);
  streams_.erase(found);
}

bool Subscriptions::step(Stream& stream, Bytes& out) {
  const EventHub& hub = stream.encoder->hub();
  const auto step =
      stream.encoder->append(stream.next_sequence, stream.filter, stream.correlation, out);
  if (!step) {
    const bool is_gone = step.error().code == Errc::events_gone;
    fail(hub, stream.correlation, step.error().code,
         is_gone ? gone(hub, stream.next_sequence) : step.error().message, out);
    return false;
  }
  stream.next_sequence = step->next_sequence;
  stream.reader->move_to(stream.next_sequence);
  stream.moved_silently = !step->any;
  return true;
}

bool Subscriptions::pump(std::size_t out_bytes_max, Bytes& out) {
  int steps = 0;
  bool behind = true;
  // In turns, so that one stream that is far behind does not hold up the others.
  while (behind) {
    behind = false;
    for (std::size_t i = 0; i < streams_.size();) {
      const std::uint64_t last = streams_[i].encoder->hub().last_sequence();
      if (streams_[i].next_sequence > last) {
        ++i;
        continue;
      }
      if (out.size() >= out_bytes_max || steps++ == kStepsMax) {
        std::rotate(streams_.begin(), streams_.begin() + static_cast<std::ptrdiff_t>(i),
                    streams_.end());  // it is the first next time
        return true;
      }
      if (step(streams_[i], out)) {
        behind = behind || streams_[i].next_sequence <= last;
        ++i;
      } else {
        streams_[i].encoder->streams_closed(1);
        streams_.erase(streams_.begin() + static_cast<std::ptrdiff_t>(i));
      }
    }
  }
  return false;
}

void Subscriptions::heartbeat(Bytes& out) {
  for (Stream& stream : streams_) {
    if (!stream.moved_silently) continue;
    stream.moved_silently = false;
    const EventHub& hub = stream.encoder->hub();
    encode_events(stream.correlation, hub.partition(), hub.epoch(), {}, stream.next_sequence, out);
  }
}

}  // namespace vencer
