// Partition: one unit of order: its state machine, its logs, its roles, put together. A process has
// one or many (partition_set.h).
//
//   Partition::open()  recovers; connect() names where replies go; place() says which thread runs
//   which role; the threads run; when they have stopped, stop() drains, seals and marks the stop as
//   clean.
//
// Without stop(), destruction is like a crash: what was acknowledged is in the log.
// Thread: everything here from the thread that made it, before or after the roles' threads run.
#pragma once

#include <memory>
#include <vector>

#include "engine/runtime/backups.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/commit.h"
#include "engine/runtime/event_hub.h"
#include "engine/runtime/maintenance.h"
#include "engine/runtime/metrics.h"
#include "engine/runtime/neighbours.h"
#include "engine/runtime/recovery.h"
#include "engine/runtime/server_config.h"
#include "engine/runtime/shard.h"
#include "engine/runtime/shard_proxy.h"

namespace vencer {

class Partition {
 public:
  // storage and clock must outlive the partition. on_fatal: see commit.h.
  // config: of this partition (partition_layout.h); directory: config.data, locked.
  static Result<std::unique_ptr<Partition>> open(Storage& storage, Clock& clock,
                                                 const ServerConfig& config, FatalHandler on_fatal,
                                                 std::unique_ptr<DataDirectory> directory);
  // The only one of its process.
  static Result<std::unique_ptr<Partition>> open(Storage& storage, Clock& clock,
                                                 const ServerConfig& config, FatalHandler on_fatal);
  ~Partition();
  Partition(const Partition&) = delete;
  Partition& operator=(const Partition&) = delete;

  // Its tenants and its door, for the others. Before connect(); neighbours must outlive it. Error:
  // a tenant of another partition lives here, too.
  Status enter(Neighbours& neighbours);
  // One outlet for each IO worker, in their order.
  void connect(const std::vector<ReplyOutlet*>& outlets);
  void place(Wakeup& shard_thread, Wakeup& commit_thread, Wakeup& maintenance_thread);

  std::uint32_t number() const { return config_.partition; }
  Role& shard() { return *shard_; }
  Role& commit() { return *commit_; }
  Role& maintenance() { return *maintenance_; }
  Role& backups_role() { return *backups_; }  // on the maintenance role's thread

  // For IO workers, any thread.
  ShardProxy& proxy() { return proxy_; }
  const EventHub& hub() const { return *hub_; }
  Backups& backups() { return *backups_; }
  Metrics& metrics() { return metrics_; }
  ClockSource clock_source() const { return recovered_.machine->settings().clock_source; }
  // Of the wall clock, where it goes by one.
  WallClockView wall_clock() const { return door().wall(); }
  DiskState disk() const { return door().disk(); }

  // After the roles' threads have stopped. Errc::disk_full: all that was acknowledged is in the
  // log, but there was no room to seal it or to note that the stop was clean; the next start reads
  // it to its end. Other errors: the log failed.
  Status stop();
  // For tests and after stop(): not while the shard's thread runs.
  const StateMachine& machine() const { return *recovered_.machine; }
  const WalRecovery& wal_recovery() const { return recovered_.wal_recovery; }

 private:
  const Neighbours::Door& door() const { return neighbours_->doors[config_.partition]; }
  Partition(Storage& storage, Clock& clock, const ServerConfig& config, FatalHandler on_fatal,
            Recovered recovered);

  const ServerConfig config_;
  Clock& clock_;
  const FatalHandler on_fatal_;
  Metrics metrics_;
  FileHold file_hold_;
  Recovered recovered_;
  std::unique_ptr<Neighbours>
      alone_;  // where nobody else is; documents under way hold claims in it
  Neighbours* neighbours_ = nullptr;
  ShardProxy proxy_;
  GroupExchange groups_;
  JobQueue to_maintenance_;
  JobQueue from_maintenance_;
  SnapshotExchange snapshots_;
  std::unique_ptr<EventHub> hub_;
  std::unique_ptr<Commit> commit_;
  std::unique_ptr<SnapshotKeeper> snapshot_keeper_;
  std::unique_ptr<Maintenance> maintenance_;
  std::unique_ptr<Backups> backups_;
  std::unique_ptr<Shard> shard_;
};

}  // namespace vencer
