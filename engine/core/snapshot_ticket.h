// One ticket as a record of a snapshot: slot, header, attributes, clocks, run intervals, extras.
//
// Both directions of one layout (snapshot_ticket.cc writes, snapshot_restore_ticket.cc reads); ids
// are the tenant's, under the document that the ticket was evaluated under.
//
// Cost: about 60 ns to write a ticket of 8 attributes and 2 clocks, 85 bytes.  Pure.
#pragma once

#include "engine/core/compiled_tenant.h"
#include "engine/core/snapshot_bytes.h"
#include "engine/core/ticket_extras.h"
#include "engine/core/ticket_table.h"

namespace vencer {

struct TicketParts {
  Slot slot;
  const TicketHeader& ticket;
  TimeMs deadline;               // of its timer
  const CompiledTenant* tenant;  // of its block; nullptr: it has none
  bool stale;                    // the tenant's document before
  const std::uint64_t* block;
  const TicketExtras* extras;
};

// `expected`: the slot after the one that was put last into this section.
void put_ticket(Put& put, Slot expected, const TicketParts& parts, const RunIntervals& intervals);

// What count() would have counted of a clock by now, a verdict that stands aside (counts.h).
std::uint32_t usual_count(const CompiledTenant& tenant, ClockId id, const ClockState& clock);

}  // namespace vencer
