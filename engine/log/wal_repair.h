// Repair: what is left when a log is damaged and there is no backup. It is cut after the last group
// that can be reached, what lies behind is kept in files, and a start goes on from there. What was
// acknowledged behind the cut is lost: only for an operator who has said so.
//
// Nothing is overwritten or deleted but spare segments: files behind the damage are renamed to
// `wal-….seg.lost`, the rest of the file that holds it is copied to `wal-….-at-….lost` first.
// A crash in between leaves a damaged log that can be repaired again. Event segments and their
// epoch: repair_partition (engine/runtime/log_repair.h).
//
// Cost: one sequential read.  Thread: one; nobody else may have the log open.
// Errors: I/O; a snapshot that stands behind the damage; a log of another semantics version.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/log/storage.h"
#include "engine/log/wal.h"

namespace vencer {

struct WalRepair {
  bool damaged = false;              // false: nothing was changed, a start is enough
  std::string damage;                // what a start would refuse with: file, offset, reason
  std::uint64_t last_group = 0;      // the last one that stays
  std::uint64_t lost_at_least = 0;   // groups behind it that something readable knows of
  std::vector<std::string> kept;     // files with what was cut off
  std::uint64_t snapshot_group = 0;  // where the snapshot stands that the log goes on from; 0: none
  std::string message;               // one sentence for the operator
};

// `start`: the place of the newest snapshot that is to be used; {}: none. Without accept_loss it
// says what it would do and changes nothing (`kept` is then empty).
Result<WalRepair> repair_wal(Storage& storage, const std::string& directory,
                             const WalPosition& start, bool accept_loss);

}  // namespace vencer
