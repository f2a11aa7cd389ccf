// TicketTable: the open tickets of one partition: a slab of fixed headers, and for each a block
// that holds its attributes and clocks side by side, laid out as its tenant's document says.
//
// Slots come from a FIFO free list: which slot a ticket gets decides the order of equal deadlines,
// so it is state like any other. Where a block lies is not: no output depends on it.
//
// Cost: create, find, remove O(1).  Memory: 64 bytes a ticket, its block, 9-18 bytes of index, in
// pages that are taken as they are needed.  Thread: the shard's.  Errors: create() says capacity by
// returning kNoSlot.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/core/block_arena.h"
#include "engine/core/change_watch.h"
#include "engine/core/packed.h"
#include "engine/core/ticket_index.h"
#include "engine/core/timing_wheel.h"
#include "engine/core/types.h"

namespace vencer {

struct TicketFlag {
  static constexpr std::uint8_t live = 1;  // the slot holds a ticket
  static constexpr std::uint8_t gone =
      2;  // closed for good and stripped: only its key is remembered
  static constexpr std::uint8_t surveyed = 4;  // survey_due was sent
  static constexpr std::uint8_t closed = 8;    // closed for good
  static constexpr std::uint8_t extras = 16;   // has TicketExtras
};

struct TicketHeader {
  std::uint64_t timer;  // the wheel's word (TimerWords); it outlives the ticket in its slot
  std::uint64_t key_low;
  std::uint64_t key_high;
  union {
    std::uint64_t activities;  // recorded so far
    TimeMs leave_at;           // closed: when it is stripped; gone: when its key is forgotten
  };
  std::uint32_t block;  // free slot: the next free one
  std::uint32_t version;
  std::uint32_t counted;   // what was counted of it: counts.h
  PackedMs created_at;     // at the desk
  PackedMs changed_at;     // last change of status, level, attribute or activity, at the desk
  std::uint16_t document;  // low bits of the version of the document that it was evaluated under
  std::uint16_t tenant;
  KeyKind key_kind;
  StatusId status;
  LevelId level;
  std::uint8_t flags_and_light;  // TicketFlag, and Light in the upper two bits

  TicketKey key() const { return {key_low, key_high, key_kind}; }
  bool has(std::uint8_t flag) const { return (flags_and_light & flag) != 0; }
  void set(std::uint8_t flag) {
    flags_and_light = static_cast<std::uint8_t>(flags_and_light | flag);
  }
  void unset(std::uint8_t flag) {
    flags_and_light = static_cast<std::uint8_t>(flags_and_light & ~flag);
  }
  Light light() const { return static_cast<Light>(flags_and_light >> 6); }
  void set_light(Light light) {
    flags_and_light =
        static_cast<std::uint8_t>((flags_and_light & 0x3f) | (static_cast<unsigned>(light) << 6));
  }
};
static_assert(sizeof(TicketHeader) == 64, "one cache line a ticket");

// What so many tickets of two clocks and eight attributes take in all tables, their blocks, index
// and timers included. Of a document that wants more, the rest comes as the tickets do; so do run
// intervals.
std::uint64_t expected_ticket_bytes(std::uint64_t tickets);

class TicketTable {
 public:
  // Tells `pages` what the capacity will want.
  explicit TicketTable(std::uint32_t capacity,
                       std::shared_ptr<PageSource> pages = std::make_shared<HeapPages>());

