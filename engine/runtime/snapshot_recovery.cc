#include "engine/runtime/snapshot_recovery.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "engine/core/calendar_store.h"
#include "engine/core/snapshot.h"
#include "engine/log/wal_format.h"
#include "engine/runtime/logging.h"
#include "engine/runtime/snapshot_documents.h"

namespace vencer {
namespace {

using snapshot::SnapshotInfo;
using std::chrono::steady_clock;

constexpr std::chrono::seconds kTellEvery{2};

class Restore {
 public:
  Restore(Storage& storage, const RestoreOptions& options, EventLog& events,
          RecoveryProgress::Part& progress)
      : storage_(storage), options_(options), events_(events), progress_(progress) {}

  Result<Restored> run() {
    if (Status s = clear_leftovers(); !s) return s.error();
    if (Status s = look(); !s) return s.error();
    progress_.enter(RecoveryProgress::Stage::snapshot);
    for (const bool accept_loss : {false, true}) {
      if (accept_loss && !(options_.accept_lost_events && events_missing_)) break;
      for (std::size_t i = 0; i < out_.kept.size();) {
        auto used = use(out_.kept[i], accept_loss);
        if (!used) return used.error();
        if (*used == Use::damaged) {
          out_.kept.erase(out_.kept.begin() + static_cast<std::ptrdiff_t>(i));
          continue;
        }
        if (*used == Use::restored) return std::move(out_);
        ++i;
      }
    }
    if (!out_.passed_over.empty()) {
      log_line(LogLevel::warn, "no snapshot can be used: the whole log is replayed");
    }
    progress_.snapshot.expect(0);
    if (Status s = events_.begin_replay(0, 0, MissingEvents::refuse); !s) return s.error();
    fresh_machine();
    return std::move(out_);
  }

 private:
  enum class Use { restored, no_events, damaged };

  Status clear_leftovers() {
    if (options_.read_only) return ok_status();
    return snapshot::clear_snapshot_leftovers(storage_, options_.directory);
  }

  Status look() {
    auto paths = snapshot::list_snapshots(storage_, options_.directory);
    if (!paths) return paths.error();
    for (const std::string& path : *paths) {
      bool unread = false;
      auto info = snapshot::look_at_snapshot(storage_, path, &unread);
      if (!info) {
        if (unread) return could_not_read(path, info.error());
        // Another build can read it: it stays where that one looks for it.
        const auto newer = snapshot::is_of_newer_format(storage_, path);
        if (!newer) return could_not_read(path, newer.error());
        if (*newer) {
          return Error{Errc::internal,
                       fmt::format("{}: use the build that wrote it. Nothing was changed",
                                   info.error().message)};
        }
        if (Status s = set_aside(path, info.error()); !s) return s;
        continue;
      }
      const std::string wrong = complaint(info->header);
      if (!wrong.empty()) {
        return Error{Errc::internal,
                     fmt::format("{}: {}. Nothing was changed. Move the file away if it does not "
                                 "belong here",
                                 path, wrong)};
      }
      out_.kept.push_back(std::move(*info));
    }
    return ok_status();
  }

  std::string complaint(const snapshot::FileHeader& header) const {
    const StreamState& stream = options_.stream;
    if (header.identity_high != stream.identity_high ||
        header.identity_low != stream.identity_low) {
      return "a snapshot of another log (identity differs)";
    }
    if (header.partition != options_.partition) {
      return fmt::format("a snapshot of partition {}, not of {}", header.partition,
                         options_.partition);
    }
    if (header.semantics_version != wal::kSemanticsVersion) {
      return fmt::format(
          "it has semantics version {}; this build goes on from version {} only: "
          "use the build that wrote it",
          header.semantics_version, wal::kSemanticsVersion);
    }
    if (header.epoch > stream.epoch) {
      return fmt::format(
          "it was taken in epoch {}, and the file STREAM says {}: that file is an "
          "older one",
          header.epoch, stream.epoch);
    }
    return {};
  }

  void pass_over(const std::string& why) {
    log_line(LogLevel::warn, "a snapshot cannot be used", {{"reason", why}});
    out_.passed_over.push_back(why);
  }

  // What a disk does not give now may be whole, and is mended otherwise than by an older one.
  Error could_not_read(const std::string& path, const Error& error) {
    return {error.code,
            fmt::format("{}: the snapshot could not be read: {}. Nothing was changed. See to the "
                        "disk or the file's permissions and start again; to go on without it, from "
                        "the snapshot before and the log, move the file away",
                        path, error.message)};
  }

