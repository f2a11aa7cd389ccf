#include "engine/core/customer_table.h"

#include <algorithm>

#include "engine/core/assert.h"

namespace vencer {

void Customer::set(AttributeValue wanted) {
  const auto at = std::lower_bound(
      attributes.begin(), attributes.end(), wanted.attribute,
      [](const AttributeValue& have, AttributeId attribute) { return have.attribute < attribute; });
  const bool has = at != attributes.end() && at->attribute == wanted.attribute;
  if (wanted.value == 0) {
    if (has) attributes.erase(at);
  } else if (has) {
    at->value = wanted.value;
  } else {
    attributes.insert(at, wanted);
  }
}

Slot CustomerTable::find(TenantId tenant, std::uint64_t key) const {
  return index_.find(hash(tenant, key), [&](Slot slot) {
    return customers_[slot].key == key && customers_[slot].tenant == tenant;
  });
}

Slot CustomerTable::find_or_add(TenantId tenant, std::uint64_t key) {
  Slot slot = find(tenant, key);
  if (slot != kNoSlot) return slot;
  if (free_first_ != kNoSlot) {
    slot = free_first_;
    free_first_ = static_cast<Slot>(change(slot).key);
    if (free_first_ == kNoSlot) free_last_ = kNoSlot;
  } else if (customers_.size() < limits::customers_max) {
    slot = high_water();
    customers_.emplace_back();
  } else {
    return kNoSlot;
  }
  customers_[slot].tenant = tenant;
  customers_[slot].key = key;
  index_.insert(hash(tenant, key), slot);
  return slot;
}

void CustomerTable::remove(Slot slot) {
  Customer& customer = change(slot);
  VENCER_ASSERT(customer.tenant != kNoTenant);
  index_.erase(hash(customer.tenant, customer.key), slot);
  customer = {};
  customer.key = kNoSlot;
  if (free_last_ == kNoSlot) {
    free_first_ = slot;
  } else {
    change(free_last_).key = slot;
  }
  free_last_ = slot;
}

Customer& CustomerTable::restore_slot(Slot slot) {
  if (slot >= customers_.size()) customers_.resize(slot + 1);
  return customers_[slot];
}

bool CustomerTable::restore_key(Slot slot) {
  const Customer& customer = customers_[slot];
  if (find(customer.tenant, customer.key) != kNoSlot) return false;
  index_.insert(hash(customer.tenant, customer.key), slot);
  return true;
}

void CustomerTable::restore_free(Slot first, Slot last) {
  free_first_ = first;
  free_last_ = last;
}

}  // namespace vencer
