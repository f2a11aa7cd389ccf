// TicketIndex: from (tenant, key) to the slot of a ticket. Keys lie in the ticket slab; the index
// holds 32 bits of hash and the slot, and asks the caller whether a candidate is the one.
//
// Extendible hashing (Fagin, Nievergelt, Pippenger, Strong, TODS 1979) over segments of 4,096
// cells. The upper bits of the tag choose the segment through a directory, its lower 12 bits the
// cell. A full segment splits in two by the tag alone, so no table is ever rehashed and no key is
// read to grow. Within a segment: linear probing kept in order of homes (Robin Hood, Celis 1986),
// so that a miss ends early, and deletion by backward shift, so that there are no tombstones.
//
// Equal tags cannot be told apart by a split. The directory's depth is bounded by the capacity;
// segments that are full at that depth get overflow segments, looked through one after another:
// slow for those who collide, bounded in memory for all.
//
// Cost: find, insert, erase O(1); an insert that splits 4,096 cells (tens of us; at times the
//   directory is doubled too: a copy of at most capacity / 450 pointers).
// Memory: 9 to 18 bytes an entry; never given back.  Allocates when a segment splits only.
// Thread: one writer; find and prefetch are const.  Errors: none.
// Determinism: no iteration is offered; what a find answers does not depend on history nor seed.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/core/types.h"

namespace vencer {

class TicketIndex {
 public:
  // capacity: entries expected at most. More are taken, at the cost of overflow segments.
  explicit TicketIndex(std::uint32_t capacity);

  // A seed unknown to producers keeps them from choosing keys that collide; it need not be logged.
  static std::uint64_t hash(TenantId tenant, const TicketKey& key, std::uint64_t seed = 0);

  // The slot inserted under this hash for which equal(slot) holds; kNoSlot if there is none.
  template <class Equal>
  Slot find(std::uint64_t hash, Equal&& equal) const;

  // Precondition: this key is not in the index.
  void insert(std::uint64_t hash, Slot slot);
  // False if it is not there.
  bool erase(std::uint64_t hash, Slot slot);

  // Asks for the memory that a find of this hash will read.
  void prefetch(std::uint64_t hash) const {
    const std::uint32_t tag = tag_of(hash);
    __builtin_prefetch(&segment_of(tag).cells[tag & kCellMask]);
  }

  std::size_t size() const { return size_; }
  std::size_t memory_bytes() const;
  // Asserts the invariants: order of homes, directory, counts. O(all): for tests.
  void verify() const;

 private:
  static constexpr std::uint32_t kCellBits = 12;
  static constexpr std::uint32_t kCells = 1u << kCellBits;
  static constexpr std::uint32_t kCellMask = kCells - 1;
  static constexpr std::uint32_t kFull = kCells / 8 * 7;  // always a free cell: probing ends
  static constexpr std::uint32_t kDepthMax = 32 - kCellBits;

  using Cell = std::uint64_t;  // tag << 32 | slot
  static constexpr Cell kEmpty = ~Cell{0};

  struct Segment {
    explicit Segment(std::uint32_t depth);
    Cell cells[kCells];
    std::uint32_t size = 0;
    std::uint32_t depth;  // how many upper bits of the tag all entries share
    std::unique_ptr<Segment> overflow;
  };

  static std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }
  static std::uint32_t home_of(Cell cell) {
    return static_cast<std::uint32_t>(cell >> 32) & kCellMask;
  }
  // The directory goes by the tag's upper bits; in 64 bits, for depth 0.
  std::size_t directory_index(std::uint32_t tag) const {
    return static_cast<std::size_t>(std::uint64_t{tag} >> (32 - depth_));
  }
  const Segment& segment_of(std::uint32_t tag) const { return *directory_[directory_index(tag)]; }

  template <class Equal>
  static Slot find_in(const Segment& segment, std::uint32_t tag, Equal&& equal);
  static void put(Segment& segment, Cell cell);
  static bool remove(Segment& segment, Cell cell);
  void split(std::uint32_t tag);
  void verify_segment(const Segment& segment, std::uint32_t prefix) const;

  std::vector<Segment*> directory_;  // 2^depth_ entries
  std::vector<std::unique_ptr<Segment>> segments_;
  std::uint32_t depth_ = 0;
  std::uint32_t depth_max_;
  std::size_t overflows_ = 0;  // overflow segments
  std::size_t size_ = 0;
};

template <class Equal>
Slot TicketIndex::find(std::uint64_t hash, Equal&& equal) const {
  const std::uint32_t tag = tag_of(hash);
  const Segment& first = segment_of(tag);
  const Slot found = find_in(first, tag, equal);
  if (found != kNoSlot || overflows_ == 0) [[likely]]
    return found;
  for (const Segment* more = first.overflow.get(); more; more = more->overflow.get()) {
    const Slot slot = find_in(*more, tag, equal);
    if (slot != kNoSlot) return slot;
  }
  return kNoSlot;
}

template <class Equal>
Slot TicketIndex::find_in(const Segment& segment, std::uint32_t tag, Equal&& equal) {
  std::uint32_t at = tag & kCellMask;
  for (std::uint32_t distance = 0;; ++distance, at = (at + 1) & kCellMask) {
    const Cell cell = segment.cells[at];
    if (cell == kEmpty || ((at - home_of(cell)) & kCellMask) < distance) return kNoSlot;
    if (cell >> 32 != tag) continue;
    const Slot slot = static_cast<Slot>(cell);
    if (equal(slot)) return slot;
  }
}

}  // namespace vencer
