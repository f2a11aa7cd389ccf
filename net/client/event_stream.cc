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

std::size_t EventStream::stop_behind(std::span<const Event> events, std::size_t first) {
  const std::shared_ptr<const Names> names = client_.current_names();
  const std::uint32_t known = std::max(names->version, names_version_);
  for (std::size_t i = first; i < events.size(); ++i) {
    const Event& event = events[i];
    if (event.type == EventType::config_applied && event.tenant == names->tenant &&
        event.version > known) {
      names_version_ = event.version;
      return i + 1;
    }
  }
  return events.size() + 1;
}

void EventStream::on_events(std::span<const std::byte> body, std::size_t first) {
  Result<EventBatch> batch = reader_.read(body);
  if (!batch) return end(batch.error());
  const std::span<const Event> events = batch->events;
  const std::size_t stop = stop_behind(events, first);
  const bool whole = stop > events.size();
  EventBatch part = *batch;
  part.events = events.subspan(first, (whole ? events.size() : stop) - first);
  if (!whole) {
    part.next_sequence = events[stop - 1].sequence + 1;
    waiting_.push_front({{body.begin(), body.end()}, stop});
    waiting_for_names_ = true;
  }
  if (handlers_.events) handlers_.events(part);
  if (whole) return;
  client_.refresh_in_background([self = shared_from_this()] {
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
