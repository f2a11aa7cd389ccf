// What a replay has compared is written again, in place, the same bytes. After a sync that failed a
// page may be clean and not on the disk: a reader sees it, and no sync brings it there, in this
// process or, after a kill, in the next one. Once it is written again a sync does.
#include <utility>

#include "engine/core/assert.h"
#include "engine/log/event_log_files.h"

namespace vencer::events {
namespace {

constexpr std::size_t kWriteBytes = 1 << 20;  // at once

}  // namespace

// The reader stands behind it. A segment's records come in a row, the first one with the header.
Status EventLogFiles::write_again(const EventBytes& event) {
  if (options_.synced || options_.compare_only) return ok_status();
  const std::uint64_t offset = reader_->offset() - record_bytes(event.bytes.size());
  if (again_file_ == nullptr || again_segment_ != walk_) {
    if (auto status = end_again(); !status) return status;
    auto file = storage_.open(segments_[walk_].path, OpenMode::read_write);
    if (!file) return file.error();
    again_file_ = std::move(*file);
    again_segment_ = walk_;
    again_at_ = offset;
    if (offset == sizeof(SegmentHeader)) {
      const SegmentHeader header = header_for(options_, segments_[walk_].first);
      const auto bytes = std::as_bytes(std::span(&header, 1));
      again_.assign(bytes.begin(), bytes.end());
      again_at_ = 0;
    }
  }
  VENCER_ASSERT(again_at_ + again_.size() == offset);
  append_record(seed_, event.sequence, event.bytes, &again_);
  return again_.size() < kWriteBytes ? ok_status() : flush_again();
}

Status EventLogFiles::flush_again() {
  if (again_.empty()) return ok_status();
  if (auto status = again_file_->write_at(again_at_, again_); !status) return status;
  again_at_ += again_.size();
  again_.clear();
  return ok_status();
}

Status EventLogFiles::end_again() {
  if (again_file_ == nullptr) return ok_status();
  if (auto status = flush_again(); !status) return status;
  again_file_.reset();
  return ok_status();
}

}  // namespace vencer::events
