// What `vencer backup` makes and `vencer restore` takes: a directory with a MANIFEST (engine/log/
// manifest.h, kind "backup") beside wal/, snapshots/ and events/, files plain or compressed. A
// server of several partitions gives one of these for each: partition 0 the directory itself, the
// others partition-1/, ... in it, as a data directory has them. Partition 0's MANIFEST is written
// last of all.
//
// Fields of a manifest: server, semantics, identity, partition, partitions (how many), epoch,
// clock, durability, last_group, event_sequence, date (the same in all of them); skipped if there
// are steps that a recovery goes past (engine/runtime/skipped_steps.h): ", " between.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/result.h"
#include "engine/log/manifest.h"
#include "engine/log/storage.h"
#include "engine/runtime/skipped_steps.h"
#include "tools/vencer/command.h"

namespace vencer::cli {

inline constexpr const char* kBackupKind = "backup";

// "wal/wal-....seg" and the like: nothing that leads elsewhere.
bool is_backup_file(std::string_view name);

inline constexpr const char* kSkippedField = "skipped";
// Those of a manifest. No value: the field is not what a backup writes.
std::optional<std::vector<SkippedStep>> skipped_steps(const Manifest& manifest);

// The refusal of a directory without a MANIFEST.
int no_backup(const Invocation& call, const char* name, const std::string& directory);

// Errors: there is something in it; it cannot be made.
Status make_empty_directory(Storage& storage, const std::string& path);

struct PartitionBackup {
  std::string directory;
  Manifest manifest;
  std::uint64_t last_group = 0;
  std::uint64_t first_event = 0, last_event = 0;
  std::uint64_t snapshot_group = 0;  // where the newest snapshot stands; 0: none
  std::uint64_t bytes = 0;           // of the files, as they will be
  std::vector<SkippedStep> skipped;  // what a recovery goes past
};
struct BackupCheck {
  std::vector<PartitionBackup> partitions;
  std::vector<std::string> faults;  // with the file; empty: it can be restored
};
// Reads all of it: every checksum, the snapshots, the chain of the log from the newest of them or
// its first group on, every event.
Result<BackupCheck> check_backup(Storage& storage, const std::string& directory);

}  // namespace vencer::cli
