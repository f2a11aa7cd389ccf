// DiskState: what a full disk leaves to do.
//
// The signal is a log segment that cannot be made: groups go into segments that are there already,
// so a write never meets a full disk. Spare segments are kept for what must go on. Event segments
// grow as they are written; what they can't take stays in memory until there is room (the log would
// make it again), and is a signal too.
#pragma once

#include <cstdint>

#include "engine/log/wal.h"

namespace vencer {

enum class DiskState : std::uint8_t {
  fine = 0,
  full = 1,     // commands and documents are refused (disk_full); time and breaches go on
  stopped = 2,  // the spare segments are used up: time stands still until there is room
};

// Events that the segments could not take wait in memory, up to about so many bytes.
inline constexpr std::uint64_t kUnwrittenEventBytesMax = 64 << 20;

inline DiskState disk_state(const WalRoom& room, std::uint64_t unwritten_event_bytes = 0) {
  if (unwritten_event_bytes > kUnwrittenEventBytesMax) return DiskState::stopped;
  if (!room.disk_full) return unwritten_event_bytes > 0 ? DiskState::full : DiskState::fine;
  return room.ready_segments > 0 ? DiskState::full : DiskState::stopped;
}

}  // namespace vencer
