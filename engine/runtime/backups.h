// Backups: copies of the partition's files for clients, made while commands go on.
//
// A backup is of a durable group: the complete snapshots, the log's segments up to that group's
// end, and the event segments as they are (what is behind the group in them is cut off at a
// restore). While one is under way none of these files goes (file_hold.h), so disk use grows by
// what the log grows. Files are read in parts, one after the other; the shard and the commit role
// take no part.
//
// How long it holds them: until the client says end; is gone; has asked for nothing for kIdleMax;
// is slower than kBytesPerSecondMin over kGraceMax and the bytes of the plan; or the disk is full.
// The last three are logged as warnings, and the client's next question is refused.
//
// Lives: in the partition.  Thread: do_work() the maintenance thread's; submit(), drop() any.
// Bounds: kLeasesMax at a time; what waits for an answer is the connection's to bound.
// Errors: to the client, as a Failure: limit, internal for I/O.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/log/storage.h"
#include "engine/log/wal.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/event_hub.h"
#include "engine/runtime/file_hold.h"
#include "engine/runtime/metrics.h"
#include "engine/runtime/request.h"
#include "engine/runtime/role.h"
#include "engine/wire/backup_codec.h"

namespace vencer {

struct BackupRequest {
  enum class Kind : std::uint8_t { begin, end, read, dropped };
  Kind kind = Kind::begin;
  ConnectionId connection;
  std::uint64_t correlation = 0;
  std::uint32_t request_bytes = 0;  // credit that goes back with the answer
  ReadFileRequest read;
};

class Backups final : public Role {
 public:
  static constexpr std::size_t kLeasesMax = 4;
  static constexpr std::chrono::seconds kIdleMax{60};
  static constexpr std::chrono::seconds kGraceMax{600};
  static constexpr std::uint64_t kBytesPerSecondMin = 1 << 20;

  // All must outlive it.
  struct Seams {
    Storage& storage;
    Clock& clock;
    const Wal& wal;
    const EventHub& hub;
    FileHold& hold;
    Metrics& metrics;
  };
  // about: what every plan says; its group, event and files are filled in.
  Backups(const Seams& seams, std::string data_directory, BackupPlan about);

  void connect(const std::vector<ReplyOutlet*>& outlets) { outlets_ = outlets; }
  void wake(Wakeup* wakeup) { wakeup_ = wakeup; }  // before threads start

  // Answered through the outlet of the connection's worker, each exactly once.
  void submit(const BackupRequest& request);
  // The connection is gone. Nothing if it has no backup.
  void drop(const ConnectionId& connection);

  int do_work() override;
  SteadyTime wake_at() const override;

 private:
  struct Lease {
    ConnectionId connection;
    BackupPlan plan;
    std::uint32_t open_file = 0;  // of plan.files, the one that `file` is
    std::unique_ptr<File> file;
    std::uint64_t sent = 0;
    SteadyTime began_at;
    SteadyTime idle_at;  // it ends then if nothing is asked
    SteadyTime slow_at;  // and then in any case
  };
  using Leases = std::vector<Lease>;

  void let_go_of_overdue(SteadyTime now);
  void serve(const BackupRequest& request, SteadyTime now);
  void begin(const BackupRequest& request, SteadyTime now);
  void end(const BackupRequest& request, SteadyTime now);
  void read(const BackupRequest& request, SteadyTime now);
  Leases::iterator let_go(Leases::iterator lease);
  Result<BackupPlan> make_plan();
  Status add_file(const std::string& name, BackupPlan* plan) const;
  Status add_snapshots(BackupPlan* plan) const;
  Status add_events(BackupPlan* plan) const;
  Status read_part(Lease& lease, const ReadFileRequest& asked, std::vector<std::byte>* bytes);
  Leases::iterator find(const ConnectionId& connection);
  template <typename Encode>
  void answer(const BackupRequest& request, Encode&& encode);
  void fail(const BackupRequest& request, const Error& error);

  const Seams seams_;
  const std::string directory_;
  const BackupPlan about_;
  std::vector<ReplyOutlet*> outlets_;
  Wakeup* wakeup_ = nullptr;
  Leases leases_;  // the maintenance thread's

  std::mutex mutex_;
  std::deque<BackupRequest> requests_;
};

}  // namespace vencer
