#include "engine/runtime/log_repair.h"

#include <fmt/format.h>

#include "engine/log/snapshot_file.h"
#include "engine/runtime/data_directory.h"

namespace vencer {

namespace {

// Where the newest whole snapshot of this log stands; {}: there is none.
Result<WalPosition> newest_snapshot(Storage& storage, const std::string& directory,
                                    const StreamState& stream) {
  const auto paths = snapshot::list_snapshots(storage, directory);
  if (!paths) return paths.error();
  for (const std::string& path : *paths) {
    // What the disk does not give now may be whole: without it more would be cut off.
    bool unread = false;
    const auto info = snapshot::look_at_snapshot(storage, path, &unread);
    if (unread) return info.error();
    if (!info) continue;
    const snapshot::FileHeader& header = info->header;
    if (header.identity_high != stream.identity_high ||
        header.identity_low != stream.identity_low) {
      return snapshot::bad_snapshot(path, 0,
                                    "a snapshot of another log (identity differs). Nothing was "
                                    "changed. Move the file away if it does not belong here");
    }
    const auto ignore = [](std::span<const std::byte>, std::uint64_t) { return ok_status(); };
    const Status read = snapshot::read_snapshot(storage, *info, false, ignore, &unread);
    if (unread) return read.error();
    if (read) return WalPosition{header.group, header.chain};
  }
  return WalPosition{};
}

}  // namespace

Result<WalRepair> repair_partition(Storage& storage, const std::string& directory,
                                   bool accept_loss) {
  if (!storage.exists(directory + "/STREAM")) {
    return Error{
        Errc::internal,
        fmt::format("{}: no data directory of a partition (there is no STREAM in it)", directory)};
  }
  auto data = DataDirectory::open(storage, directory);
  if (!data) return data.error();
  auto state = (*data)->read_stream_state();
  if (!state) return state.error();
  const auto start = newest_snapshot(storage, (*data)->snapshots_path(), *state);
  if (!start) return start.error();
  auto asked = repair_wal(storage, (*data)->wal_path(), *start, false);
  if (!asked || !asked->damaged || !accept_loss) return asked;
  // As after a run that kept nothing durable: begin_run() makes the epoch, and the old events are
  // put aside. First this, so that no start after a crash goes on in the old epoch.
  state->durability = Durability::none;
  state->clean = false;
  // Other groups will have those numbers.
  std::erase_if(state->skipped,
                [&](const SkippedStep& skipped) { return skipped.step.group > asked->last_group; });
  if (Status written = (*data)->write_stream_state(*state); !written) return written.error();
  return repair_wal(storage, (*data)->wal_path(), *start, true);
}

}  // namespace vencer
