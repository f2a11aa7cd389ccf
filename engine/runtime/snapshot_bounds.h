// What a snapshot that is being taken may cost the shard: memory and time.
//
// Together at most 64 MiB: what waits to be written, the buffer being filled, and the backlog, once
// in the core and once on its way into that buffer.
#pragma once

#include <cstddef>

namespace vencer {

struct SnapshotBounds {
  std::size_t slice_tickets = 512;           // a turn: about 50 us
  std::size_t buffer_bytes = 1 << 20;        // handed over when it is full
  std::size_t waiting_bytes_max = 16 << 20;  // handed over and not yet written; then the walk waits
  // Copied ahead of the walk, because it changed. Above `high` slices come before commands while
  // there is room; above `max` without room the snapshot is given up.
  std::size_t backlog_bytes_high = 4 << 20;
  std::size_t backlog_bytes_max = 16 << 20;
};
inline constexpr std::size_t kSnapshotMemoryMax = 64 << 20;
static_assert(SnapshotBounds{}.waiting_bytes_max + SnapshotBounds{}.buffer_bytes +
                  2 * (SnapshotBounds{}.backlog_bytes_max + SnapshotBounds{}.backlog_bytes_high) <
              kSnapshotMemoryMax);

}  // namespace vencer
