// vencer restore --from BACKUP --to DATA_DIR: a data directory out of a backup, checked by a
// recovery.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "engine/log/event_copy.h"
#include "engine/log/stored_file.h"
#include "engine/runtime/logging.h"
#include "engine/runtime/recovery.h"
#include "tools/vencer/backup_files.h"
#include "tools/vencer/times.h"
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

constexpr const char* kName = "restore";

// A number that no run of this log can have had: two restores of one backup are two histories, and
// a consumer must not take one for the other.
std::uint64_t new_epoch(std::uint64_t before) {
  constexpr TimeMs kSecond = 1000;
  return std::max(before + 1, static_cast<std::uint64_t>(now_ms() / kSecond));
}

class Restore {
 public:
  Restore(Storage& storage, BackupCheck check, std::string from, std::string to)
      : storage_(storage), check_(std::move(check)), from_(std::move(from)), to_(std::move(to)) {}

  // On an error nothing of it is left.
  Result<Recovered> run() {
    Status made = files();
    if (made) made = stream_state();
    if (!made) {
      clean_up();
      return made.error();
    }
    auto recovered = recovery();
    if (!recovered) clean_up();
    return recovered;
  }

 private:
  Status files() {
    if (Status made = make_empty_directory(storage_, to_); !made) return made;
    for (const char* below : {"/wal", "/events"}) {
      if (Status made = storage_.make_directory(to_ + below); !made) return made;
    }
    StoredStorage view(storage_);
    for (const Manifest::File& file : check_.manifest.files) {
      const std::size_t slash = file.name.find('/');
      const std::string folder = file.name.substr(0, slash);
      if (folder == "events") continue;
      const std::string below = to_ + "/" + folder;
      if (Status there = storage_.make_directory(below); !there) return there;
      const auto sum = store_file(view, from_ + "/" + file.name, storage_, below,
                                  file.name.substr(slash + 1), false);
      if (!sum) return sum.error();
      if (sum->crc != file.crc || sum->bytes != file.bytes) {
        return Error{Errc::internal,
                     fmt::format("{}/{}: it changed while it was read", from_, file.name)};
      }
    }
    epoch_ = new_epoch(check_.manifest.number("epoch"));
    const auto events = copy_events(view, from_ + "/events", storage_, to_ + "/events", epoch_);
    return events ? ok_status() : events.error();
  }

  Status stream_state() {
    auto directory = DataDirectory::open(storage_, to_);
    if (!directory) return directory.error();
    const std::string identity = check_.manifest.text("identity");
    StreamState state;
    state.identity_high = std::stoull(identity.substr(0, 16), nullptr, 16);
    state.identity_low = std::stoull(identity.substr(16), nullptr, 16);
    state.created = true;
    state.epoch = epoch_;
    state.durability = durability();
    state.clean = true;
    return (*directory)->write_stream_state(state);
  }

  // What a start would do, done here: only then it is sure that one will succeed.
  Result<Recovered> recovery() {
    ServerConfig config;
    config.data = to_;
    config.clock =
        check_.manifest.text("clock") == "input" ? ClockSource::input : ClockSource::wall;
    config.durability = durability();
    config.event_retention_bytes = UINT64_MAX;  // the server's to decide
    auto directory = DataDirectory::open(storage_, to_);
    if (!directory) return directory.error();
    auto recovered = recover(storage_, config, std::move(*directory), now_ms());
    if (!recovered) return recovered;
    StreamState state = recovered->stream;
    state.clean = true;
    if (Status s = recovered->events->sync(); !s) return s.error();
    if (Status s = recovered->directory->write_stream_state(state); !s) return s.error();
    return recovered;
  }

  Durability durability() const {
    return check_.manifest.text("durability") == "none" ? Durability::none : Durability::sync;
  }

  // The directory was empty before.
  void clean_up() const {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(to_, ignored)) {
      std::filesystem::remove_all(entry.path(), ignored);
    }
  }

  Storage& storage_;
  const BackupCheck check_;
  const std::string from_, to_;
  std::uint64_t epoch_ = 0;
};

void print(const Invocation& call, const BackupCheck& check, const Recovered& recovered,
           const std::string& to) {
  const StateMachine& machine = *recovered.machine;
  if (call.globals().output == Output::table) {
    print_line(fmt::format("{}: the backup of {}, groups up to {}", to, check.manifest.text("date"),
                           check.last_group));
    print_line(fmt::format("{} tenants, {} tickets, engine time {}, events {} to {}",
                           machine.tenant_count(), machine.ticket_count(), time_text(machine.now()),
                           recovered.events->first_sequence(), machine.event_sequence()));
    print_line(fmt::format("the stream begins epoch {} (before: {}): consumers are told so",
                           recovered.stream.epoch, check.manifest.text("epoch")));
    return;
  }
  JsonWriter json;
  json.begin_object().field("directory", to).field("date", check.manifest.text("date"));
  json.field("last_group", check.last_group).field("tenants", machine.tenant_count());
  json.field("tickets", machine.ticket_count());
  time_field(json, "now", machine.now());
  json.field("first_event", recovered.events->first_sequence());
  json.field("event_sequence", machine.event_sequence());
  json.field("events_compared", recovered.events->replay_compared());
  json.field("epoch", recovered.stream.epoch).field("epoch_before", check.manifest.number("epoch"));
  json.end_object();
  print_line(json.text());
}

int run(Invocation& call) {
  setup_logging(LogLevel::error, LogFormat::logfmt);  // a recovery tells a server's operator more
  const auto storage = make_posix_storage();
  std::string from = call.text("--from"), to = call.text("--to");
  if (!has_manifest(*storage, from)) {
    return call.usage(kName, fmt::format("'{}' is no backup: it has no {}", from, kManifestName),
                      "a backup that was broken off has none");
  }
  // First, so that a wrong target is not found out after an hour of reading.
  if (storage->exists(to)) {
    if (Status empty = make_empty_directory(*storage, to); !empty) {
      return call.usage(kName, empty.error().message);
    }
  }
  auto check = check_backup(*storage, from);
  if (!check) return call.fail(kName, check.error());
  for (const std::string& fault : check->faults) call.fail(kName, {Errc::internal, fault});
  if (!check->faults.empty()) {
    return call.fail(kName, {Errc::internal, "nothing was restored: the backup is damaged"});
  }
  const auto recovered = Restore(*storage, *check, from, to).run();
  if (!recovered) return call.fail(kName, recovered.error(), "nothing was restored");
  print(call, *check, *recovered, to);
  return exit_ok;
}

const Registration registration(
    {.name = "restore",
     .summary = "a data directory out of a backup",
     .details =
         "The backup is checked whole before anything is written, and the restored directory "
         "by a recovery, as a start\nwould do it: what stands is printed. The stream gets a "
         "new epoch: consumers that go on with the old one are told\nepoch_changed. The "
         "target is an empty directory; start the server on it.\nExit code 1: the backup is "
         "damaged; nothing was restored.",
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
