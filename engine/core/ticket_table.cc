#include "engine/core/ticket_table.h"

#include "engine/core/assert.h"

namespace vencer {

TicketTable::TicketTable(std::uint32_t capacity)
    : capacity_(capacity),
      tickets_(std::make_unique_for_overwrite<Ticket[]>(capacity)),
      index_(capacity) {}

Slot TicketTable::find(TenantId tenant, const TicketKey& key) const {
  return index_.find(TicketIndex::hash(tenant, key), [&](Slot slot) {
    const Ticket& ticket = tickets_[slot];
    return ticket.key_low == key.low && ticket.key_high == key.high &&
           ticket.key_kind == key.kind && ticket.tenant == tenant;
  });
}

Slot TicketTable::create(TenantId tenant, const TicketKey& key) {
  Slot slot = free_first_;
  if (slot != kNoSlot) {
    free_first_ = tickets_[slot].block;
    if (free_first_ == kNoSlot) free_last_ = kNoSlot;
  } else if (high_water_ < capacity_) {
    slot = high_water_++;
  } else {
    return kNoSlot;
  }
  Ticket& ticket = tickets_[slot];
  ticket = {};
  ticket.key_low = key.low;
  ticket.key_high = key.high;
  ticket.key_kind = key.kind;
  ticket.tenant = static_cast<std::uint16_t>(tenant);
  ticket.set(TicketFlag::live);
  index_.insert(TicketIndex::hash(tenant, key), slot);
  ++size_;
  return slot;
}

void TicketTable::remove(Slot slot) {
  Ticket& ticket = tickets_[slot];
  VENCER_ASSERT(ticket.has(TicketFlag::live));
  index_.erase(TicketIndex::hash(ticket.tenant, ticket.key()), slot);
  ticket = {};
  ticket.block = kNoSlot;
  if (free_last_ == kNoSlot) {
    free_first_ = slot;
  } else {
    tickets_[free_last_].block = slot;
  }
  free_last_ = slot;
  --size_;
}

}  // namespace vencer
