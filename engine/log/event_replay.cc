#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/core/assert.h"
#include "engine/log/event_log_files.h"

namespace vencer::events {

constexpr std::size_t kWalkBufferBytes = 256 << 10;

using Found = std::optional<std::span<const std::byte>>;

Status EventLogFiles::replay(const EventBytes& event) {
  VENCER_ASSERT(!finished_);
  if (failed_) return *failed_;
  return fail(replay_one(event));
}

Status EventLogFiles::begin_replay(std::uint64_t after, std::uint32_t crc, MissingEvents missing) {
  VENCER_ASSERT(!finished_ && file_ == nullptr);
  VENCER_ASSERT(!options_.compare_only || missing != MissingEvents::begin_anew);
  if (failed_) return *failed_;
  reader_.reset();
  walk_ = 0;
  started_ = false;
  const bool none_needed = segments_.empty() && missing == MissingEvents::allow;
  if (Status walked = none_needed ? ok_status() : walk_to(after, crc); !walked) {
    reader_.reset();
    walk_ = 0;
    if (missing != MissingEvents::begin_anew) return walked;
    if (Status dropped = drop_from(0); !dropped) return fail(dropped);
  }
  started_ = true;
  next_ = segment_at_ = replayed_from_ = after + 1;
  return ok_status();
}

Status EventLogFiles::walk_to(std::uint64_t after, std::uint32_t crc) {
  const std::string what = fmt::format("the snapshot rests on event {}", after);
  if (segments_.empty()) {
    if (after == 0) return ok_status();
    return Error{Errc::internal,
                 fmt::format("{}: no event segments are here, and {}", options_.directory, what)};
  }
  const auto behind =
      std::upper_bound(segments_.begin(), segments_.end(), after,
                       [](std::uint64_t s, const Segment& one) { return s < one.first; });
  walk_ =
      behind == segments_.begin() ? 0 : static_cast<std::size_t>(behind - segments_.begin()) - 1;
  if (auto status = open_walk(); !status) return status;
  for (std::uint64_t at = segments_[walk_].first; at <= after; ++at) {
    const std::uint64_t offset = reader_->offset();
    auto found = walk_next(at);
    if (!found) return found.error();
    if (!*found) {
      return Error{Errc::internal,
                   fmt::format("{} at byte {}: event {} is missing or damaged, and {}",
                               segments_[walk_].path, offset, at, what)};
    }
    if (at == after && crc != 0 && record_crc(seed_, at, **found) != crc) {
      return Error{Errc::internal, fmt::format("{} at byte {}: event {} is another one than the "
                                               "snapshot rests on (CRC differs)",
                                               segments_[walk_].path, offset, at)};
    }
  }
  return ok_status();
}

Status EventLogFiles::replay_one(const EventBytes& event) {
  if (!std::exchange(started_, true)) {
    next_ = replayed_from_ = event.sequence;
    if (auto status = start_walk(event.sequence); !status) return status;
  }
  VENCER_ASSERT(event.sequence == next_);
  ++next_;
  if (reader_ == nullptr) return write_missing(event);
  if (event.sequence < segments_.front().first) return ok_status();  // kept no longer
  const std::uint64_t at = reader_->offset();
  auto found = walk_next(event.sequence);
  if (!found) return found.error();
  if (!*found) {
    if (options_.proves_groups) {
      if (auto status = look_for_proof(event.sequence); !status) return status;
    }
    if (auto status = end_walk(); !status) return status;
    return write_missing(event);
  }
  if (!std::ranges::equal(**found, event.bytes)) {
    return Error{Errc::internal,
                 fmt::format("{} near byte {}: event {} is whole here ({} bytes) but the log makes "
                             "another one ({} bytes): the same log must give the same events. If "
                             "this is another build, use the one that wrote them",
                             segments_[walk_].path, at, event.sequence, (*found)->size(),
                             event.bytes.size())};
  }
  ++compared_;
  return write_again(event.sequence);
}

Status EventLogFiles::start_walk(std::uint64_t sequence) {
  if (segments_.empty()) return ok_status();
  if (auto status = open_walk(); !status) return status;
  for (std::uint64_t at = segments_.front().first; at < sequence; ++at) {
    auto found = walk_next(at);
    if (!found) return found.error();
    if (!*found) {
      return Error{Errc::internal,
                   fmt::format("{} at byte {}: event {} is missing or damaged, and "
                               "the replay begins after it, with event {}",
                               segments_[walk_].path, reader_->offset(), at, sequence)};
    }
  }
  return ok_status();
}

Status EventLogFiles::open_walk() {
  Segment& segment = segments_[walk_];
  segment.marks.clear();
  segment.indexed = true;
  auto file = storage_.open(segment.path, OpenMode::read);
  if (!file) return file.error();
  const std::uint64_t begin = sizeof(SegmentHeader);
  reader_ = std::make_unique<RecordReader>(
      std::move(*file), seed_, begin, segment.headed ? segment.bytes : begin, kWalkBufferBytes);
  return ok_status();
}

// The event of this sequence on the disk, here or at the start of the next segment.
Result<Found> EventLogFiles::walk_next(std::uint64_t sequence) {
  const std::uint64_t at = reader_->offset();
  auto found = reader_->next(sequence);
  if (!found) return found.error();
  if (*found) {
    segments_[walk_].mark(sequence, at);
    return found;
  }
  const bool ended = segments_[walk_].headed && at == segments_[walk_].bytes;
  if (!ended || walk_ + 1 == segments_.size() || segments_[walk_ + 1].first != sequence) {
    return Found();
  }
  ++walk_;
  if (auto status = open_walk(); !status) return status.error();
  found = reader_->next(sequence);
  if (found && *found) segments_[walk_].mark(sequence, sizeof(SegmentHeader));
  return found;
}

// What lies behind is cut off, as soon as something is written in its place.
Status EventLogFiles::end_walk() {
  if (auto status = end_again(); !status) return status;
  cut_at_ = reader_->offset();
  reader_.reset();
  while (segments_.size() > walk_ + 1) {
    behind_.push_front(std::move(segments_.back()));
    segments_.pop_back();
  }
  return ok_status();
}

Status EventLogFiles::write_missing(const EventBytes& event) {
  ++rewritten_;
  if (options_.compare_only) return ok_status();
  if (!options_.durable_only || event.sequence <= durable_through_) return put_missing(event);
  held_.push_back({event.sequence, {event.bytes.begin(), event.bytes.end()}});
  return ok_status();
}

Status EventLogFiles::durable_through(std::uint64_t sequence) {
  if (failed_) return *failed_;
  durable_through_ = std::max(durable_through_, sequence);
  for (; !held_.empty() && held_.front().sequence <= durable_through_; held_.pop_front()) {
    const Held& held = held_.front();
    if (auto status = fail(put_missing({held.sequence, held.bytes})); !status) return status;
  }
  return ok_status();
}

Status EventLogFiles::put_missing(const EventBytes& event) {
  if (cut_at_) {
    if (auto status = keep_proof(); !status) return status;
    if (auto status = cut(); !status) return status;
  }
  if (auto status = drop_behind(event.sequence); !status) return status;
  return put(event);
}

// Writing begins where the walk has ended. Synced, so that nothing that was cut off can come back
// beside what is written in its place.
Status EventLogFiles::cut() {
  const std::uint64_t offset = *std::exchange(cut_at_, std::nullopt);
  Segment& segment = segments_[walk_];
  if (!segment.headed || offset == sizeof(SegmentHeader)) {
    // Later segments alone would look like what retention has left.
    if (auto status = drop_behind(walk_ == 0 ? UINT64_MAX : 0); !status) return status;
    return drop_from(walk_);
  }
  auto file = storage_.open(segment.path, OpenMode::read_write);
  if (!file) return file.error();
  file_ = std::move(*file);
  buffer_at_ = offset;
  if (segment.bytes == offset) return ok_status();
  segment.bytes = offset;
  if (auto status = file_->truncate(offset); !status) return status;
  return file_->sync();
}

// Of the segments that were cut off, those that begin up to this event.
Status EventLogFiles::drop_behind(std::uint64_t through) {
  if (behind_.empty() || behind_.front().first > through) return ok_status();
  for (; !behind_.empty() && behind_.front().first <= through; behind_.pop_front()) {
    if (auto status = storage_.remove(behind_.front().path); !status) return status;
  }
  return storage_.sync_directory(options_.directory);
}

Status EventLogFiles::drop_from(std::size_t segment) {
  if (segments_.size() <= segment) return ok_status();
  while (segments_.size() > segment) {
    if (auto status = storage_.remove(segments_.back().path); !status) return status;
    segments_.pop_back();
  }
  return storage_.sync_directory(options_.directory);
}

}  // namespace vencer::events
