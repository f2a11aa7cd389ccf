#include "engine/runtime/partition.h"

#include <utility>

#include "engine/log/wal_format.h"
#include "engine/runtime/logging.h"

namespace vencer {
namespace {

constexpr std::size_t kTenantJobsMax = 64;
// How much of a log segment is used up before the next one is looked after.
constexpr std::uint64_t kPrepareParts = 4;

QueueBounds bounds_of(const ServerConfig& config) {
  QueueBounds bounds;
  bounds.bytes_max = config.queue_bytes_max;
  return bounds;
}

constexpr const char* kServer = "vencerd " VENCER_VERSION;

// What every backup of this run says.
BackupPlan backup_plan(const Recovered& recovered, const ServerConfig& config) {
  BackupPlan plan;
  plan.server = kServer;
  plan.identity_high = recovered.stream.identity_high;
  plan.identity_low = recovered.stream.identity_low;
  plan.partition = recovered.machine->settings().partition;
  plan.epoch = recovered.stream.epoch;
  plan.clock_source = recovered.machine->settings().clock_source;
  plan.durability = static_cast<std::uint8_t>(config.durability);
  plan.semantics_version = wal::kSemanticsVersion;
  for (const SkippedStep& skipped : recovered.stream.skipped) {
    plan.skipped.push_back(skipped_step_text(skipped));
  }
  return plan;
}

SnapshotPlan snapshot_plan(const Recovered& recovered, const ServerConfig& config) {
  SnapshotPlan plan;
  plan.directory = recovered.directory->snapshots_path();
  plan.identity_high = recovered.stream.identity_high;
  plan.identity_low = recovered.stream.identity_low;
  plan.partition = recovered.machine->settings().partition;
  plan.epoch = recovered.stream.epoch;
  plan.log_bytes = config.snapshot_log_bytes;
  plan.every_ms = config.snapshot_every_ms;
  plan.bytes_per_second = config.snapshot_bytes_per_second;
  plan.archive = {recovered.directory->wal_path(),
                  config.archive_log,
                  {plan.identity_high, plan.identity_low, plan.partition},
                  &utc_now};
  return plan;
}

}  // namespace

Result<std::unique_ptr<Partition>> Partition::open(Storage& storage, Clock& clock,
                                                   const ServerConfig& config,
                                                   FatalHandler on_fatal,
                                                   std::unique_ptr<DataDirectory> directory) {
  clock.start_after(limits::time_min_ms);
  auto recovered = recover(storage, config, std::move(directory), clock.now());
  if (!recovered) return recovered.error();
  clock.start_after(recovered->machine->now());
  std::unique_ptr<Partition> partition(
      new Partition(storage, clock, config, std::move(on_fatal), std::move(*recovered)));
  const Recovered& from = partition->recovered_;
  if (Status s = partition->snapshot_keeper_->start(from.snapshots, from.wal_recovery.bytes); !s) {
    return s.error();
  }
  return partition;
}

Result<std::unique_ptr<Partition>> Partition::open(Storage& storage, Clock& clock,
                                                   const ServerConfig& config,
                                                   FatalHandler on_fatal) {
  auto directory = DataDirectory::open(storage, config.data);
  if (!directory) return directory.error();
  auto partition = open(storage, clock, config, std::move(on_fatal), std::move(*directory));
  if (!partition) return partition;
  (*partition)->alone_ = std::make_unique<Neighbours>(1u, TenantPlacement());
  if (Status entered = (*partition)->enter(*(*partition)->alone_); !entered) return entered.error();
  return partition;
}

Partition::Partition(Storage& storage, Clock& clock, const ServerConfig& config,
                     FatalHandler on_fatal, Recovered recovered)
    : config_(config),
      clock_(clock),
      on_fatal_(std::move(on_fatal)),
      recovered_(std::move(recovered)),
      proxy_(bounds_of(config)),
      to_maintenance_(kTenantJobsMax),
      from_maintenance_(kTenantJobsMax),
      snapshots_(config.snapshot_bounds) {
  hub_ = std::make_unique<EventHub>(*recovered_.events, recovered_.machine->settings().partition,
                                    recovered_.stream.epoch, config.recent_event_bytes);
  commit_ = std::make_unique<Commit>(*recovered_.wal, *recovered_.events, *hub_, groups_, metrics_,
                                     clock_, on_fatal_);
  snapshot_keeper_ = std::make_unique<SnapshotKeeper>(
      snapshot_plan(recovered_, config_),
      SnapshotKeeper::Seams{storage, *recovered_.wal, *recovered_.events, snapshots_, metrics_,
                            clock_, file_hold_, on_fatal_});
  maintenance_ =
      std::make_unique<Maintenance>(*recovered_.wal, *recovered_.pages, *snapshot_keeper_,
                                    to_maintenance_, from_maintenance_, metrics_, clock_);
  backups_ = std::make_unique<Backups>(
      Backups::Seams{storage, clock, *recovered_.wal, *hub_, file_hold_, metrics_}, config_.data,
      backup_plan(recovered_, config_));
  VENCER_ASSERT(hub_->last_sequence() == recovered_.machine->event_sequence());
}

Partition::~Partition() = default;

Status Partition::enter(Neighbours& neighbours) {
  neighbours_ = &neighbours;
  neighbours.doors[number()] = {hub_.get(), &proxy_, &from_maintenance_, recovered_.wal.get(),
                                clock_source() == ClockSource::wall ? &clock_ : nullptr};
  for (TenantId tenant = 1; tenant <= machine().tenant_count(); ++tenant) {
    const TenantSpec* lives = machine().tenant(tenant);
    if (lives == nullptr) continue;
    if (Status added = neighbours.tenants.add(lives->name, number()); !added) return added;
  }
  return ok_status();
}

void Partition::connect(const std::vector<ReplyOutlet*>& outlets) {
  commit_->connect(outlets);
  backups_->connect(outlets);
  VENCER_ASSERT(neighbours_ != nullptr);
  ShardOptions options;
  options.partition = number();
  options.server = kServer;
  options.slice = config_.slice;
  options.durability = static_cast<std::uint8_t>(config_.durability);
  options.workers = outlets.size();
  shard_ = std::make_unique<Shard>(
      options,
      Shard::Seams{*recovered_.machine, clock_, proxy_, groups_, to_maintenance_, from_maintenance_,
                   snapshots_, *hub_, metrics_, *recovered_.wal, *neighbours_});
}

void Partition::place(Wakeup& shard_thread, Wakeup& commit_thread, Wakeup& maintenance_thread) {
  proxy_.wake(&shard_thread);
  groups_.wake(&shard_thread, &commit_thread);
  from_maintenance_.wake(&shard_thread);
  to_maintenance_.wake(&maintenance_thread);
  snapshots_.wake(&shard_thread, &maintenance_thread);
  maintenance_->wake_shard(&shard_thread);
  backups_->wake(&maintenance_thread);
  recovered_.pages->wake(&maintenance_thread);
  commit_->let_fly(commit_thread, config_.groups_in_flight, &commit_thread != &shard_thread);
  commit_->wake_maintenance(&maintenance_thread, config_.segment_bytes / kPrepareParts);
}

Status Partition::stop() {
  // Both are bounded: nobody submits any more.
  while (shard_->do_work() + commit_->do_work() > 0 || commit_->wait_for_disk()) {
  }
  if (Status finished = commit_->finish(); !finished) return finished;
  StreamState state = recovered_.stream;
  state.clean = true;
  return recovered_.directory->write_stream_state(state);
}

}  // namespace vencer
