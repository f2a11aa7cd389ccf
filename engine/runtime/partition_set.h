// PartitionSet: all partitions of one process, each with its own log, engine time and event stream.
//
//   open()   locks the data directory; recovers every partition that it holds, side by side as far
//            as there are cores; then makes those that the configuration asks for beyond them. One
//            that is damaged refuses the whole, by its number.
//   stop()   of each; see partition.h.
//
// The partitions share nothing on the way of a command: no lock, no queue, no memory. What they
// know of each other stands in neighbours.h.
//
// Thread: as Partition.  Errors: a sentence for the operator.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/runtime/neighbours.h"
#include "engine/runtime/partition.h"

namespace vencer {

class PartitionSet {
 public:
  // storage and clock must outlive the set. clock is partition 0's, the others get theirs from it.
  // on_fatal may be called by any partition.
  static Result<std::unique_ptr<PartitionSet>> open(Storage& storage, Clock& clock,
                                                    const ServerConfig& config,
                                                    const FatalHandler& on_fatal);

  std::uint32_t size() const { return static_cast<std::uint32_t>(partitions_.size()); }
  Partition& operator[](std::uint32_t partition) { return *partitions_[partition]; }
  TenantDirectory& tenants() { return neighbours_->tenants; }
  Neighbours& neighbours() { return *neighbours_; }
  // As the partition sees it that is furthest from it, if one is suspect of it. Any thread.
  WallClockView wall_clock() const;

  // Of each; see partition.h. A log that failed goes before a full disk.
  Status stop();

 private:
  class Opening;
  PartitionSet() = default;
  Status meet(const ServerConfig& config);

  std::vector<std::unique_ptr<Clock>> clocks_;  // of partitions 1, 2, ...
  std::unique_ptr<Neighbours> neighbours_;
  std::vector<std::unique_ptr<Partition>> partitions_;
};

}  // namespace vencer
