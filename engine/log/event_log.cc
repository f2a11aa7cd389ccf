#include "engine/log/event_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/core/assert.h"
#include "engine/log/event_log_files.h"

namespace vencer {

Result<std::unique_ptr<EventLog>> EventLog::open(Storage& storage, const EventLogOptions& options) {
  auto log = std::make_unique<events::EventLogFiles>(storage, options);
  if (auto status = log->load(); !status) return status.error();
  return std::unique_ptr<EventLog>(std::move(log));
}

std::uint64_t epoch_of_events(Storage& storage, const std::string& directory) {
  if (!storage.exists(directory)) return 0;
  const auto names = storage.list(directory);
  if (!names) return 0;
  for (const std::string& name : *names) {
    if (!events::parse_segment_name(name)) continue;
    const auto file = storage.open(directory + "/" + name, OpenMode::read);
    if (!file) continue;
    events::SegmentHeader header{};
    const auto got = (*file)->read_at(0, std::as_writable_bytes(std::span(&header, 1)));
    if (got && *got == sizeof header && events::header_intact(header)) return header.epoch;
  }
  return 0;
}

namespace events {

constexpr std::size_t kReadBytesMax = 1 << 20;  // at once, from the disk

EventLogFiles::EventLogFiles(Storage& storage, const EventLogOptions& options)
    : storage_(storage),
      options_(options),
      seed_(record_seed(header_for(options, 1))),
      removal_(storage, options.directory) {}

Status EventLogFiles::load() {
  if (options_.compare_only) {
    if (!storage_.exists(options_.directory)) return ok_status();
  } else if (auto status = storage_.make_directory(options_.directory); !status) {
    return status;
  }
  auto names = storage_.list(options_.directory);
  if (!names) return names.error();
  for (const std::string& name : *names) {
    const auto first = parse_segment_name(name);
    if (!first) continue;
    auto segment = load_segment(storage_, options_, *first);
    if (!segment) return segment.error();
    segments_.push_back(std::move(*segment));
  }
  if (!segments_.empty()) first_ = segments_.front().first;
  if (auto status = load_proof(); !status) return status;
  return removal_.find_leftovers();
}

Status EventLogFiles::fail(const Status& status) {
  if (!status && !failed_) failed_ = status.error();
  return status;
}

Status EventLogFiles::append(std::span<const EventBytes> events) {
  VENCER_ASSERT(finished_);
  if (failed_) return *failed_;
  disk_full_ = false;
  for (const EventBytes& event : events) {
    VENCER_ASSERT(event.sequence == next_);
    if (auto status = fail(put(event)); !status) return status;
    ++next_;
  }
  const Status flushed = flush();
  unwritten_.store(buffer_.size(), std::memory_order_release);
  if (!flushed && flushed.error().code == Errc::disk_full) return flushed;
  if (!flushed) return fail(flushed);
  last_.store(next_ - 1, std::memory_order_release);
  return ok_status();
}

// What a full disk has taken of it is written again, at the same place.
Status EventLogFiles::flush() {
  if (buffer_.empty()) return ok_status();
  if (file_ == nullptr) {
    if (auto status = roll(waiting_first_, waiting_time_); !status) return status;
  }
  if (auto status = file_->write_at(buffer_at_, buffer_); !status) return status;
  buffer_at_ += buffer_.size();
  buffer_.clear();
  const std::lock_guard hold(mutex_);
  segments_.back().bytes = buffer_at_;
  return ok_status();
}

TimeMs EventLogFiles::time_of(const EventBytes& event) const {
  return options_.time_of == nullptr ? kNever : options_.time_of(event.bytes);
}

// Goes to a new file when this one is full.
Status EventLogFiles::make_place(const EventBytes& event) {
  constexpr std::size_t kFlushBytes = 1 << 20;
  if (file_ == nullptr) {
    if (auto status = flush(); !status) return status;
  }
  const std::uint64_t at = buffer_at_ + buffer_.size();
  const bool full = at > sizeof(SegmentHeader) &&
                    (event.sequence == segment_at_ ||
                     at + record_bytes(event.bytes.size()) > options_.segment_bytes);
  if (file_ == nullptr || full) {
    if (auto status = flush(); !status) return status;
    return roll(event.sequence, time_of(event));
  }
  return buffer_.size() >= kFlushBytes ? flush() : ok_status();
}

// Behind the last record, in the buffer. On a full disk it stays there, and the segment becomes
// longer than it should, or is yet to be made: events are not lost for want of room. (A replay can
// wait for none.)
Status EventLogFiles::put(const EventBytes& event) {
  if (!disk_full_) {
    const Status made = make_place(event);
    disk_full_ = !made && made.error().code == Errc::disk_full && finished_;
    if (!made && !disk_full_) return made;
  }
  if (file_ == nullptr) return wait_for_segment(event);
  const std::uint64_t offset = buffer_at_ + buffer_.size();
  Segment& segment = segments_.back();  // only this thread changes marks
  if (segment.marks.empty() || offset >= segment.marks.back().offset + kMarkEveryBytes) {
    const std::lock_guard hold(mutex_);
    segment.mark(event.sequence, offset);
  }
  append_record(seed_, event.sequence, event.bytes, &buffer_);
  return ok_status();
}

// The first segment of all could not be made. (Marks are for the rest of it.)
Status EventLogFiles::wait_for_segment(const EventBytes& event) {
  if (buffer_.empty()) {
    waiting_first_ = event.sequence;
    waiting_time_ = time_of(event);
  }
  append_record(seed_, event.sequence, event.bytes, &buffer_);
  return ok_status();
}

Status EventLogFiles::roll(std::uint64_t first, TimeMs time) {
  Segment segment;
  segment.first = first;
  segment.path = options_.directory + "/" + segment_name(first);
  segment.headed = true;
  segment.indexed = true;  // as it is written
  segment.bytes = sizeof(SegmentHeader);
  segment.first_time = time;
  auto file = storage_.open(segment.path, OpenMode::create_new);
  if (!file) {
    // Of a full disk there may be the name; the next segment begins with another event.
    if (file.error().code == Errc::disk_full) (void)storage_.remove(segment.path);
    return file.error();
  }
  const SegmentHeader header = header_for(options_, first);
  if (auto status = (*file)->write_at(0, std::as_bytes(std::span(&header, 1))); !status) {
    (void)storage_.remove(segment.path);  // it is made again when there is room
    return status;
  }
  file_ = std::move(*file);  // sync() opens those before it again
  segment.file = file_;
  buffer_at_ = sizeof header;
  {
    const std::lock_guard hold(mutex_);
    if (!segments_.empty()) segments_.back().file.reset();  // one open file, however many there are
    segments_.push_back(std::move(segment));
    first_.store(segments_.front().first, std::memory_order_release);
  }
  apply_retention();
  return ok_status();
}

// All events of the oldest segment are older than the one after it begins.
bool EventLogFiles::oldest_is_too_old() const {
  const TimeMs ended = segments_[1].first_time, newest = segments_.back().first_time;
  return options_.retention_ms > 0 && ended != kNever && newest != kNever &&
         newest - ended > options_.retention_ms;
}

// The files go bit by bit, by tidy(). (A crash before: they are here again, and go again.)
void EventLogFiles::apply_retention() {
  const std::lock_guard hold(mutex_);
  std::uint64_t total = 0;
  for (const Segment& segment : segments_) total += segment.bytes;
  while (segments_.size() > 1 && (total > options_.retention_bytes || oldest_is_too_old())) {
    total -= segments_.front().bytes;
    removal_.take(std::move(segments_.front().path));
    segments_.pop_front();
    first_.store(segments_.front().first, std::memory_order_release);
  }
}

Status EventLogFiles::sync() {
  if (failed_) return *failed_;
  // What a full disk did not take; if it still does not, the replay makes it again.
  if (finished_) {
    const Status rest = append({});
    if (!rest && rest.error().code != Errc::disk_full) return rest;
  }
  if (auto status = fail(sync_segments(last_sequence())); !status) return status;
  return unvouched_from_ == 0 ? ok_status() : Status(unvouched());
}

Result<EventLog::Batch> EventLogFiles::read_from(std::uint64_t sequence,
                                                 std::size_t max_bytes) const {
  Batch batch;
  batch.first_sequence = sequence;
  const std::uint64_t last = last_sequence();
  if (sequence > last) return batch;
  if (const auto segment = unindexed(sequence)) {
    if (auto status = index(*segment); !status) return status.error();
  }
  View view;
  {
    const std::lock_guard hold(mutex_);
    const auto behind =
        std::upper_bound(segments_.begin(), segments_.end(), sequence,
                         [](std::uint64_t s, const Segment& one) { return s < one.first; });
    if (behind != segments_.begin()) {
      const Segment& segment = *std::prev(behind);
      view = {segment.path, segment.bytes, segment.mark_before(sequence)};
    }
  }
  Result<Batch> read = batch;
  if (!view.path.empty()) read = read_file(view, sequence, last, max_bytes);
  // Looked at last: retention may have taken the file meanwhile.
  const std::uint64_t first = first_sequence();
  if (sequence < first && (view.path.empty() || !read)) {
    return Error{Errc::events_gone,
                 fmt::format("event {} is gone; the oldest kept is {}", sequence, first)};
  }
  return read;
}

Result<EventLog::Batch> EventLogFiles::read_file(const View& view, std::uint64_t sequence,
                                                 std::uint64_t last, std::size_t max_bytes) const {
  auto file = storage_.open(view.path, OpenMode::read);
  if (!file) return file.error();
  const std::size_t buffer = std::min<std::size_t>(max_bytes, kReadBytesMax) + kMarkEveryBytes;
  RecordReader reader(std::move(*file), seed_, view.from.offset, view.end, buffer);
  Batch batch;
  batch.first_sequence = sequence;
  std::vector<std::pair<std::size_t, std::size_t>> places;
  for (std::uint64_t at = view.from.sequence; at <= last && reader.offset() < view.end; ++at) {
    auto event = reader.next(at);
    if (!event) return event.error();
    if (!*event) {
      return Error{Errc::internal, fmt::format("{} at byte {}: event {} is damaged", view.path,
                                               reader.offset(), at)};
    }
    if (at < sequence) continue;
    const std::size_t begin = batch.bytes.size();
    if (begin > 0 && begin + (*event)->size() > max_bytes) break;
    batch.bytes.insert(batch.bytes.end(), (*event)->begin(), (*event)->end());
    places.emplace_back(begin, (*event)->size());
    batch.bytes.resize((batch.bytes.size() + 7) / 8 * 8);
  }
  if (places.empty()) {
    return Error{Errc::internal, fmt::format("{} at byte {}: event {} is missing: the file ends",
                                             view.path, reader.offset(), sequence)};
  }
  for (const auto& [begin, size] : places) {
    batch.records.push_back(std::span<const std::byte>(batch.bytes).subspan(begin, size));
  }
  return batch;
}

}  // namespace events
}  // namespace vencer
