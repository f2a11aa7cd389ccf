// Which snapshot a start begins from, and the state that comes out of it.
//
// The newest complete one; if it is damaged, or the event segments do not reach up to it, the one
// before, and then none: the whole log, if it still reaches back. Each that is passed over is named
// in the log with file, offset and reason; a damaged file is set aside as ".damaged". One that
// the disk does not give (an error of reading, which says nothing of the file), or that cannot be
// the right one at all (another log, partition, semantics version) is an error: nothing is guessed,
// and it stays as it is.
//
// Cost: one sequential read of the file; CRC and the zeros of fresh memory on threads of their own.
// Thread: the caller's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/state_machine.h"
#include "engine/log/event_log.h"
#include "engine/log/snapshot_file.h"
#include "engine/log/wal.h"
#include "engine/runtime/data_directory.h"
#include "engine/runtime/huge_pages.h"
#include "engine/runtime/page_populator.h"
#include "engine/runtime/recovery_progress.h"

namespace vencer {

struct Restored {
  std::shared_ptr<HugePages> pages;           // the machine's
  std::unique_ptr<PagePopulator> populating;  // them, until the start is over; null: no threads
  std::unique_ptr<StateMachine> machine;
  WalPosition position;                      // where the log goes on; {0, 0}: from its beginning
  std::vector<snapshot::SnapshotInfo> kept;  // what is complete as far as it was looked at
  std::vector<std::string> passed_over;      // why, a sentence each
};

struct RestoreOptions {
  std::string directory;
  std::uint32_t partition = 0;
  StreamState stream;  // of the run that begins
  bool accept_lost_events = false;
  bool read_only = false;  // for whoever only asks: no file is renamed or removed
  bool threads = true;     // one that reads and checks, one that makes pages of memory ready
};

// `events` is left ready for the replay of what comes behind the snapshot.
Result<Restored> restore_newest(Storage& storage, const RestoreOptions& options, EventLog& events,
                                RecoveryProgress::Part& progress);

}  // namespace vencer
