#include "engine/core/ticket_table.h"

#include <bit>
#include <cstddef>

#include "engine/core/assert.h"
#include "engine/core/clock.h"

namespace vencer {

static_assert(offsetof(TicketHeader, timer) == 0, "a page of tickets is a segment of timer words");

std::uint64_t expected_ticket_bytes(std::uint64_t tickets) {
  constexpr std::uint64_t kBlock = 8 + 2 * sizeof(ClockState);
  constexpr std::uint64_t kTimer =
      13;  // an entry of 12 bytes, in chunks of which some are not full
  return tickets * (sizeof(TicketHeader) + kBlock + kTimer) + TicketIndex::expected_bytes(tickets);
}

TicketTable::TicketTable(std::uint32_t capacity, std::shared_ptr<PageSource> pages)
    : capacity_(capacity),
      source_(pages),
      pages_((std::size_t{capacity} + kTicketsPerPage - 1) / kTicketsPerPage),
      index_(capacity, pages),
      blocks_(std::move(pages)) {
  source_->expect(expected_ticket_bytes(capacity));
}

TimerWords TicketTable::timer_words() const {
  static_assert(kTicketsPerPage == 1u << TimerWords::kSegmentBits);
  return {pages_.data(), pages_.size(), std::countr_zero(sizeof(TicketHeader))};
}

namespace {
// The timer's word tells entries of the slot's earlier timers from its own: it stays.
void clear(TicketHeader& ticket) {
  const std::uint64_t timer = ticket.timer;
  ticket = {};
  ticket.timer = timer;
}
}  // namespace

Slot TicketTable::find(TenantId tenant, const TicketKey& key) const {
  return index_.find(TicketIndex::hash(tenant, key), [&](Slot slot) {
    const TicketHeader& ticket = (*this)[slot];
    return ticket.key_low == key.low && ticket.key_high == key.high &&
           ticket.key_kind == key.kind && ticket.tenant == tenant;
  });
}

Slot TicketTable::create(TenantId tenant, const TicketKey& key) {
  Slot slot = free_first_;
  if (slot != kNoSlot) {
    change(slot);
    free_first_ = (*this)[slot].block;
    if (free_first_ == kNoSlot) free_last_ = kNoSlot;
  } else if (high_water_ < capacity_) {
    slot = high_water_++;
    if (std::byte*& page = pages_[slot / kTicketsPerPage]; page == nullptr) page = source_->take();
  } else {
    return kNoSlot;
  }
  TicketHeader& ticket = header(slot);
  clear(ticket);
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
  TicketHeader& ticket = change(slot);
  VENCER_ASSERT(ticket.has(TicketFlag::live));
  index_.erase(TicketIndex::hash(ticket.tenant, ticket.key()), slot);
  clear(ticket);
  ticket.block = kNoSlot;
  if (free_last_ == kNoSlot) {
    free_first_ = slot;
  } else {
    change(free_last_).block = slot;
  }
  free_last_ = slot;
  --size_;
}

TicketHeader& TicketTable::restore_header(Slot slot) {
  VENCER_ASSERT(slot < high_water_);
  if (std::byte*& page = pages_[slot / kTicketsPerPage]; page == nullptr) page = source_->take();
  return header(slot);
}

bool TicketTable::restore_key(Slot slot) {
  const TicketHeader& ticket = (*this)[slot];
  if (find(ticket.tenant, ticket.key()) != kNoSlot) return false;
  index_.insert(TicketIndex::hash(ticket.tenant, ticket.key()), slot);
  ++size_;
  return true;
}

void TicketTable::restore_free(Slot first, Slot last) {
  free_first_ = first;
  free_last_ = last;
}

}  // namespace vencer
