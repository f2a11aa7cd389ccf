// Which bytes of which segments hold the log up to a group: what a copy of it needs, made while the
// log is written on. Read-only; the group must be durable, and no segment may be deleted or reused
// meanwhile (retention_hold.h).
//
// Cost: the headers of the groups of one segment, mostly.  Thread: any.
// Errors: the group is not there.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/log/storage.h"

namespace vencer {

struct SegmentExtent {
  std::string name;
  std::uint64_t bytes = 0;    // of the file
  std::uint64_t content = 0;  // of these, what is to be copied; the rest stands for zeros
};

Result<std::vector<SegmentExtent>> wal_extents(Storage& storage, const std::string& directory,
                                               std::uint64_t up_to_group);

}  // namespace vencer
