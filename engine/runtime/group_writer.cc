#include "engine/runtime/group_writer.h"

#include <algorithm>
#include <utility>

#include "engine/core/lag.h"
#include "engine/core/limits.h"
#include "engine/wire/event_record.h"

namespace vencer {
namespace {

// Room for the header of the group and of the step.
constexpr std::size_t kStepOverheadBytes = 4096;

}  // namespace

GroupWriter::GroupWriter(GroupExchange& exchange, Metrics& metrics, std::size_t workers)
    : exchange_(exchange), metrics_(metrics), workers_(workers), reply_bytes_before_(workers, 0) {}

std::size_t GroupWriter::open_bytes() const {
  const std::size_t event_bytes = open_->events == nullptr ? 0 : open_->events->bytes.size();
  return std::max({open_->log.bytes(), event_bytes, static_cast<std::size_t>(open_->reply_bytes)});
}

bool GroupWriter::ready_for(std::size_t step_bytes) {
  if (open_ != nullptr && !open_->empty() &&
      open_bytes() + step_bytes + kStepOverheadBytes > limits::group_bytes_max) {
    close();
  }
  if (open_ == nullptr) {
    open_ = exchange_.take_free();
    if (open_ != nullptr) open_->replies.resize(workers_);
  }
  return open_ != nullptr;
}

bool GroupWriter::close_if_due() {
  if (!has_output()) return false;
  if (exchange_.closed() >= exchange_.in_flight() && open_bytes() < kLargeBytes) {
    exchange_.ask_for_notice();
    // It may have become free before it could see the request.
    if (exchange_.closed() >= exchange_.in_flight()) return false;
  }
  close();
  return true;
}

void GroupWriter::close() {
  for (std::size_t i = 0; i < workers_; ++i) {
    reply_bytes_before_[i] = open_->replies[i] == nullptr ? 0 : open_->replies[i]->bytes.size();
  }
  event_bytes_before_ = open_->events == nullptr ? 0 : open_->events->bytes.size();
  events_before_ = open_->events == nullptr ? 0 : open_->events->count();
  exchange_.close(std::move(open_));
  open_ = exchange_.take_free();
  if (open_ != nullptr) {
    open_->replies.resize(workers_);
  } else {
    exchange_.ask_for_notice();
  }
}

std::shared_ptr<LogMark> GroupWriter::mark_here() {
  if (has_output()) close();
  if (!ready_for(0)) return nullptr;
  open_->mark = std::make_shared<LogMark>();
  return open_->mark;
}

void GroupWriter::log(const StepRecord& step) {
  open_->log.append(step);
}

void GroupWriter::event(const Event& event) {
  if (open_->events == nullptr) {
    open_->events = event_blocks_.take(event_bytes_before_, events_before_);
    open_->events->first_sequence = event.sequence;
  }
  EventBlock& block = *open_->events;
  VENCER_ASSERT(event.sequence == block.first_sequence + block.count());
  encode_event_record(event, block.bytes);
  block.ends.push_back(static_cast<std::uint32_t>(block.bytes.size()));
  metrics_.events.add();
  if (const DurationMs lag = lag_ms(event); lag != kNever) {
    metrics_.lag_ms.record(static_cast<std::uint64_t>(lag));
  }
}

void GroupWriter::fail(const ReplyAddress& to, Errc code, std::string_view message,
                       std::span<const std::string> details) {
  FailureInfo failure;
  failure.code = code;
  failure.message = message;
  failure.details = details;
  reply(to,
        [&](std::uint64_t correlation, Bytes& out) { encode_failure(correlation, failure, out); });
}

ReplyBatch& GroupWriter::replies_for(std::uint32_t worker) {
  VENCER_ASSERT(worker < workers_);
  auto& batch = open_->replies[worker];
  if (batch == nullptr) {
    batch = std::make_unique<ReplyBatch>();
    batch->bytes.reserve(reply_bytes_before_[worker]);
  }
  return *batch;
}

void GroupWriter::add_reply(ReplyBatch& batch, const ReplyAddress& to, std::size_t offset) {
  const std::size_t size = batch.bytes.size() - offset;
  batch.replies.push_back({to.connection, static_cast<std::uint32_t>(offset),
                           static_cast<std::uint32_t>(size), to.request_bytes});
  open_->reply_bytes += size;
}

}  // namespace vencer
