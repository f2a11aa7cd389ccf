// Event segments copied into another epoch: a restore begins one, and header and checksums of a
// segment say which it is of. Every event is checked on the way; the copies are synced.
//
// Cost: a pass over the bytes.  Thread: one.
// Errors: an event that cannot be read (which, and where), and nothing more is copied. Bytes behind
// the last event of the last segment are left out: a start makes what is missing.
#pragma once

#include <cstdint>
#include <string>

#include "engine/core/result.h"
#include "engine/log/storage.h"

namespace vencer {

struct EventCopy {
  std::uint64_t first = 0, last = 0;  // 0: none
};

// `to` must exist and hold no segments. From a directory without segments nothing is copied.
Result<EventCopy> copy_events(Storage& source, const std::string& from, Storage& target,
                              const std::string& to, std::uint64_t epoch);

}  // namespace vencer
