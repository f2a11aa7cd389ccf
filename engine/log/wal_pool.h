// SegmentPool: the segment files of a log that are not being written: old ones, the next one, spare
// ones.
//
//   old    hold groups. When a snapshot has what they say (release_below) they become spare.
//   spare  `spare-<slot>.seg`: as large as a segment, content of no matter. At least
//          WalOptions::spare_segments are kept ready, so that a full disk leaves something to go
//          on with; at most spare_segments_max, the rest is given back to the file system.
//   next   a spare one with a fresh header and its name in the log.
//
// A file is used again rather than deleted and made anew: deleting 64 MiB holds up synced writes
// for tens of milliseconds, and a block that was written before is synced faster. What lies in it
// are groups of this log with lower numbers than any that is still wanted; they never fit the
// chain, and its header says that they may be there (kSegmentRecycled).
//
// Order of what is written, so that a crash anywhere leaves a log: a file is renamed to spare and
// the directory synced before its header changes; the header is synced before the file gets its
// name in the log, and the directory before the first group goes in.
//
// Thread: next() from the commit role; the rest from maintenance; room() from any.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/log/storage.h"
#include "engine/log/wal.h"
#include "engine/log/wal_format.h"
#include "engine/log/wal_recovery.h"

namespace vencer::wal {

class SegmentPool {
 public:
  SegmentPool(Storage& storage, const WalOptions& options, const Position& position);

  // Takes over the spare files that are in the directory. Once, before the rest.
  Status load();

  // The segment behind the current one, whose last group is `last_group`; the one that is ready, or
  // made now. Errc::disk_full: there is none, and no room to make one.
  Result<std::uint64_t> next(std::uint64_t last_group);

  // One bounded step of upkeep: makes the next segment or a spare one, or gives a piece of one that
  // is too many back. False: nothing to do. Errc::disk_full: see WalRoom.
  Result<bool> tend();
  // Segments whose groups are all below `group` become spare.
  Status release_below(std::uint64_t group);
  std::optional<FullSegment> oldest_below(std::uint64_t group) const;

  WalRoom room() const;

 private:
  std::string spare_path(std::uint64_t slot) const;
  std::uint64_t free_slot();
  Status make_next();      // under work_
  Status make_spare();     // under work_
  Status shrink_doomed();  // under work_
  SegmentHeader header_of(std::uint64_t number) const;
  void count();  // under state_

  Storage& storage_;
  const WalOptions& options_;
  const Identity identity_;
  const std::uint64_t segment_bytes_;

  std::mutex work_;           // held while files are made, renamed, shrunk; before state_
  mutable std::mutex state_;  // guards what follows; held briefly
  std::deque<OldSegment> old_;
  std::uint64_t current_;              // number of the segment being written
  bool current_recyclable_ = true;     // made whole by a writer, not by a recovery that cut it
  bool next_ready_ = false;            // current_ + 1
  std::vector<std::uint64_t> spares_;  // slots
  struct Doomed {
    std::uint64_t slot;
    std::uint64_t bytes;
  };
  std::vector<Doomed> doomed_;  // too many, or of another size
  std::set<std::uint64_t> slots_;
  bool disk_full_ = false;
  // Copies for room().
  std::atomic<std::uint32_t> ready_count_{0};
  std::atomic<std::uint32_t> segment_count_{1};
  std::atomic<bool> full_{false};
};

}  // namespace vencer::wal
