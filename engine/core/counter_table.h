// CounterTable: how many of each 64-bit key, for counts that must be kept as things change and are
// few beside what they count: dues by five minutes, verdicts by day and length.
//
// Open addressing, linear probing. A counter that falls to 0 stays in its place until the table is
// built anew, and is never seen.
//
// Cost: add and at O(1), two or three nanoseconds while the table is in cache; building anew is
// amortised. Memory: 16 bytes a cell at 25-75 % fill, counters that are 0 cleared away each time.
// Order: for_each has the table's own, which depends on history: for sums only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/core/assert.h"

namespace vencer {

class CounterTable {
 public:
  // The greatest key stands for "free". A counter never falls below 0.
  void add(std::uint64_t key, std::int64_t by) {
    if ((used_ + 1) * 4 > cells_.size() * 3) rebuild();
    Cell& cell = cells_[place_of(key)];
    if (cell.key == kFree) {
      cell.key = key;
      ++used_;
    }
    VENCER_ASSERT(by >= 0 || cell.count >= static_cast<std::uint64_t>(-by));
    cell.count += static_cast<std::uint64_t>(by);
  }

  std::uint64_t at(std::uint64_t key) const {
    if (cells_.empty()) return 0;
    const Cell& cell = cells_[place_of(key)];
    return cell.key == key ? cell.count : 0;
  }

  // fn(key, count) for each counter above 0.
  template <typename Fn>
  void for_each(Fn&& fn) const {
    for (const Cell& cell : cells_) {
      if (cell.count > 0) fn(cell.key, cell.count);
    }
  }

  void clear() {
    cells_.clear();
    used_ = 0;
  }

 private:
  static constexpr std::uint64_t kFree = ~std::uint64_t{0};
  struct Cell {
    std::uint64_t key = kFree;
    std::uint64_t count = 0;
  };

  // Of the key, or free.
  std::size_t place_of(std::uint64_t key) const {
    const std::size_t mask = cells_.size() - 1;
    std::uint64_t hash = key * 0x9e3779b97f4a7c15ull;
    hash ^= hash >> 32;
    std::size_t at = static_cast<std::size_t>(hash) & mask;
    while (cells_[at].key != key && cells_[at].key != kFree) at = (at + 1) & mask;
    return at;
  }

  void rebuild() {
    std::size_t live = 0;
    for (const Cell& cell : cells_) live += cell.count > 0 ? 1u : 0u;
    std::size_t size = 16;
    while (size < live * 3) size *= 2;
    std::vector<Cell> old(size);
    old.swap(cells_);
    used_ = live;
    for (const Cell& cell : old) {
      if (cell.count > 0) cells_[place_of(cell.key)] = cell;
    }
  }

  std::vector<Cell> cells_;  // a power of two, or none yet
  std::size_t used_ = 0;     // cells with a key
};

}  // namespace vencer
