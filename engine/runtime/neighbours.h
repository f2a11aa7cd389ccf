// Neighbours: what the partitions of one process know of each other: who lives where, and the doors
// that stand open to another partition's thread. Nothing here is on the way of a command.
//
// Lives: as long as the partitions.  Thread: filled before threads start, then only read; what the
// pointers lead to is safe from any thread.
#pragma once

#include <vector>

#include "engine/log/wal.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/disk_state.h"
#include "engine/runtime/event_hub.h"
#include "engine/runtime/shard_proxy.h"
#include "engine/runtime/tenant_directory.h"
#include "engine/runtime/tenant_job.h"

namespace vencer {

struct Neighbours {
  struct Door {
    const EventHub* hub = nullptr;
    const ShardProxy* requests = nullptr;
    JobQueue* documents = nullptr;  // to its shard
    const Wal* log = nullptr;
    const Clock* clock = nullptr;  // none: it goes by what commands say

    DiskState disk() const { return disk_state(log->room(), hub->unwritten_bytes()); }
    WallClockView wall() const { return clock == nullptr ? WallClockView{} : clock->wall(); }
  };
  Neighbours(std::uint32_t partitions, TenantPlacement placement)
      : tenants(partitions, std::move(placement)), doors(partitions) {}

  TenantDirectory tenants;
  std::vector<Door> doors;  // by partition
};

}  // namespace vencer
