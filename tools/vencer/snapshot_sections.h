// SnapshotSections: where the sections begin in a snapshot's stream that comes in pieces, without
// looking at what they say (engine/core/snapshot_format.h).
//
// Cost: O(sections).  Thread: one.  Errors: what begins is no section.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/core/result.h"
#include "engine/core/snapshot_format.h"

namespace vencer::cli {

class SnapshotSections {
 public:
  struct Sum {
    std::uint64_t count = 0, bytes = 0;
  };

  Status feed(std::span<const std::byte> bytes);

  // Of those begun, by kind; the first is of nothing.
  const std::array<Sum, kSnapshotSections + 1>& sums() const { return sums_; }

 private:
  Status begin();

  std::array<Sum, kSnapshotSections + 1> sums_{};
  std::array<std::byte, kSectionHeaderBytes> head_{};
  std::size_t have_ = 0;    // of a section's header
  std::uint32_t left_ = 0;  // of its content
};

}  // namespace vencer::cli
