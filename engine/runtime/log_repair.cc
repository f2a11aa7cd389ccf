#include "engine/runtime/log_repair.h"

#include <fmt/format.h>

#include <new>

#include "engine/log/snapshot_file.h"
#include "engine/log/wal_reader.h"
#include "engine/runtime/data_directory.h"
#include "engine/runtime/replay_pipeline.h"
#include "engine/runtime/replayer.h"
#include "engine/runtime/snapshot_recovery.h"

namespace vencer {

namespace {

class Comparing final : public EventTaker {
 public:
  explicit Comparing(EventLog& events) : events_(events) {}
  Status take(const EventBytes& event) override { return events_.replay(event); }

 private:
  EventLog& events_;
};

// Whether events behind the log prove anything.
bool may_be_missing(Storage& storage, const DataDirectory& data, const StreamState& stream) {
  return stream.created && !may_lack_groups(stream) &&
         epoch_of_events(storage, data.events_path()) == stream.epoch;
}

// What a start finds in events behind a log without damage: why it refuses, or nothing.
Result<std::string> missing_groups(Storage& storage, const std::string& directory,
                                   const DataDirectory& data, const StreamState& stream) {
  auto segments = wal::load_segments(storage, data.wal_path(), std::nullopt);
  if (!segments) return segments.error();
  RestoreOptions from;
  from.directory = data.snapshots_path();
  from.partition = segments->front().header.partition;
  from.stream = stream;
  from.read_only = true;
  from.threads = false;
  EventLogOptions options;
  options.directory = data.events_path();
  options.partition = from.partition;
  options.identity_high = stream.identity_high;
  options.identity_low = stream.identity_low;
  options.epoch = stream.epoch;
  options.proves_groups = true;
  options.compare_only = true;
  auto events = EventLog::open(storage, options);
  if (!events) return events.error();
  RecoveryProgress::Part unseen;
  auto restored = restore_newest(storage, from, **events, unseen);
  if (!restored) return restored.error();
  Comparing comparing(**events);
  Replayer replayer(*restored->machine, &comparing, {directory, from.partition, stream.skipped});
  wal::Visit visit;
  visit.start = restored->position;
  visit.step = [&](const StepRecord& step) { return replayer.apply(step); };
  const auto walk = wal::walk_chain(data.wal_path(), *segments, visit);
  if (!walk) return walk.error();
  const Status ends = (*events)->check_end();
  return ends ? std::string() : ends.error().message;
}

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

Result<WalRepair> repair(Storage& storage, const std::string& directory, bool accept_loss,
                         const std::function<void(const WalRepair&)>& replay_begins) {
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
  if (!asked) return asked;
  const bool whole = !asked->damaged;
  if (whole) {
    if (!may_be_missing(storage, **data, *state)) return asked;
    if (replay_begins) replay_begins(*asked);
    const auto missing = missing_groups(storage, directory, **data, *state);
    if (!missing) return missing.error();
    if (missing->empty()) return asked;
    asked->damaged = true;
    asked->damage = *missing;
    asked->lost_at_least = 1;
    asked->message = accept_loss ? "the log stays as it is; the next start puts the events aside"
                                 : "the log ends too early; --accept-loss goes on from there. "
                                   "Nothing was changed";
  }
  if (!accept_loss) return asked;
  // As after a run that kept nothing durable: begin_run() makes the epoch, and the old events are
  // put aside. First this, so that no start after a crash goes on in the old epoch.
  state->durability = Durability::none;
  state->clean = false;
  // Other groups will have those numbers.
  std::erase_if(state->skipped,
                [&](const SkippedStep& skipped) { return skipped.step.group > asked->last_group; });
  if (Status written = (*data)->write_stream_state(*state); !written) return written.error();
  if (whole) return asked;
  return repair_wal(storage, (*data)->wal_path(), *start, true);
}

}  // namespace

Result<WalRepair> repair_partition(Storage& storage, const std::string& directory, bool accept_loss,
                                   const std::function<void(const WalRepair&)>& replay_begins) {
  try {
    return repair(storage, directory, accept_loss, replay_begins);
  } catch (const std::bad_alloc&) {
    return no_memory_to_recover();
  }
}

}  // namespace vencer
