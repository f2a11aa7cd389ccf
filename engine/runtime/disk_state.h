// DiskState: what a full disk leaves to do.
//
// The signal is a log segment that cannot be made: groups go into segments that are there already,
// so a write never meets a full disk. Spare segments are kept for what must go on.
#pragma once

#include <cstdint>

#include "engine/log/wal.h"

namespace vencer {

enum class DiskState : std::uint8_t {
  fine = 0,
  full = 1,     // commands and documents are refused (disk_full); time and breaches go on
  stopped = 2,  // the spare segments are used up: time stands still until there is room
};

inline DiskState disk_state(const WalRoom& room) {
  if (!room.disk_full) return DiskState::fine;
  return room.ready_segments > 0 ? DiskState::full : DiskState::stopped;
}

}  // namespace vencer
