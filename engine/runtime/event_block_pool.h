// EventBlockPool: blocks that come back empty, with their memory, when the last who reads them lets
// go. In a storm, fresh memory for each group is a tenth of what an event costs (the kernel's
// zeros), and a block that was filled a moment ago is still in the caches.
//
// A block is taken for about so many bytes: one that is much larger stays for groups of its size,
// or goes, so that small groups do not hold large blocks.
//
// Cost: O(spare blocks), at most 8, for a group.  Memory: at most 8 MiB of spare blocks.
// Thread: any.  Lifetime: blocks may outlive the pool.
#pragma once

#include <cstddef>
#include <memory>

#include "engine/runtime/event_block.h"

namespace vencer {

class EventBlockPool {
 public:
  EventBlockPool();

  // An empty block, to be filled with about so many bytes.
  std::shared_ptr<EventBlock> take(std::size_t bytes, std::size_t events);
  std::size_t spare_blocks() const;

 private:
  struct Spares;
  std::shared_ptr<Spares> spares_;
};

}  // namespace vencer
