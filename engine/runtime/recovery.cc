#include "engine/runtime/recovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "engine/runtime/logging.h"
#include "engine/runtime/replay_pipeline.h"
#include "engine/runtime/replayer.h"
#include "engine/runtime/snapshot_recovery.h"
#include "engine/wire/event_record.h"
#include "engine/wire/step_codec.h"

namespace vencer {
namespace {

Error problem(std::string message) {
  return {Errc::internal, std::move(message)};
}

TimeMs time_of_event(std::span<const std::byte> record) {
  DecodedEvent decoded;
  return decode_event_record(record, decoded) ? decoded.event.emitted : kNever;
}

// An empty folder may be where another disk is to be.
Result<bool> has_files(Storage& storage, const std::string& path) {
  if (!storage.exists(path)) return false;
  const auto names = storage.list(path);
  if (!names) return names.error();
  return std::any_of(names->begin(), names->end(),
                     [](const std::string& name) { return name != "lost+found"; });
}

// What stands in STREAM, or the state of a directory that is to become a partition.
Result<StreamState> last_state(Storage& storage, const DataDirectory& directory) {
  if (directory.has_stream_state()) return directory.read_stream_state();
  for (const std::string& path :
       {directory.wal_path(), directory.snapshots_path(), directory.events_path()}) {
    const auto any = has_files(storage, path);
    if (!any) return any.error();
    if (!*any) continue;
    return problem(fmt::format(
        "{}: there are files in it, and the file STREAM that belongs beside it is not: an "
        "unfinished copy or "
        "restore, or a part of another data directory. Nothing was changed. Restore a backup, copy "
        "the directory whole, or name an empty one",
        path));
  }
  StreamState fresh;
  fresh.identity_high = storage.random_word();
  fresh.identity_low = storage.random_word();
  return fresh;
}

Result<std::unique_ptr<EventLog>> open_events(Storage& storage, const ServerConfig& config,
                                              const DataDirectory& directory,
                                              const StreamState& last, const StreamState& now) {
  const std::uint64_t epoch = epoch_of_events(storage, directory.events_path());
  if (epoch != 0 && epoch < now.epoch) {
    // All of them come anew out of the log; the old epoch's stay as evidence.
    const std::string aside = fmt::format("{}.epoch-{}", directory.events_path(), epoch);
    if (Status s = storage.rename(directory.events_path(), aside); !s) return s.error();
    log_line(LogLevel::warn, "the events of the epoch before are put aside",
             {{"epoch", now.epoch}, {"old_events", aside}});
  }
  EventLogOptions options;
  options.directory = directory.events_path();
  options.partition = config.partition;
  options.identity_high = now.identity_high;
  options.identity_low = now.identity_low;
  options.epoch = now.epoch;
  options.segment_bytes = config.event_segment_bytes;
  options.retention_bytes = config.event_retention_bytes;
  options.retention_ms = config.event_retention_ms;
  options.time_of = &time_of_event;
  // Of an epoch that begins here there may be events of a start that was broken off, of groups that
  // no sync has covered.
  options.proves_groups = now.epoch == last.epoch;
  options.durable_only = !may_lack_groups(last);
  options.synced = last.clean;
  return EventLog::open(storage, options);
}

// The log is as it was, and has lost groups at its end: no case for an older snapshot, and none for
// --accept-lost-events.
Error groups_missing(const Error& found, const std::string& data) {
  return problem(fmt::format(
      "{}. Nothing of the log was changed. Put back the log that belongs to these events, or "
      "restore a backup; "
      "only `vencer wal repair {} --accept-loss` goes on without those groups, in a new epoch, and "
      "keeps the events aside",
      found.message, data));
}

Settings settings_of(const ServerConfig& config) {
  Settings settings;
  settings.partition = config.partition;
  settings.clock_source = config.clock;
  settings.ticket_capacity = config.capacity;
  settings.producer_capacity = config.producers;
  settings.skew_max_ms = config.skew_max_ms;
  return settings;
}

// The first step of a new log.
Status log_settings(const ServerConfig& config, TimeMs now, StateMachine& machine, Wal& wal) {
  const std::vector<std::byte> payload = encode_settings(settings_of(config));
  StepRecord record;
  record.kind = static_cast<std::uint8_t>(StepKind::settings);
  record.now = config.clock == ClockSource::input ? limits::time_min_ms : now;
  record.payload = payload;
  Replayer replayer(machine, nullptr, {config.data, config.partition});
  if (Status applied = replayer.apply(record); !applied) return applied;
  Group group;
  group.append(record);
  const auto submitted = wal.submit(group);
  if (!submitted) return submitted.error();
  return wal.seal();
}

// What was decided at the first start stays; the clock source must be asked for as it is.
Status check_settings(const ServerConfig& config, const Settings& logged) {
  if (logged.clock_source != config.clock) {
    const bool input = logged.clock_source == ClockSource::input;
    return problem(fmt::format(
        "{}: this data directory was made with --clock {}; it cannot be served with "
        "--clock {} (start with --clock {}, or with another --data)",
        config.data, input ? "input" : "wall", input ? "wall" : "input", input ? "input" : "wall"));
  }
  if (settings_of(config) != logged) {
    log_line(LogLevel::warn, "the data directory keeps the settings of its first start",
             {{"partition", logged.partition},
              {"capacity", logged.ticket_capacity},
              {"producers", logged.producer_capacity},
              {"skew_max_ms", logged.skew_max_ms}});
  }
  return ok_status();
}

// The log does not reach back to where the replay would begin: perhaps because of what was passed
// over.
Error with_reasons(Error error, const std::vector<std::string>& passed_over) {
  if (passed_over.empty()) return error;
  error.message += ". No snapshot was used:";
  for (const std::string& why : passed_over) error.message += fmt::format(" [{}]", why);
  error.message +=
      ". If it is only events that are missing: --accept-lost-events yes starts without them "
      "(subscribers are told events_gone)";
  return error;
}

void report(const Recovered& recovered, std::chrono::steady_clock::time_point started) {
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - started);
  const LogLevel level = recovered.wal_recovery.torn ? LogLevel::warn : LogLevel::info;
  log_line(level, recovered.wal_recovery.created ? "a new log was made" : "the log was replayed",
           {{"partition", recovered.machine->settings().partition},
            {"detail", recovered.wal_recovery.message},
            {"steps", recovered.wal_recovery.steps},
            {"events_compared", recovered.events->replay_compared()},
            {"events_written", recovered.events->replay_written()},
            {"tickets", recovered.machine->ticket_count()},
            {"took_ms", took.count()}});
  if (const std::uint64_t from = recovered.events->unvouched_from(); from != 0) {
    log_line(LogLevel::warn,
             "the disk is full, and its file system writes nothing in place: events could not be "
             "written again, and no snapshot can be taken until a start with room has done that",
             {{"partition", recovered.machine->settings().partition}, {"from_event", from}});
  }
}

}  // namespace

