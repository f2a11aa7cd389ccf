// Maintenance: what takes milliseconds and must not hold up the shard: compiling tenant documents,
// and making log segments and pages of memory ready ahead of need.
//
// Lives: from Partition::open to its end.  Thread: its own, in every placement.  Used by:
// Partition.
#pragma once

#include "engine/log/wal.h"
#include "engine/runtime/huge_pages.h"
#include "engine/runtime/role.h"
#include "engine/runtime/tenant_job.h"

namespace vencer {

class Maintenance final : public Role {
 public:
  Maintenance(Wal& wal, HugePages& pages, JobQueue& jobs, JobQueue& to_shard)
      : wal_(wal), pages_(pages), jobs_(jobs), to_shard_(to_shard) {}

  int do_work() override;
  SteadyTime wake_at() const override { return kNoWakeTime; }

 private:
  void compile(TenantJob& job);
  static void retake(TenantJob& job);  // its zones, instead of compiling a text

  Wal& wal_;
  HugePages& pages_;
  JobQueue& jobs_;
  JobQueue& to_shard_;
  bool preparing_failed_ = false;
};

}  // namespace vencer
