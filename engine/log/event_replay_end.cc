// The end of a replay: whether the log ends where the events do, and what then becomes of the rest.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/core/assert.h"
#include "engine/log/event_log_files.h"

namespace vencer::events {
Result<bool> EventLogFiles::begins_whole(const Segment& segment) const {
  if (!segment.headed) return false;
  auto file = storage_.open(segment.path, OpenMode::read);
  if (!file) return file.error();
  RecordReader reader(std::move(*file), seed_, sizeof(SegmentHeader), segment.bytes,
                      kFirstRecordBytes);
  const auto event = reader.next(segment.first);
  if (!event) return event.error();
  return event->has_value();
}

// An event behind the replay: the next one, or the first of a later segment.
Result<std::optional<EventLogFiles::Place>> EventLogFiles::whole_behind() {
  using Found = std::optional<Place>;
  std::size_t later = segments_.size();  // the first segment whose events are all behind
  if (reader_ != nullptr) {
    const bool below = next_ < segments_.front().first;  // retention took those in between
    later = below ? 0 : walk_ + 1;
    if (!below) {
      auto found = walk_next(next_);
      if (!found) return found.error();
      if (*found) {
        const std::uint64_t offset = reader_->offset() - record_bytes((*found)->size());
        return Found({segments_[walk_].first, offset, next_});
      }
    }
  }
  const auto look = [&](const Segment& segment) -> Result<Found> {
    if (segment.first < next_) return Found();
    const auto whole = begins_whole(segment);
    if (!whole) return whole.error();
    return *whole ? Found({segment.first, sizeof(SegmentHeader), segment.first}) : Found();
  };
  for (; later < segments_.size(); ++later) {
    auto found = look(segments_[later]);
    if (!found || *found) return found;
  }
  for (const Segment& segment : behind_) {
    auto found = look(segment);
    if (!found || *found) return found;
  }
  return Found();
}

Status EventLogFiles::check_end() {
  VENCER_ASSERT(!finished_);
  if (failed_) return *failed_;
  if (!options_.proves_groups) return ok_status();
  if (!started_ && reader_ == nullptr && !segments_.empty()) {
    next_ = segments_.front().first;
    if (auto status = fail(open_walk()); !status) return status;
  }
  const auto found = whole_behind();
  if (!found) return fail(found.error());
  if (*found) return fail(groups_missing(**found, "is"));
  if (reader_ != nullptr) {
    const std::uint64_t here = std::max(next_, segments_.front().first);
    if (auto status = fail(look_for_proof(here)); !status) return status;
  }
  if (proof_ && proof_->sequence >= next_) return fail(groups_missing(*proof_, "was found"));
  proof_.reset();  // nothing is left that it could prove
  return ok_status();
}

Error EventLogFiles::groups_missing(const Place& place, const char* how) const {
  const std::string ends =
      next_ == 1 ? "the log makes no events" : fmt::format("the log ends with event {}", next_ - 1);
  return {Errc::internal,
          fmt::format("{}/{} at byte {}: event {} {} whole here, and {}. Events are written when "
                      "their group is durable: groups that were acknowledged are missing at the "
                      "end of the log. The disk has lost what it said it had, or the log is an "
                      "older copy than the events",
                      options_.directory, segment_name(place.segment), place.offset, place.sequence,
                      how, ends)};
}

Status EventLogFiles::finish_replay() {
  VENCER_ASSERT(!finished_ && !options_.compare_only);
  if (failed_) return *failed_;
  if (!started_ && reader_ == nullptr && !segments_.empty()) {
    if (auto status = fail(open_walk()); !status) return status;
  }
  if (reader_ != nullptr) {
    if (auto status = fail(end_walk()); !status) return status;
  }
  if (auto status = durable_through(UINT64_MAX); !status) return status;
  if (cut_at_) {
    if (auto status = fail(cut()); !status) return status;
  }
  if (auto status = fail(drop_behind(UINT64_MAX)); !status) return status;
  if (auto status = fail(flush()); !status) return status;
  if (auto status = fail(drop_proof()); !status) return status;
  finished_ = true;
  // What was to go when the last run ended. Not before: what the replay cuts off may be all that
  // retention would keep, and the next event would want the name of a file that waits to go.
  apply_retention();
  first_.store(segments_.empty() ? next_ : segments_.front().first, std::memory_order_release);
  last_.store(next_ - 1, std::memory_order_release);
  return ok_status();
}

}  // namespace vencer::events
