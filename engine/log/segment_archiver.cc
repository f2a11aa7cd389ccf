#include "engine/log/segment_archiver.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "engine/log/crc32c.h"

namespace vencer {
namespace {

constexpr std::uint64_t kPieceBytes = 1 << 20;

}  // namespace

Result<bool> SegmentArchiver::step(std::uint64_t group) {
  Status done = ok_status();
  if (file_ == nullptr) {
    const auto segment = wal_.oldest_below(group);
    if (!segment) return false;
    done = begin(*segment);
  } else {
    done = at_ < bytes_ ? copy_piece() : finish();
  }
  if (done) return true;
  file_.reset();
  writer_.reset();
  return done.error();
}

// The manifest is read anew each time: `vencer wal archive` may have written it meanwhile.
Status SegmentArchiver::begin(const FullSegment& segment) {
  segment_ = segment;
  at_ = 0;
  crc_ = 0;
  if (Status made = storage_.make_directory(options_.archive); !made) return made;
  auto manifest = archive_manifest(storage_, options_.archive, options_.identity);
  if (!manifest) return manifest.error();
  manifest_ = std::move(*manifest);
  auto file = storage_.open(path(), OpenMode::read);
  if (!file) return file.error();
  const auto size = (*file)->size();
  if (!size) return size.error();
  bytes_ = *size;
  if (!holds_file(storage_, options_.archive, manifest_, segment_.name)) {
    auto writer = StoredFileWriter::create(storage_, options_.archive, segment_.name, bytes_, true);
    if (!writer) return writer.error();
    writer_ = std::move(*writer);
  }
  file_ = std::move(*file);
  return ok_status();
}

Status SegmentArchiver::copy_piece() {
  std::vector<std::byte> piece(std::min(kPieceBytes, bytes_ - at_));
  const auto got = file_->read_at(at_, piece);
  if (!got) return got.error();
  if (*got != piece.size()) {
    return Error{Errc::internal, path() + ": it became shorter while it was archived"};
  }
  at_ += piece.size();
  if (writer_ != nullptr) return writer_->write(piece);
  crc_ = crc32c(crc_, piece);
  return ok_status();
}

Status SegmentArchiver::finish() {
  if (writer_ == nullptr) {
    if (Status same = same_as_archived(path(), {bytes_, crc_}, *manifest_.find(segment_.name));
        !same) {
      return same;
    }
  } else {
    const auto crc = writer_->finish();
    if (!crc) return crc.error();
    writer_.reset();
    const Manifest::File file{segment_.name, bytes_, *crc, true};
    if (Status added = add_to_archive(storage_, options_.archive, file, segment_.last_group,
                                      options_.now_text(), &manifest_);
        !added) {
      return added;
    }
    ++archived_;
  }
  file_.reset();
  return wal_.release_below(segment_.last_group + 1);
}

}  // namespace vencer
