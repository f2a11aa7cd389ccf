#include "engine/runtime/snapshot_taker.h"

#include <fmt/format.h>

#include <utility>

#include "engine/runtime/snapshot_documents.h"

namespace vencer {

using Phase = SnapshotExchange::Phase;

void SnapshotTaker::asked_by(const ReplyAddress& from) {
  if (!exchange_.try_ask()) {
    return group_.fail(from, Errc::snapshot_running,
                       fmt::format("a snapshot is being taken already: {} % of it is walked; its "
                                   "end stands in the server's log",
                                   exchange_.percent()));
  }
  asked_by_ = from;
}

int SnapshotTaker::turn() {
  if (!group_.has_open_group()) return 0;
  answer();
  switch (exchange_.phase()) {
    case Phase::asked:
      return begin();
    case Phase::walking:
      return walking_ ? walk() : 0;
    case Phase::cancelled:
      let_go("");
      return 1;
    default:
      return 0;
  }
}

int SnapshotTaker::begin() {
  auto mark = group_.mark_here();
  if (mark == nullptr) return 0;  // no group is free: a later turn
  buffer_ = exchange_.empty_buffer();
  machine_.begin_snapshot(snapshot_documents(), &buffer_);
  walking_ = true;
  SnapshotExchange::Begun begun;
  begun.mark = std::move(mark);
  begun.event_sequence = machine_.event_sequence();
  begun.now = machine_.now();
  begun.tickets = machine_.ticket_count();
  exchange_.begin(std::move(begun));
  return 1;
}

int SnapshotTaker::walk() {
  const SnapshotBounds& bounds = exchange_.bounds();
  if (!exchange_.has_room()) {
    const std::size_t backlog = machine_.snapshot_backlog_bytes();
    if (backlog <= bounds.backlog_bytes_max) return 0;  // the keeper notifies
    let_go(
        fmt::format("{} bytes that commands changed wait to be written, and {} are the most: "
                    "the disk is too slow for this much change",
                    backlog, bounds.backlog_bytes_max));
    return 1;
  }
  // Exactly what the slice needs: a buffer that doubles would double the bound.
  buffer_.reserve(buffer_.size() + machine_.snapshot_backlog_bytes() + bounds.buffer_bytes / 4);
  const bool done = machine_.snapshot_slice(bounds.slice_tickets, &buffer_);
  const SnapshotProgress progress = machine_.snapshot_progress();
  exchange_.show_percent(
      progress.total == 0 ? 0 : static_cast<std::uint32_t>(progress.done * 100 / progress.total));
  if (done || buffer_.size() >= bounds.buffer_bytes) {
    if (!buffer_.empty()) exchange_.hand_over(std::exchange(buffer_, exchange_.empty_buffer()));
  }
  if (done) {
    walking_ = false;
    buffer_ = {};
    exchange_.end_walk();
  }
  return 1;
}

void SnapshotTaker::let_go(const std::string& reason) {
  if (std::exchange(walking_, false)) machine_.abandon_snapshot();
  buffer_ = {};
  exchange_.drop(reason);
}

void SnapshotTaker::answer() {
  auto result = exchange_.take_result();
  if (!result || !asked_by_) return;
  const ReplyAddress to = *std::exchange(asked_by_, std::nullopt);
  if (!*result) return group_.fail(to, result->error().code, result->error().message);
  group_.reply(to, [&](std::uint64_t correlation, Bytes& out) {
    encode_snapshot_reply(correlation, **result, out);
  });
}

}  // namespace vencer
