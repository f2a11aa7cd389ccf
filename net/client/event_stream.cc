#include "net/client/event_stream.h"

#include <vencer_generated.h>

#include <algorithm>

namespace vencer {

Result<StreamStart> EventStream::wait_for_start(DurationMs timeout_ms) {
  if (started_.wait_for(std::chrono::milliseconds(timeout_ms)) != std::future_status::ready) {
    return Error{Errc::timeout, "no answer to the subscription in time"};
  }
  return started_.get();
}

void EventStream::on_answer(const Answer& answer) {
  if (ended_) return;
  const auto type = static_cast<wire::FrameType>(answer.frame_type);
  if (!open_) {
    const bool right = answer.lost == nullptr && type == wire::FrameType::subscribe_reply;
    Result<StreamStart> start = right ? read_stream_start(answer.body) : unexpected(answer);
    open_ = start.ok();
    ended_ = !open_;
    start_.set_value(std::move(start));
    return;
  }
  if (answer.lost == nullptr && type == wire::FrameType::events) {
    if (waiting_for_names_) {
      waiting_.push_back({{answer.body.begin(), answer.body.end()}, 0});
    } else {
      on_events(answer.body, 0);
    }
    return;
  }
  if (answer.lost == nullptr && type == wire::FrameType::subscribe_reply)
    return;  // of an Unsubscribe
  end(unexpected(answer));
}

// Of this version or a newer one. Says so once, whether or not they come.
bool EventStream::needs_names(TenantId tenant, std::uint32_t version) {
  std::uint32_t& asked = asked_[tenant];
  if (asked >= version) return false;
  const std::uint32_t known = client_.names_of(tenant)->version;
  asked = std::max(version, known);
  return known < version;
}

std::optional<EventStream::Stop> EventStream::stop(std::span<const Event> events,
                                                   std::size_t first) {
  const TenantId own = client_.current_names()->tenant;
  for (std::size_t i = first; i < events.size(); ++i) {
    const Event& event = events[i];
    if (event.tenant != own && !every_tenant_) continue;
    const std::uint32_t version = event.type == EventType::config_applied ? event.version : 1;
    if (needs_names(event.tenant, version)) return Stop{i, event.tenant};
  }
  return std::nullopt;
}

void EventStream::on_events(std::span<const std::byte> body, std::size_t first) {
  Result<EventBatch> batch = reader_.read(body);
  if (!batch) return end(batch.error());
  const std::span<const Event> events = batch->events;
  const std::optional<Stop> stops = stop(events, first);
  EventBatch part = *batch;
  part.events = events.subspan(first, (stops ? stops->at : events.size()) - first);
  if (stops) {
    if (!part.events.empty()) part.next_sequence = part.events.back().sequence + 1;
    waiting_.push_front({{body.begin(), body.end()}, stops->at});
    waiting_for_names_ = true;
  }
  if (handlers_.events && (!stops || !part.events.empty())) handlers_.events(part);
  if (!stops) return;
  client_.refresh_in_background(stops->tenant, [self = shared_from_this()] {
    self->waiting_for_names_ = false;
    self->go_on();
  });
}

void EventStream::go_on() {
  while (!waiting_.empty() && !waiting_for_names_ && !ended_) {
    const Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    on_events(next.body, next.first);
  }
}

void EventStream::end(const Error& error) {
  ended_ = true;
  waiting_.clear();
  if (handlers_.end) handlers_.end(error);
}

}  // namespace vencer
