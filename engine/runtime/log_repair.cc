#include "engine/runtime/log_repair.h"

#include <fmt/format.h>

#include "engine/runtime/data_directory.h"

namespace vencer {

Result<WalRepair> repair_partition(Storage& storage, const std::string& directory,
                                   const WalPosition& start, bool accept_loss) {
  if (!storage.exists(directory + "/STREAM")) {
    return Error{
        Errc::internal,
        fmt::format("{}: no data directory of a partition (there is no STREAM in it)", directory)};
  }
  auto data = DataDirectory::open(storage, directory);
  if (!data) return data.error();
  auto asked = repair_wal(storage, (*data)->wal_path(), start, false);
  if (!asked || !asked->damaged || !accept_loss) return asked;
  auto state = (*data)->read_stream_state();
  if (!state) return state.error();
  // As after a run that kept nothing durable: begin_run() makes the epoch, and the old events are
  // put aside. First this, so that no start after a crash goes on in the old epoch.
  state->durability = Durability::none;
  state->clean = false;
  // Other groups will have those numbers.
  std::erase_if(state->skipped,
                [&](const SkippedStep& skipped) { return skipped.step.group > asked->last_group; });
  if (Status written = (*data)->write_stream_state(*state); !written) return written.error();
  return repair_wal(storage, (*data)->wal_path(), start, true);
}

}  // namespace vencer
