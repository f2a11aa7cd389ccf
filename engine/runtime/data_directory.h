// DataDirectory: who owns a partition's files, and which epoch its event stream has.
//
//   LOCK      held (flock) as long as the object lives: one process per directory
//   STREAM    identity of the log, epoch, durability mode, how the last run ended, skipped steps;
//             replaced atomically, synced; the last line is a checksum of those before
//   wal/  events/  snapshots/   engine/log
//
// A new epoch begins when the last run was in durability mode "none" and did not stop cleanly: its
// consumers may have seen events that the log lost (semantics.md, section 9).
// Thread: one.  Errors: Errc::internal with path and reason.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/log/storage.h"
#include "engine/log/wal.h"
#include "engine/runtime/skipped_steps.h"

namespace vencer {

struct StreamState {
  std::uint64_t identity_high = 0, identity_low = 0;
  bool created = false;  // the log and its settings are there: never to be made anew
  std::uint64_t epoch = 1;
  Durability durability = Durability::sync;
  bool clean = true;  // no run is under way, or the one that was stopped cleanly
  std::vector<SkippedStep> skipped = {};  // in the order of the decisions
};

// Without the directory's lock: for whoever only looks. `path`: of the directory.
Result<StreamState> read_stream_state(Storage& storage, const std::string& path);

class DataDirectory {
 public:
  // Makes the directory if it is not there.
  static Result<std::unique_ptr<DataDirectory>> open(Storage& storage, const std::string& path);
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;

  std::string wal_path() const { return path_ + "/wal"; }
  std::string events_path() const { return path_ + "/events"; }
  std::string snapshots_path() const { return path_ + "/snapshots"; }
  bool has_stream_state() const;
  Result<StreamState> read_stream_state() const {
    return vencer::read_stream_state(storage_, path_);
  }
  Status write_stream_state(const StreamState& state);

 private:
  DataDirectory(Storage& storage, std::string path, std::unique_ptr<StorageLock> lock)
      : storage_(storage), path_(std::move(path)), lock_(std::move(lock)) {}

  Storage& storage_;
  const std::string path_;
  const std::unique_ptr<StorageLock> lock_;
};

// Its log may lack groups whose events were told: a run that kept nothing durable has not stopped
// cleanly, or somebody has cut the log (wal repair, restore).
bool may_lack_groups(const StreamState& state);

// The state in which a run begins, given the one in which the last run ended.
StreamState begin_run(const StreamState& last, Durability durability);

}  // namespace vencer
