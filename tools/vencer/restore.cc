// vencer restore --from BACKUP --to DATA_DIR: a data directory out of a backup, checked by a
// recovery.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "engine/log/event_copy.h"
#include "engine/log/stored_file.h"
#include "engine/log/wal_archive.h"
#include "engine/runtime/logging.h"
#include "engine/runtime/partition_layout.h"
#include "engine/runtime/recovery.h"
#include "engine/runtime/replay_pipeline.h"
#include "engine/runtime/replayer.h"
#include "tools/vencer/backup_files.h"
#include "tools/vencer/times.h"
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

constexpr const char* kName = "restore";

// A number that no run of this log can have had: two restores of one backup are two histories, and
// a consumer must not take one for the other.
std::uint64_t new_epoch(std::uint64_t before, TimeMs now) {
  constexpr TimeMs kSecond = 1000;
  return std::max(before + 1, static_cast<std::uint64_t>(now / kSecond));
}

// What stands, by partition.
struct Restored {
  std::string directory;
  std::uint64_t tenants = 0, tickets = 0;
  TimeMs now = 0;
  std::uint64_t first_event = 0, event_sequence = 0, events_compared = 0;
  std::uint64_t epoch = 0;
};

// Until the STREAM of partition 0 is written, which is the last file of all, no server starts on
// what is there: it refuses a log without it.
class Restore {
 public:
  Restore(Storage& storage, const BackupCheck& check, std::string to)
      : storage_(storage), check_(check), to_(std::move(to)) {}

  // On an error nothing of it is left.
  Result<std::vector<Restored>> run() {
    Status made = files();
    for (std::size_t i = check_.partitions.size(); made && i-- > 0;) made = finish(i);
    if (!made) {
      root_.reset();
      clean_up();
      return made.error();
    }
    std::reverse(restored_.begin(), restored_.end());
    return std::move(restored_);
  }

 private:
  Status files() {
    if (Status made = make_empty_directory(storage_, to_); !made) return made;
    auto root = DataDirectory::open(storage_, to_);
    if (!root) return root.error();
    root_ = std::move(*root);
    for (std::uint32_t i = 0; i < check_.partitions.size(); ++i) {
      if (Status copied = copy(check_.partitions[i], partition_directory(to_, i)); !copied) {
        return copied;
      }
    }
    return ok_status();
  }

  Status copy(const PartitionBackup& backup, const std::string& to) {
    for (const char* below : {"", "/wal", "/events"}) {
      if (Status made = storage_.make_directory(to + below); !made) return made;
    }
    StoredStorage view(storage_);
    for (const Manifest::File& file : backup.manifest.files) {
      const std::size_t slash = file.name.find('/');
      const std::string folder = file.name.substr(0, slash);
      if (folder == "events") continue;
      const std::string below = to + "/" + folder;
      if (Status there = storage_.make_directory(below); !there) return there;
      const auto sum = store_file(view, backup.directory + "/" + file.name, storage_, below,
                                  file.name.substr(slash + 1), false);
      if (!sum) return sum.error();
      if (sum->crc != file.crc || sum->bytes != file.bytes) {
        return Error{Errc::internal, fmt::format("{}/{}: it changed while it was read",
                                                 backup.directory, file.name)};
      }
    }
    const auto events =
        copy_events(view, backup.directory + "/events", storage_, to + "/events", epoch_of(backup));
    return events ? storage_.sync_directory(to) : events.error();
  }

  Status finish(std::size_t i) {
    const PartitionBackup& backup = check_.partitions[i];
    ServerConfig config;
    config.partition = static_cast<std::uint32_t>(i);
    config.data = partition_directory(to_, config.partition);
    config.clock =
        backup.manifest.text("clock") == "input" ? ClockSource::input : ClockSource::wall;
    config.durability =
        backup.manifest.text("durability") == "none" ? Durability::none : Durability::sync;
    config.event_retention_bytes = UINT64_MAX;  // the server's to decide
    std::unique_ptr<DataDirectory> directory;
    if (i == 0) {
      directory = std::move(root_);
    } else {
      auto opened = DataDirectory::open(storage_, config.data);
      if (!opened) return opened.error();
      directory = std::move(*opened);
    }
    if (Status made = stream_state(backup, *directory); !made) return made;
    try {
      return recovery(config, std::move(directory));
    } catch (const std::bad_alloc&) {
      return no_memory_to_recover();
    }
  }

  // The copied events may go further than the copied log, and a start may have to finish what is
  // broken off here: as after a repair, it begins the new epoch.
  Status stream_state(const PartitionBackup& backup, DataDirectory& directory) const {
    const std::string identity = backup.manifest.text("identity");
    StreamState state;
    state.identity_high = std::stoull(identity.substr(0, 16), nullptr, 16);
    state.identity_low = std::stoull(identity.substr(16), nullptr, 16);
    state.created = true;
    state.epoch = epoch_of(backup) - 1;
    state.durability = Durability::none;
    state.clean = false;
    state.skipped = backup.skipped;
    return directory.write_stream_state(state);
  }

