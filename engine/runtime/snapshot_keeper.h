// SnapshotKeeper: snapshots of one partition as files: when to take one, writing what the shard
// hands over, keeping two complete ones and letting the log go below the older.
//
// One is taken when the log has grown by `log_bytes` since the last one began (or by that one's own
// size, if it is larger: what is written stays within twice the log), `every_ms` after the last one
// if anything was logged since, or by command. It is complete, and takes its name, only when the
// log up to its group and the event segments up to its event are on the disk.
//
// Writing keeps to bytes_per_second, so that log and events have the disk when they need it.
// Besides, in the same spirit: the event log's tidy(), old files, and archiving what the log gives
// up
// (`archive_log`), a step now and then; not while somebody copies the files (file_hold.h).
// Lives: from Partition::open to its end.  Thread: maintenance's.  Used by: Maintenance.
// Errors: a snapshot that fails is logged and counted, and its temporary file goes; the next one
// comes in its time. A failed sync of the event segments is fatal, as one of the log is: what it
// left is not to be trusted, and no snapshot could succeed any more.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/log/event_log.h"
#include "engine/log/gentle_removal.h"
#include "engine/log/segment_archiver.h"
#include "engine/log/snapshot_file.h"
#include "engine/log/wal.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/file_hold.h"
#include "engine/runtime/metrics.h"
#include "engine/runtime/snapshot_exchange.h"
#include "engine/runtime/wakeup.h"

namespace vencer {

struct SnapshotPlan {
  std::string directory;
  std::uint64_t identity_high = 0, identity_low = 0;
  std::uint32_t partition = 0;
  std::uint64_t epoch = 1;
  std::uint64_t log_bytes = 0;  // 0: never by size
  DurationMs every_ms = 0;      // 0: never by time
  std::uint64_t bytes_per_second = 0;
  SegmentArchiver::Options archive;  // no directory: the log below is used again as it is
};

class SnapshotKeeper {
 public:
  static constexpr std::size_t kKept = 2;

  struct Seams {
    Storage& storage;
    Wal& wal;
    EventLog& events;
    SnapshotExchange& exchange;
    Metrics& metrics;
    Clock& clock;
    FileHold& hold;
    const std::function<void(const Error&)>& on_fatal;  // ends the process
  };
  SnapshotKeeper(const SnapshotPlan& plan, const Seams& seams);

  // replayed_bytes: of log that this start had to replay; `kept`: complete snapshots, the newest
  // first. Before the threads start.
  Status start(std::vector<snapshot::SnapshotInfo> kept, std::uint64_t replayed_bytes);

  int do_work();
  SteadyTime wake_at() const;

 private:
  int watch();
  int tidy();
  int write_down();
  Status open_file(const SnapshotExchange::Begun& begun);
  Status write_buffer(std::span<const std::byte> bytes);
  void report_progress();
  int complete();
  void fail(const Error& error);
  void end(Result<SnapshotTaken> result);
  bool due(SteadyTime now) const;
  struct Kept {
    std::string path;
    std::uint64_t group;
  };
  void keep(Kept fresh);
  Result<bool> give_up_log(SteadyTime now);

  const SnapshotPlan plan_;
  Storage& storage_;
  Wal& wal_;
  EventLog& events_;
  SnapshotExchange& exchange_;
  Metrics& metrics_;
  Clock& clock_;
  FileHold& hold_;
  const std::function<void(const Error&)>& on_fatal_;
  GentleRemoval removal_;
  std::unique_ptr<SegmentArchiver> archiver_;  // or none
  std::uint64_t log_wanted_from_ = 0;          // what is below may go; 0: nothing
  SteadyTime archive_retry_at_{};
  std::vector<Kept> kept_;                // the newest first
  std::uint64_t last_bytes_ = 0;          // of the last file
  std::uint64_t log_bytes_at_begin_ = 0;  // of the last one, by wal_.written_bytes()
  std::uint64_t replayed_bytes_ = 0;      // not in any snapshot of this run yet
  SteadyTime last_begin_{};
  // The one being written.
  std::unique_ptr<snapshot::SnapshotWriter> writer_;
  SnapshotExchange::Begun begun_;
  std::uint64_t group_ = 0;
  std::uint64_t written_bytes_at_begin_ = 0;
  SteadyTime began_at_{};
  SteadyTime next_write_{};
  bool paced_ = false;  // only next_write_ is waited for; else somebody notifies
  SteadyTime next_tidy_{};
  std::uint32_t told_percent_ = 0;
  std::optional<Error> failed_;
};

}  // namespace vencer
