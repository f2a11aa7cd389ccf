// Recovery: from the files of a log to a fresh segment that a writer can go on in.
//
// Order of what it writes, so that a crash at any point leaves a log that recovers again: the rest
// behind a torn tail goes to a `.torn` file; the accepted but unproven groups go, synced, into a
// new segment, which takes its name only then; segments above it are removed; the old one is cut to
// its length. Nothing is written when the log is damaged. Thread: one.  Errors: see Wal::open.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/log/storage.h"
#include "engine/log/wal.h"
#include "engine/log/wal_format.h"
#include "engine/log/wal_reader.h"

namespace vencer::wal {

// A segment that the writer is done with.
struct OldSegment {
  std::uint64_t number = 0;
  std::uint64_t last_group = 0;  // all its groups that count are numbered up to here
  // Nothing of a higher number lies in it: the writer filled it and went on by itself.
  bool recyclable = false;
};

// Where the writer goes on.
struct Position {
  Identity identity;
  std::uint64_t segment = 0;  // number
  std::uint64_t segment_bytes = 0;
  std::uint64_t offset = kBlockBytes;
  std::uint64_t last_group = 0;  // proven, all of it
  std::uint32_t chain = 0;
  std::vector<OldSegment> old;  // by number
};

Result<Position> create_log(Storage& storage, const WalOptions& options, WalRecovery* recovery);
Result<Position> recover_log(Storage& storage, const WalOptions& options,
                             std::vector<Segment> segments, const ReplayStep& replay,
                             WalRecovery* recovery);

}  // namespace vencer::wal