Result<Recovered> recover(Storage& storage, const ServerConfig& config,
                          std::unique_ptr<DataDirectory> directory, TimeMs first_now) {
  const auto started = std::chrono::steady_clock::now();
  Recovered r;
  r.directory = std::move(directory);
  const auto last = last_state(storage, *r.directory);
  if (!last) return last.error();
  r.stream = begin_run(*last, config.durability);
  if (r.stream.epoch != last->epoch) {
    log_line(
        LogLevel::warn,
        "the last run kept nothing durable and did not stop cleanly, or the log was repaired or "
        "restored: a new epoch begins",
        {{"epoch", r.stream.epoch}});
  }
  const auto skipping = decide_skips(storage, config, *r.directory, *last, &r.stream);
  if (!skipping) return skipping.error();
  // A decision stands before anything is done by it. How the last run ended stays there until this
  // start is over: a start after a crash must still know.
  if (!last->created || *skipping) {
    StreamState decided = r.stream;
    if (last->created) {
      decided.durability = last->durability;
      decided.clean = last->clean;
    }
    if (Status s = r.directory->write_stream_state(decided); !s) return s.error();
  }
  auto events = open_events(storage, config, *r.directory, *last, r.stream);
  if (!events) return events.error();
  r.events = std::move(*events);

  RecoveryProgress::Part unseen;
  RecoveryProgress::Part& progress =
      config.recovery_progress != nullptr ? config.recovery_progress->of(config.partition) : unseen;
  // Where nobody waits, nothing is in a hurry, and a simulated disk has but one thread.
  const bool threads = config.recovery_reads_ahead && config.recovery_progress != nullptr;
  RestoreOptions from;
  from.partition = config.partition;
  from.directory = r.directory->snapshots_path();
  from.stream = r.stream;
  from.accept_lost_events = config.accept_lost_events;
  from.threads = threads;
  auto restored = restore_newest(storage, from, *r.events, progress);
  if (!restored) return restored.error();
  r.pages = std::move(restored->pages);
  r.machine = std::move(restored->machine);
  r.snapshots = std::move(restored->kept);
  WalOptions options;
  options.start = restored->position;
  options.directory = r.directory->wal_path();
  options.partition = config.partition;
  options.segment_bytes = config.segment_bytes;
  options.durability = config.durability;
  options.groups_in_flight = config.groups_in_flight;
  options.create = !last->created;
  options.identity_high = r.stream.identity_high;
  options.identity_low = r.stream.identity_low;
  options.progress = &progress.log;
  progress.enter(RecoveryProgress::Stage::log);
  ReplayPipeline replay(*r.machine, *r.events, {config.data, config.partition, r.stream.skipped},
                        progress, threads);
  Status ended = ok_status();
  options.replayed = [&] {
    if (Status s = replay.finish(); !s) return s;
    if (Status s = r.events->check_end(); !s) ended = groups_missing(s.error(), config.data);
    return ended;
  };
  auto wal = Wal::open(
      storage, options, [&](const StepRecord& step) { return replay.take(step); }, &r.wal_recovery);
  if (Status s = replay.finish(); !s) return s.error();
  if (!ended) return ended.error();
  if (!wal) return with_reasons(wal.error(), restored->passed_over);
  r.wal = std::move(*wal);
  if (r.wal_recovery.identity_high != r.stream.identity_high ||
      r.wal_recovery.identity_low != r.stream.identity_low) {
    return problem(fmt::format("{}: the log is not the one that STREAM names (identity differs)",
                               config.data));
  }
  if (Status s = r.events->finish_replay(); !s) return s.error();

  if (!r.machine->has_settings()) {
    if (Status s = log_settings(config, first_now, *r.machine, *r.wal); !s) return s.error();
  }
  if (Status s = check_settings(config, r.machine->settings()); !s) return s.error();
  if (config.memory_at_start) {
    if (Status s = take_memory(r.machine->settings().ticket_capacity, *r.pages); !s) {
      return s.error();
    }
  }
  r.stream.created = true;
  if (Status s = r.directory->write_stream_state(r.stream); !s) return s.error();
  progress.enter(RecoveryProgress::Stage::ready);
  report(r, started);
  return r;
}

}  // namespace vencer
