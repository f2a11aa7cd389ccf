// Maintenance: what takes milliseconds and must not hold up the shard: compiling tenant documents,
// making log segments and pages of memory ready ahead of need, writing snapshots.
//
// Lives: from Partition::open to its end.  Thread: its own, in every placement.  Used by:
// Partition.
#pragma once

#include <algorithm>

#include "engine/log/wal.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/disk_state.h"
#include "engine/runtime/huge_pages.h"
#include "engine/runtime/metrics.h"
#include "engine/runtime/role.h"
#include "engine/runtime/snapshot_keeper.h"
#include "engine/runtime/tenant_job.h"

namespace vencer {

class Maintenance final : public Role {
 public:
  Maintenance(Wal& wal, HugePages& pages, SnapshotKeeper& snapshots, JobQueue& jobs,
              JobQueue& to_shard, Metrics& metrics, Clock& clock)
      : wal_(wal),
        pages_(pages),
        snapshots_(snapshots),
        jobs_(jobs),
        to_shard_(to_shard),
        metrics_(metrics),
        clock_(clock) {}

  // When there is room on the disk again.
  void wake_shard(Wakeup* wakeup) { shard_ = wakeup; }

  int do_work() override;
  SteadyTime wake_at() const override { return std::min(retry_at_, snapshots_.wake_at()); }

 private:
  bool tend_log();
  void tell_disk(DiskState now, const Status& why);
  void compile(TenantJob& job);
  static void retake(TenantJob& job);  // its zones, instead of compiling a text

  Wal& wal_;
  HugePages& pages_;
  SnapshotKeeper& snapshots_;
  JobQueue& jobs_;
  JobQueue& to_shard_;
  Metrics& metrics_;
  Clock& clock_;
  Wakeup* shard_ = nullptr;
  DiskState disk_ = DiskState::fine;
  bool tending_failed_ = false;
  SteadyTime retry_at_ = kNoWakeTime;
};

}  // namespace vencer
