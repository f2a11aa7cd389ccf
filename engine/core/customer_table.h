// CustomerTable: what the desks say about their customers: attributes for their new tickets, and
// until when their contract runs.
//
// Slots come from a FIFO free list: a customer's slot decides the order of equal deadlines
// (TimerKind::customer), so it is state like any other. A free slot names the next free one.
//
// Cost: find O(1), put O(attributes).  Memory: 64 bytes a customer and its attributes.  Thread: the
// shard's. Errors: find_or_add says that the table is full by returning kNoSlot.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "engine/core/change_watch.h"
#include "engine/core/limits.h"
#include "engine/core/ticket_index.h"
#include "engine/core/types.h"

namespace vencer {

struct Customer {
  TenantId tenant = kNoTenant;  // none: the slot is free
  std::uint64_t key = 0;        // of a free slot: the next free one, kNoSlot: it is the last
  TimeMs contract_until = 0;    // the last instant at which it is in force; kNever: without end
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

  // The only way to a customer that can be written: what watches is told first.
  Customer& change(Slot slot) {
    if (watch_ != nullptr) [[unlikely]]
      watch_->before_change(slot);
    return customers_[slot];
  }
  const Customer& operator[](Slot slot) const { return customers_[slot]; }
  Slot high_water() const { return static_cast<Slot>(customers_.size()); }
  // nullptr: nobody. Slots taken anew, beyond high_water(), are not told of.
  void watch(ChangeWatch* watch) { watch_ = watch; }
  // The next to be used, and the last.
  Slot free_first() const { return free_first_; }
  Slot free_last() const { return free_last_; }

  // Restoring, into a table that was never used: a slot of its own for each customer, which is to
  // be filled and then, unless it is free, put into the index. restore_key says false where the key
  // is there already.
  Customer& restore_slot(Slot slot);
  bool restore_key(Slot slot);
  void restore_free(Slot first, Slot last);

 private:
  static std::uint64_t hash(TenantId tenant, std::uint64_t key) {
    return TicketIndex::hash(tenant, {key, 0, KeyKind::number});
  }

  std::deque<Customer> customers_;
  Slot free_first_ = kNoSlot;
  Slot free_last_ = kNoSlot;
  ChangeWatch* watch_ = nullptr;
  TicketIndex index_;
};

}  // namespace vencer