  // Evidence, out of the way: it counts no more as one of the two that are kept.
  Status set_aside(const std::string& path, const Error& error) {
    pass_over(error.message);
    if (options_.read_only) return ok_status();
    if (Status s = storage_.rename(path, path + ".damaged"); !s) return s;
    return storage_.sync_directory(options_.directory);
  }

  Result<Use> use(const SnapshotInfo& info, bool accept_loss) {
    MissingEvents missing = accept_loss ? MissingEvents::begin_anew : MissingEvents::refuse;
    // A new epoch's segments begin behind it.
    if (info.header.epoch != options_.stream.epoch) missing = MissingEvents::allow;
    const std::uint32_t crc = missing == MissingEvents::allow ? 0 : info.trailer.event_crc;
    const Status reached = events_.begin_replay(info.header.event_sequence, crc, missing);
    if (!reached) {
      events_missing_ = true;
      pass_over(fmt::format("{}: {}", info.path, reached.error().message));
      return Use::no_events;
    }
    bool unread = false;
    if (Status read = read_state(info, &unread); !read) {
      if (unread) return could_not_read(info.path, read.error());
      if (Status s = set_aside(info.path, read.error()); !s) return s.error();
      return Use::damaged;
    }
    out_.position = {info.header.group, info.header.chain};
    return Use::restored;
  }

  void fresh_machine() {
    out_.machine.reset();
    out_.populating.reset();
    out_.pages = std::make_shared<HugePages>();
    out_.machine = std::make_unique<StateMachine>(std::make_shared<CalendarStore>(), out_.pages);
    if (options_.threads) out_.populating = std::make_unique<PagePopulator>(out_.pages);
  }

  Status read_state(const SnapshotInfo& info, bool* unread) {
    fresh_machine();
    progress_.snapshot.expect(info.trailer.file_bytes);
    const auto began = steady_clock::now();
    auto next_tell = began + kTellEvery;
    SnapshotReader reader(out_.machine.get(), snapshot_documents(), info.trailer.payload_bytes);
    const auto take = [&](std::span<const std::byte> payload, std::uint64_t bytes) -> Status {
      if (Status fed = reader.feed(payload); !fed) {
        return snapshot::bad_snapshot(info.path, bytes,
                                      "in the block before: " + fed.error().message);
      }
      tell(bytes, reader.progress().done);
      if (steady_clock::now() >= next_tell) {
        next_tell += kTellEvery;
        log_line(LogLevel::info, "reading a snapshot",
                 {{"partition", options_.partition},
                  {"percent", progress_.percent()},
                  {"tickets", reader.progress().done}});
      }
      return ok_status();
    };
    if (Status s = snapshot::read_snapshot(storage_, info, options_.threads, take, unread); !s) {
      return s;
    }
    progress_.snapshot.finish();  // the trailer, too
    if (Status s = reader.finish(); !s) {
      return snapshot::bad_snapshot(info.path, info.trailer.file_bytes, s.error().message);
    }
    const bool agrees = out_.machine->event_sequence() == info.header.event_sequence &&
                        out_.machine->now() == info.header.now &&
                        out_.machine->ticket_count() == info.trailer.tickets;
    if (!agrees) {
      return snapshot::bad_snapshot(
          info.path, 0,
          fmt::format("its header and trailer say event {}, time {}, {} tickets; in it are event "
                      "{}, time {}, {} tickets",
                      info.header.event_sequence, info.header.now, info.trailer.tickets,
                      out_.machine->event_sequence(), out_.machine->now(),
                      out_.machine->ticket_count()));
    }
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - began);
    log_line(LogLevel::info, "a snapshot was read",
             {{"file", info.path},
              {"bytes", info.trailer.file_bytes},
              {"tickets", out_.machine->ticket_count()},
              {"group", info.header.group},
              {"took_ms", took.count()}});
    return ok_status();
  }

  void tell(std::uint64_t bytes, std::uint64_t tickets) {
    progress_.snapshot.read_to(bytes);
    progress_.tickets.store(tickets, std::memory_order_relaxed);
  }

  Storage& storage_;
  const RestoreOptions& options_;
  EventLog& events_;
  RecoveryProgress::Part& progress_;
  Restored out_;
  bool events_missing_ = false;
};

}  // namespace

Result<Restored> restore_newest(Storage& storage, const RestoreOptions& options, EventLog& events,
                                RecoveryProgress::Part& progress) {
  return Restore(storage, options, events, progress).run();
}

}  // namespace vencer
