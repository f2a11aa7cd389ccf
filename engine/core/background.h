// Background jobs: what fans out over many tickets, worked off in logged slices between commands.
//
// A tenant's jobs form a queue, first come first served; tenants take turns in the order of their
// ids, one tenant's queue after the other. A job is a range of units, each O(1) or O(one ticket); a
// slice is a number of units, and the log keeps how many were done. A job is queued only if it has
// at least one unit, and the last unit ends it in its own slice: so a replay by that number ends it
// there too.
//
// What a ticket's row or change rests on is true at its unit's time. Whatever else touches a ticket
// meanwhile (command, timer, query) does not wait for the job.
//
// Thread: the shard's. State: all of it, see state_digest.cc.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "engine/core/types.h"

namespace vencer {

enum class JobKind : std::uint8_t {
  reevaluate = 0,         // brings each ticket to the document in force; unit: a slot
  reapply_customers = 1,  // gives open tickets what their customer has; unit: a slot
  problem_resolved = 2,   // tells the incidents of a problem; unit: an incident
  digest = 3,             // collects the rows of a digest; unit: a slot
  delete_tenant = 4       // removes tickets, then customers; unit: a slot of either
};

struct Job {
  JobKind kind = JobKind::reevaluate;
  TimeMs at = 0;                         // engine time at which it was asked for
  std::uint32_t next = 0;                // the unit to be looked at next ...
  std::uint32_t end = 0;                 // ... and where it ends
  std::uint32_t split = 0;               // delete_tenant: units from here on are customers
  std::uint16_t subject = kNoId16;       // digest: which
  TicketKey ticket;                      // problem_resolved: the problem
  std::vector<TicketKey> tickets;        // problem_resolved: its incidents
  std::vector<std::uint64_t> customers;  // reapply_customers: ascending
};
using JobQueue = std::deque<Job>;  // what is being worked on stays in place as others are queued

}  // namespace vencer
