// CustomerTable: what the desks say about their customers: attributes for their new tickets, and
// until when their contract runs.
//
// Slots come from a FIFO free list: a customer's slot decides the order of equal deadlines
// (TimerKind::customer), so it is state like any other.
//
// Cost: find O(1), put O(attributes).  Memory: 64 bytes a customer and its attributes.  Thread: the
// shard's. Errors: find_or_add says that the table is full by returning kNoSlot.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "engine/core/limits.h"
#include "engine/core/ticket_index.h"
#include "engine/core/types.h"

namespace vencer {

struct Customer {
  TenantId tenant = kNoTenant;  // none: the slot is free
  std::uint64_t key = 0;
  TimeMs contract_until = 0;  // the last instant at which it is in force; kNever: without end
  std::vector<AttributeValue> attributes;  // ascending by id, without zeros

  bool in_force(TimeMs at) const { return at <= contract_until; }
  Value value(AttributeId attribute) const {
    for (const AttributeValue& set : attributes) {
      if (set.attribute == attribute) return set.value;
    }
    return 0;
  }
  void set(AttributeValue wanted);  // 0 clears
};

class CustomerTable {
 public:
  CustomerTable() : index_(limits::customers_max) {}

  Slot find(TenantId tenant, std::uint64_t key) const;
  Slot find_or_add(TenantId tenant, std::uint64_t key);
  void remove(Slot slot);

  Customer& operator[](Slot slot) { return customers_[slot]; }
  const Customer& operator[](Slot slot) const { return customers_[slot]; }
  Slot high_water() const { return static_cast<Slot>(customers_.size()); }
  const std::deque<Slot>& free() const { return free_; }  // the next to be used first

 private:
  static std::uint64_t hash(TenantId tenant, std::uint64_t key) {
    return TicketIndex::hash(tenant, {key, 0, KeyKind::number});
  }

  std::deque<Customer> customers_;
  std::deque<Slot> free_;
  TicketIndex index_;
};

}  // namespace vencer
