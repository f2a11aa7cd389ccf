// What a replay has compared is written again, in place, the same bytes. After a sync that failed a
// page may be clean and not on the disk: a reader sees it, and no sync brings it there, in this
// process or, after a kill, in the next one. Once it is written again a sync does.
#include <fmt/format.h>

#include <utility>

#include "engine/core/assert.h"
#include "engine/log/event_log_files.h"

namespace vencer::events {
namespace {

constexpr std::size_t kWriteBytes = 1 << 20;  // at once

}  // namespace

// The reader stands behind it. A segment's records come in a row, the first one with the header.
Status EventLogFiles::write_again(std::uint64_t sequence) {
  if (options_.synced || options_.compare_only || unvouched_from_ != 0) return ok_status();
  const auto record = reader_->record();
  const std::uint64_t offset = reader_->offset() - record.size();
  if (again_file_ == nullptr || again_segment_ != walk_) {
    if (auto status = end_again(); !status) return status;
    if (unvouched_from_ != 0) return ok_status();
    auto file = storage_.open(segments_[walk_].path, OpenMode::read_write);
    if (!file) return file.error();
    again_file_ = std::move(*file);
    again_segment_ = walk_;
    again_at_ = offset;
    again_first_ = sequence;
    if (offset == sizeof(SegmentHeader)) {
      const SegmentHeader header = header_for(options_, segments_[walk_].first);
      const auto bytes = std::as_bytes(std::span(&header, 1));
      again_.assign(bytes.begin(), bytes.end());
      again_at_ = 0;
    }
  }
  VENCER_ASSERT(again_at_ + again_.size() == offset);
  again_.insert(again_.end(), record.begin(), record.end());
  if (again_.size() < kWriteBytes) return ok_status();
  if (auto status = flush_again(); !status) return status;
  again_first_ = sequence + 1;
  return ok_status();
}

// Where nothing is written in place a full disk takes none of it. It is as it was; what cannot be
// said is that a sync covers it.
Status EventLogFiles::flush_again() {
  if (again_.empty()) return ok_status();
  const Status written = again_file_->write_at(again_at_, again_);
  const bool full = !written && written.error().code == Errc::disk_full;
  if (!written && !full) return written;
  if (full) unvouched_from_ = again_first_;
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

Error EventLogFiles::unvouched() const {
  return {Errc::disk_full,
          fmt::format("{}: from event {} on nothing is known to be on the disk: at the start the "
                      "disk was full, and they could not be written again. A start with room does "
                      "that",
                      options_.directory, unvouched_from_)};
}

}  // namespace vencer::events
