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
// Cost: find, insert, erase O(1); an insert that splits moves 4,096 cells (tens of us; at times the
//   directory is doubled too: a copy of at most capacity / 450 entries of 16 bytes).
// Memory: 9 to 18 bytes an entry; never given back.  Allocates when a segment splits only.
// Thread: one writer; find and prefetch are const.  Errors: none.
// Determinism: no iteration is offered; what a find answers does not depend on history nor seed.
#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "engine/core/pages.h"
#include "engine/core/types.h"

namespace vencer {

class TicketIndex {
 public:
  // capacity: entries expected at most. More are taken, at the cost of overflow segments.
  explicit TicketIndex(std::uint32_t capacity,
                       std::shared_ptr<PageSource> pages = std::make_shared<HeapPages>());

  // A seed unknown to producers keeps them from choosing keys that collide; it need not be logged.
  static std::uint64_t hash(TenantId tenant, const TicketKey& key, std::uint64_t seed = 0);

  // The slot inserted under this hash for which equal(slot) holds; kNoSlot if there is none.
  template <class Equal>
  Slot find(std::uint64_t hash, Equal&& equal) const;

  // Precondition: this key is not in the index.
  void insert(std::uint64_t hash, Slot slot);
  // False if it is not there.
  bool erase(std::uint64_t hash, Slot slot);

  // Asks for the memory that a find of this hash will read. (always_inline: GCC 12 takes a function
  // that only prefetches for pure, and drops the call.)
  [[gnu::always_inline]] void prefetch(std::uint64_t hash) const {
    const std::uint32_t tag = tag_of(hash);
    __builtin_prefetch(&door_of(tag).cells->cell[home_of(tag)]);
  }
  // And what an insert will, besides: its free cell is often in the next line.
  [[gnu::always_inline]] void prefetch_insert(std::uint64_t hash) const {
    const Door& door = door_of(tag_of(hash));
    __builtin_prefetch(door.segment, 1);
    __builtin_prefetch(&door.cells->cell[(home_of(tag_of(hash)) + kLine) & kCellMask], 1);
  }

  std::size_t size() const { return size_; }
  std::size_t memory_bytes() const;
  // What so many entries will have taken of the pages.
  static std::uint64_t expected_bytes(std::uint64_t entries);
  // Asserts the invariants: order of homes, directory, counts. O(all): for tests.
  void verify() const;

 private:
  static constexpr std::uint32_t kCellBits = 12;
  static constexpr std::uint32_t kCells = 1u << kCellBits;
  static constexpr std::uint32_t kCellMask = kCells - 1;
  static constexpr std::uint32_t kLine = 8;  // cells of a cache line; homes are multiples of it
  static constexpr std::uint32_t kFull = kCells / 8 * 7;  // always a free cell: probing ends
  static constexpr std::uint32_t kDepthMax = 20;          // of 32 bits; 9 choose the home

  using Cell = std::uint64_t;  // tag << 32 | slot
  static_assert(sizeof(Cell) == 8);
  static constexpr Cell kEmpty = ~Cell{0};

  struct alignas(64) Cells {
    Cell cell[kCells];
  };
  // Apart from its cells, so that counting touches no memory but what an insert touches anyway.
  struct Segment {
    Cells* cells = nullptr;
    std::uint32_t size = 0;
    std::uint32_t depth = 0;  // how many upper bits of the tag all entries share
    std::unique_ptr<Segment> overflow;
  };
  struct Door {
    Segment* segment;
    Cells* cells;  // the segment's
  };

  static std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }
  static std::uint32_t tag_in(Cell cell) { return static_cast<std::uint32_t>(cell >> 32); }
  static std::uint32_t home_of(std::uint32_t tag) { return tag * kLine & kCellMask; }
  // How far behind its home the cell at `at` lies.
  static std::uint32_t distance_of(Cell cell, std::uint32_t at) {
    return (at - home_of(tag_in(cell))) & kCellMask;
  }
  // The directory goes by the tag's upper bits; in 64 bits, for depth 0.
  std::size_t directory_index(std::uint32_t tag) const {
    return static_cast<std::size_t>(std::uint64_t{tag} >> (32 - depth_));
  }
  const Door& door_of(std::uint32_t tag) const { return directory_[directory_index(tag)]; }

