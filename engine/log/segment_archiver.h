// SegmentArchiver: the segments that a log is about to use again, copied to its archive
// (wal_archive.h), compressed, a piece at a time beside everything else. What `archive_log` does.
//
// A segment is in the archive when its file and a MANIFEST that names it are on the disk: only then
// it is released (Wal::release_below). One that a crash left in both is compared, not stored again.
//
// Cost: a step reads, sums up and packs 1 MiB.  Thread: one, the maintenance role's.
// Errors: the archive cannot be written, is another log's, or has the segment with other bytes; the
// log keeps its segments, and the next step tries again.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "engine/core/result.h"
#include "engine/log/manifest.h"
#include "engine/log/storage.h"
#include "engine/log/stored_file.h"
#include "engine/log/wal.h"
#include "engine/log/wal_archive.h"

namespace vencer {

class SegmentArchiver {
 public:
  struct Options {
    std::string log;      // directory of the segments
    std::string archive;  // made if it is not there; the one above it must be
    wal::Identity identity;
    std::function<std::string()> now_text;  // the date that the manifest gets
  };
  SegmentArchiver(Storage& storage, Wal& wal, Options options)
      : storage_(storage), wal_(wal), options_(std::move(options)) {}

  // A bounded piece of archiving and releasing the segments whose groups are all below `group`.
  // False: there are none any more.
  Result<bool> step(std::uint64_t group);
  std::uint64_t archived() const { return archived_; }  // segments, since the start

 private:
  Status begin(const FullSegment& segment);
  Status copy_piece();
  Status finish();
  std::string path() const { return options_.log + "/" + segment_.name; }

  Storage& storage_;
  Wal& wal_;
  const Options options_;
  Manifest manifest_;
  // The segment that is under way; no file: none.
  FullSegment segment_;
  std::unique_ptr<File> file_;
  std::unique_ptr<StoredFileWriter> writer_;  // none: it is there already, and is compared
  std::uint64_t bytes_ = 0, at_ = 0;
  std::uint32_t crc_ = 0;
  std::uint64_t archived_ = 0;
};

}  // namespace vencer