  // What a start would do, done here: only then it is sure that one will succeed.
  Status recovery(const ServerConfig& config, std::unique_ptr<DataDirectory> directory) {
    auto recovered = recover(storage_, config, std::move(directory), now_ms_);
    if (!recovered) return recovered.error();
    StreamState state = recovered->stream;
    state.clean = true;
    if (Status s = recovered->events->sync(); !s) return s;
    if (Status s = recovered->directory->write_stream_state(state); !s) return s;
    const StateMachine& machine = *recovered->machine;
    restored_.push_back({config.data, machine.tenant_count(), machine.ticket_count(), machine.now(),
                         recovered->events->first_sequence(), machine.event_sequence(),
                         recovered->events->replay_compared(), state.epoch});
    return ok_status();
  }

  std::uint64_t epoch_of(const PartitionBackup& backup) const {
    return new_epoch(backup.manifest.number("epoch"), now_ms_);
  }

  // The directory was empty before.
  void clean_up() const {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(to_, ignored)) {
      std::filesystem::remove_all(entry.path(), ignored);
    }
  }

  Storage& storage_;
  const BackupCheck& check_;
  const std::string to_;
  const TimeMs now_ms_ = now_ms();
  std::unique_ptr<DataDirectory> root_;  // locked from the first file on
  std::vector<Restored> restored_;       // the last partition first
};

void print_lines(const PartitionBackup& backup, const Restored& restored) {
  print_line(fmt::format("{}: the backup of {}, groups up to {}", restored.directory,
                         backup.manifest.text("date"), backup.last_group));
  print_line(fmt::format("{} tenants, {} tickets, engine time {}, events {} to {}",
                         restored.tenants, restored.tickets, time_text(restored.now),
                         restored.first_event, restored.event_sequence));
  print_line(fmt::format("the stream begins epoch {} (before: {}): consumers are told so",
                         restored.epoch, backup.manifest.text("epoch")));
}

void json_fields(JsonWriter& json, const PartitionBackup& backup, const Restored& restored) {
  json.field("partition", backup.manifest.number("partition"));
  json.field("directory", restored.directory).field("date", backup.manifest.text("date"));
  json.field("last_group", backup.last_group).field("tenants", restored.tenants);
  json.field("tickets", restored.tickets);
  time_field(json, "now", restored.now);
  json.field("first_event", restored.first_event);
  json.field("event_sequence", restored.event_sequence);
  json.field("events_compared", restored.events_compared).field("epoch", restored.epoch);
  json.field("epoch_before", backup.manifest.number("epoch"));
}

// Lines for each partition; one object for all with -o json.
void print(const Invocation& call, const BackupCheck& check,
           const std::vector<Restored>& restored) {
  const Output output = call.globals().output;
  JsonWriter all;
  all.begin_object();
  json_fields(all, check.partitions[0], restored[0]);
  all.key("partitions").begin_array();
  for (std::size_t i = 0; i < restored.size(); ++i) {
    JsonWriter one;
    one.begin_object();
    json_fields(one, check.partitions[i], restored[i]);
    one.end_object();
    if (output == Output::table) print_lines(check.partitions[i], restored[i]);
    if (output == Output::jsonl) print_line(one.text());
    all.begin_object();
    json_fields(all, check.partitions[i], restored[i]);
    all.end_object();
  }
  all.end_array().end_object();
  if (output == Output::json) print_line(all.text());
}

int run(Invocation& call) {
  setup_logging(LogLevel::error, LogFormat::logfmt);  // a recovery tells a server's operator more
  note_replay_on_abort("vencer: restore");
  const auto storage = make_posix_storage();
  std::string from = call.text("--from"), to = call.text("--to");
  if (!has_manifest(*storage, from)) return no_backup(call, kName, from);
  // First, so that a wrong target is not found out after an hour of reading.
  if (storage->exists(to + "/STREAM") || storage->exists(to + "/wal")) {
    return call.usage(
        kName, fmt::format("'{}' is a data directory already; a restore never writes over one", to),
        "give another one, or move it away");
  }
  if (storage->exists(to)) {
    if (Status empty = make_empty_directory(*storage, to); !empty) {
      return call.usage(kName, empty.error().message);
    }
  }
  const auto check = check_backup(*storage, from);
  if (!check) return call.fail(kName, check.error());
  for (const std::string& fault : check->faults) call.fail(kName, {Errc::internal, fault});
  if (!check->faults.empty()) {
    return call.fail(kName, {Errc::internal, "nothing was restored: the backup is damaged"});
  }
  const auto restored = Restore(*storage, *check, to).run();
  if (!restored) return call.fail(kName, restored.error(), "nothing was restored");
  print(call, *check, *restored);
  return exit_ok;
}

const Registration registration(
    {.name = "restore",
     .summary = "a data directory out of a backup",
     .details =
         "The backup is checked whole before anything is written, and the restored directory by a "
         "recovery, as a start\nwould do it: what stands is printed. The stream gets a new epoch: "
         "consumers that go on with the old one are told\nepoch_changed. The target is an empty "
         "directory; start the server on it. Every partition of the backup is restored.\nExit code "
         "1: the backup is damaged; nothing was restored.",
     .options = {{.name = "--from",
                  .help = "as vencer backup made it",
                  .required = true,
                  .placeholder = "BACKUP"},
                 {.name = "--to",
                  .help = "the data directory: empty, or not there yet",
                  .required = true,
                  .placeholder = "DIR"}},
     .run = run});

}  // namespace
}  // namespace vencer::cli