  // Bit i: cell i of the line has this tag.
  static std::uint32_t matches(const Cell* line, std::uint32_t tag);
  template <class Equal>
  static Slot find_in(const Cells& cells, std::uint32_t tag, Equal&& equal);
  static void put(Cells& cells, Cell cell);
  static bool remove(Segment& segment, Cell cell);
  static void part(Segment& lower, Segment& upper, Cell bit);
  void split(std::uint32_t tag);
  void verify_segment(const Segment& segment, std::uint32_t prefix) const;

  std::unique_ptr<Segment> make_segment(std::uint32_t depth);

  PagePieces cells_;
  std::vector<Door> directory_;  // 2^depth_ entries
  std::vector<std::unique_ptr<Segment>> segments_;
  std::uint32_t depth_ = 0;
  std::uint32_t depth_max_;
  std::size_t overflows_ = 0;  // overflow segments
  std::size_t size_ = 0;
};

template <class Equal>
Slot TicketIndex::find(std::uint64_t hash, Equal&& equal) const {
  const std::uint32_t tag = tag_of(hash);
  const Door& door = door_of(tag);
  const Slot found = find_in(*door.cells, tag, equal);
  if (found != kNoSlot || overflows_ == 0) [[likely]]
    return found;
  for (const Segment* more = door.segment->overflow.get(); more; more = more->overflow.get()) {
    const Slot slot = find_in(*more->cells, tag, equal);
    if (slot != kNoSlot) return slot;
  }
  return kNoSlot;
}

inline std::uint32_t TicketIndex::matches(const Cell* line, std::uint32_t tag) {
#if defined(__SSE2__)
  const __m128i wanted = _mm_set1_epi32(static_cast<int>(tag));
  const auto* pairs = reinterpret_cast<const __m128i*>(line);
  const auto tags_of = [pairs](int first) {  // the upper halves of four cells
    return _mm_castps_si128(_mm_shuffle_ps(_mm_castsi128_ps(_mm_load_si128(pairs + first)),
                                           _mm_castsi128_ps(_mm_load_si128(pairs + first + 1)),
                                           _MM_SHUFFLE(3, 1, 3, 1)));
  };
  const __m128i low = _mm_cmpeq_epi32(tags_of(0), wanted);
  const __m128i high = _mm_cmpeq_epi32(tags_of(2), wanted);
  return static_cast<std::uint32_t>(_mm_movemask_ps(_mm_castsi128_ps(low)) |
                                    _mm_movemask_ps(_mm_castsi128_ps(high)) << 4);
#else
  std::uint32_t found = 0;
  for (std::uint32_t i = 0; i < kLine; ++i) found |= std::uint32_t{tag_in(line[i]) == tag} << i;
  return found;
#endif
}

template <class Equal>
Slot TicketIndex::find_in(const Cells& cells, std::uint32_t tag, Equal&& equal) {
  std::uint32_t at = home_of(tag);
  for (std::uint32_t last = kLine - 1;; last += kLine, at = (at + kLine) & kCellMask) {
    const Cell* line = cells.cell + at;
    for (std::uint32_t found = matches(line, tag); found != 0; found &= found - 1) {
      const Cell cell = line[std::countr_zero(found)];
      if (cell != kEmpty && equal(static_cast<Slot>(cell))) return static_cast<Slot>(cell);
    }
    // Ours goes on in the next line only if the last cell's home is not after ours.
    const Cell end = line[kLine - 1];
    if (end == kEmpty || distance_of(end, at + kLine - 1) < last) return kNoSlot;
  }
}

}  // namespace vencer