  Slot find(TenantId tenant, const TicketKey& key) const;
  // Hints for a batch, each to be given some commands ahead of the next: what a find (a create,
  // too) will read, the header that it will probably name, and the block of that slot. They change
  // nothing.
  [[gnu::always_inline]] void prefetch_index(TenantId tenant, const TicketKey& key,
                                             bool create) const {
    const std::uint64_t hash = TicketIndex::hash(tenant, key);
    index_.prefetch(hash);
    if (create) index_.prefetch_insert(hash);
  }
  // The slot asked for; kNoSlot: a new key.
  [[gnu::always_inline]] Slot prefetch_header(TenantId tenant, const TicketKey& key) const {
    const Slot slot = likely(tenant, key);
    if (slot != kNoSlot) __builtin_prefetch(&(*this)[slot]);
    return slot;
  }
  [[gnu::always_inline]] void prefetch_block(Slot slot) const {
    const TicketHeader& ticket = (*this)[slot];
    if (!ticket.has(TicketFlag::live) || ticket.block == 0) return;  // it may have been freed since
    constexpr std::uint32_t kCellsALine = 8;
    const std::uint64_t* block = blocks_.data((*this)[slot].block);
    for (std::uint32_t line = 0; line < 3; ++line) __builtin_prefetch(block + line * kCellsALine);
  }

  // A zeroed ticket under this key, which must not be there yet; kNoSlot: the partition is full.
  Slot create(TenantId tenant, const TicketKey& key);
  // Forgets the key and frees the slot; the block must have been released.
  void remove(Slot slot);

  // The only way to a header that can be written, and to its block: what watches is told first.
  TicketHeader& change(Slot slot) {
    if (watch_ != nullptr) [[unlikely]]
      watch_->before_change(slot);
    return header(slot);
  }
  const TicketHeader& operator[](Slot slot) const {
    return reinterpret_cast<const TicketHeader*>(
        pages_[slot / kTicketsPerPage])[slot % kTicketsPerPage];
  }
  // For the wheel, which is to outlive no ticket.
  TimerWords timer_words() const;
  BlockArena& blocks() { return blocks_; }
  const BlockArena& blocks() const { return blocks_; }

  Slot high_water() const { return high_water_; }  // slots below were used at some time
  std::uint64_t size() const { return size_; }
  std::uint32_t capacity() const { return capacity_; }

  // nullptr: nobody. Slots taken anew, beyond high_water(), are not told of.
  void watch(ChangeWatch* watch) { watch_ = watch; }

  // Free slots form a list, first to be used first; each names the next in `block`.
  Slot free_first() const { return free_first_; }
  Slot free_last() const { return free_last_; }

  // Restoring, into a table that was never used (snapshot_restore.h). First how many slots there
  // are; then each of them: its header, zero, to be filled; those with a ticket are put into the
  // index. restore_key says false where the key is there already.
  void restore_slots(Slot high_water) { high_water_ = high_water; }
  TicketHeader& restore_header(Slot slot);
  [[gnu::always_inline]] void prefetch_restore(TenantId tenant, const TicketKey& key) const {
    index_.prefetch(TicketIndex::hash(tenant, key));
  }
  bool restore_key(Slot slot);
  void restore_free(Slot first, Slot last);

  // fn(slot) over the free list, first to be used first: part of the state (digest, snapshot).
  template <typename Fn>
  void for_each_free(Fn&& fn) const {
    for (Slot slot = free_first_; slot != kNoSlot; slot = (*this)[slot].block) fn(slot);
  }

 private:
  // The first slot whose tag fits, unread: nearly always the right one.
  Slot likely(TenantId tenant, const TicketKey& key) const {
    return index_.find(TicketIndex::hash(tenant, key), [](Slot) { return true; });
  }

  static constexpr std::uint32_t kTicketsPerPage = kPageBytes / sizeof(TicketHeader);
  TicketHeader& header(Slot slot) {
    return reinterpret_cast<TicketHeader*>(pages_[slot / kTicketsPerPage])[slot % kTicketsPerPage];
  }

  std::uint32_t capacity_;
  std::shared_ptr<PageSource> source_;
  std::vector<std::byte*> pages_;  // for the whole capacity; null: not yet used
  TicketIndex index_;
  BlockArena blocks_;
  Slot high_water_ = 0;
  Slot free_first_ = kNoSlot;
  Slot free_last_ = kNoSlot;
  std::uint64_t size_ = 0;
  ChangeWatch* watch_ = nullptr;
};

}  // namespace vencer
