// What `vencer backup` makes and `vencer restore` takes: a directory with a MANIFEST (engine/log/
// manifest.h, kind "backup") beside wal/ and events/, files plain or compressed.
//
// Fields of the manifest: server, identity, partition, epoch, clock, durability, last_group,
// event_sequence, date.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/result.h"
#include "engine/log/manifest.h"
#include "engine/log/storage.h"

namespace vencer::cli {

inline constexpr const char* kBackupKind = "backup";

// "wal/wal-....seg" and the like: nothing that leads elsewhere.
bool is_backup_file(std::string_view name);

// Errors: there is something in it; it cannot be made.
Status make_empty_directory(Storage& storage, const std::string& path);

struct BackupCheck {
  Manifest manifest;
  std::vector<std::string> faults;  // empty: it can be restored
  std::uint64_t last_group = 0;
  std::uint64_t first_event = 0, last_event = 0;
  std::uint64_t bytes = 0;  // of the files, as they will be
};
// Reads all of it: every checksum, the chain of the log, every event.
Result<BackupCheck> check_backup(Storage& storage, const std::string& directory);

}  // namespace vencer::cli
