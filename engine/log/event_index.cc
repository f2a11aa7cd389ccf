// What an event log does beside replay and append: the index of segments that no replay has walked,
// what was written on its way to the disk, and syncing for a snapshot.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/core/assert.h"
#include "engine/log/event_log_files.h"

namespace vencer::events {
namespace {

constexpr std::size_t kIndexBufferBytes = 1 << 20;
constexpr std::uint64_t kWriteOutBytes = 1 << 20;
constexpr std::uint64_t kPageBytes = 4096;

}  // namespace

std::optional<Segment> EventLogFiles::unindexed(std::uint64_t sequence) const {
  const std::lock_guard hold(mutex_);
  const auto behind =
      std::upper_bound(segments_.begin(), segments_.end(), sequence,
                       [](std::uint64_t s, const Segment& one) { return s < one.first; });
  if (behind == segments_.begin() || std::prev(behind)->indexed) return std::nullopt;
  return *std::prev(behind);
}

// Reads the segment once. Where a record is damaged the index ends; whoever reads there is told.
Status EventLogFiles::index(const Segment& segment) const {
  auto file = storage_.open(segment.path, OpenMode::read);
  if (!file) return file.error();
  Segment walked = segment;
  RecordReader reader(std::move(*file), seed_, sizeof(SegmentHeader),
                      segment.headed ? segment.bytes : sizeof(SegmentHeader), kIndexBufferBytes);
  std::uint64_t sequence = segment.first;
  while (true) {
    const std::uint64_t at = reader.offset();
    auto event = reader.next(sequence);
    if (!event) return event.error();
    if (!*event) break;
    walked.mark(sequence++, at);
  }
  std::uint64_t next = 0;  // first event of the segment behind it
  {
    const std::lock_guard hold(mutex_);
    const auto same = std::ranges::find(segments_, segment.first, &Segment::first);
    if (same == segments_.end()) return ok_status();  // gone meanwhile
    same->marks = std::move(walked.marks);
    same->indexed = true;
    if (std::next(same) != segments_.end()) next = std::next(same)->first;
  }
  if (next == 0 || next == sequence) return ok_status();
  return Error{Errc::internal,
               fmt::format("{} at byte {}: event {} is missing or damaged, and the segment behind "
                           "this one begins with event {}; those between cannot be read",
                           segment.path, reader.offset(), sequence, next)};
}

// Left to the system, half a minute of events goes to the disk at once, and what the log writes
// meanwhile waits behind it: 40 to 80 ms. So they go as they come, by whole pages: each once.
bool EventLogFiles::write_out() {
  std::string path;  // of what is not being written any more: nothing is allocated else
  std::uint64_t end = 0;
  bool last = false;
  {
    const std::lock_guard hold(mutex_);
    if (segments_.empty()) return false;
    if (written_out_.segment == 0) {  // what the replay wrote, else the newest
      auto begin = std::ranges::upper_bound(segments_, replayed_from_, {}, &Segment::first);
      written_out_.segment = begin == segments_.begin() ? begin->first : std::prev(begin)->first;
    }
    // Behind the replay segments go from the front alone, and the newest stays.
    auto at = std::ranges::lower_bound(segments_, written_out_.segment, {}, &Segment::first);
    const bool whole = at->first == written_out_.segment && written_out_.offset >= at->bytes;
    if (whole && std::next(at) != segments_.end()) ++at;
    if (at->first != written_out_.segment) written_out_ = {at->first, 0, nullptr};
    last = std::next(at) == segments_.end();
    end = last ? at->bytes - at->bytes % kPageBytes : at->bytes;
    if (end <= written_out_.offset) return false;
    if (written_out_.file == nullptr) written_out_.file = at->file;
    if (written_out_.file == nullptr) path = at->path;
  }
  if (written_out_.file == nullptr) {
    auto file = storage_.open(path, OpenMode::read_write);
    if (!file) return false;  // retention took it meanwhile
    written_out_.file = std::move(*file);
  }
  const std::uint64_t bytes = std::min(end - written_out_.offset, kWriteOutBytes);
  written_out_.file->write_out(written_out_.offset, bytes);
  written_out_.offset += bytes;
  return written_out_.offset < end || !last;
}

Result<bool> EventLogFiles::tidy() {
  auto removed = removal_.step();
  if (!removed || *removed) return removed;
  std::optional<Segment> segment;  // the newest one: readers are mostly near the end
  {
    const std::lock_guard hold(mutex_);
    const auto found = std::find_if(segments_.rbegin(), segments_.rend(),
                                    [](const Segment& one) { return !one.indexed; });
    if (found != segments_.rend()) segment = *found;
  }
  if (!segment) return false;
  if (auto status = index(*segment); !status) return status.error();
  return true;
}

bool EventLogFiles::sync_failed() const {
  const std::lock_guard hold(mutex_);
  return sync_failed_.has_value();
}

// All segments up to this event's, but for those of which that was done. By their names: no file is
// kept open for it, so that what retention takes is free at once.
Status EventLogFiles::sync_segments(std::uint64_t sequence) {
  std::vector<std::string> paths;
  {
    const std::lock_guard hold(mutex_);
    if (sync_failed_) return *sync_failed_;
    for (std::size_t i = 0; i < segments_.size() && segments_[i].first <= sequence; ++i) {
      const bool whole = i + 1 < segments_.size() && segments_[i + 1].first <= synced_through_ + 1;
      if (!whole) paths.push_back(segments_[i].path);
    }
  }
  const auto failed_sync = [this](const Error& error) -> Error {
    const std::lock_guard hold(mutex_);
    sync_failed_ = error;
    return error;
  };
  for (const std::string& path : paths) {
    auto file = storage_.open(path, OpenMode::read_write);
    if (!file) {
      if (!storage_.exists(path)) continue;  // retention took it meanwhile
      return file.error();                   // nothing was lost by it
    }
    if (auto status = (*file)->sync(); !status) return failed_sync(status.error());
  }
  if (auto status = storage_.sync_directory(options_.directory); !status) {
    return failed_sync(status.error());
  }
  {
    const std::lock_guard hold(mutex_);
    synced_through_ = std::max(synced_through_, sequence);
  }
  return ok_status();
}

Result<std::uint32_t> EventLogFiles::sync_through(std::uint64_t sequence) {
  // Whose wish comes from another thread cannot know what a full disk holds up.
  if (const std::uint64_t last = last_sequence(); sequence > last) {
    return Error{Errc::disk_full,
                 fmt::format("{}: event {} is not written yet, the last one on the disk is {}: the "
                             "disk is full",
                             options_.directory, sequence, last)};
  }
  if (sequence == 0) return std::uint32_t{0};
  if (unvouched_from_ != 0 && sequence >= unvouched_from_) return unvouched();
  if (auto status = sync_segments(sequence); !status) return status.error();
  auto batch = read_from(sequence, 1);
  if (!batch) {
    if (batch.error().code == Errc::events_gone) return std::uint32_t{0};
    return batch.error();
  }
  VENCER_ASSERT(!batch->records.empty());
  return record_crc(seed_, sequence, batch->records.front());
}

}  // namespace vencer::events
