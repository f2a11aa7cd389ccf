// Recovery: a data directory -> a state machine that stands where the log ends, and open logs.
//
// The newest good snapshot first (snapshot_recovery.h), then every step of the log behind it goes
// through StepDecoder and StateMachine::apply, as when it was new; its
// events are compared with the event segments, or written there if they are missing. A new
// directory gets its settings as the first step, durable before anything else.
//
// Cost: O(snapshot + log behind it). Progress is logged every few seconds.  Thread: the caller's.
// Errors: a sentence for the operator: damage with file and offset, a step that does not apply with
// its number, a data directory of the other clock source.
#pragma once

#include <memory>
#include <vector>

#include "engine/core/state_machine.h"
#include "engine/log/event_log.h"
#include "engine/log/snapshot_file.h"
#include "engine/log/wal.h"
#include "engine/runtime/data_directory.h"
#include "engine/runtime/huge_pages.h"
#include "engine/runtime/recovery_progress.h"
#include "engine/runtime/server_config.h"

namespace vencer {

struct Recovered {
  std::unique_ptr<DataDirectory> directory;
  StreamState stream;                // of the run that begins
  std::shared_ptr<HugePages> pages;  // the machine's
  std::unique_ptr<StateMachine> machine;
  std::unique_ptr<EventLog> events;
  std::unique_ptr<Wal> wal;
  WalRecovery wal_recovery;
  std::vector<snapshot::SnapshotInfo> snapshots;  // complete ones, the newest first
};

// config: of this partition; directory: config.data, locked. `first_now`: engine time of a new
// log's settings step.
Result<Recovered> recover(Storage& storage, const ServerConfig& config,
                          std::unique_ptr<DataDirectory> directory, TimeMs first_now);

}  // namespace vencer
