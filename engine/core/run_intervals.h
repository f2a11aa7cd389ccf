// RunIntervals: when the clocks of a partition ran, one short list per clock and cycle.
//
// A recompute under another rule is exact only over every interval in which the clock ran, so they
// are kept, apart from the tickets: most clocks never pause and have none. A list is a ring in a
// shared pool, named by its last node: append is O(1) and a walk goes forward in time.
//
// Each remembers the calendar in which it counts: under on_change = "keep" that may be another one
// than the clock's. A clock that began paused has one of no length, for its start; so has one that
// resumed past its date and paused at that instant, for its breach.
//
// A list may be marked stale: what the clock has counted over it need not be right any more,
// because calendars came that it was not counted by, or because nobody knows (after a restore). Who
// counts anew unmarks it. A mark too many costs a walk; where one is missing, elapsed times are
// wrong.
//
// Cost: append O(1), release O(n), walk O(n).  Memory: 24 bytes an interval; the pool grows by
// blocks that are never moved, pieces of pages, and reuses what is released.  Thread: the shard's.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "engine/core/assert.h"
#include "engine/core/limits.h"
#include "engine/core/pages.h"
#include "engine/core/types.h"

namespace vencer {

class RunIntervals {
 public:
  using List = std::uint32_t;  // 0: empty
  static constexpr std::uint32_t kCountMax = UINT16_MAX;

  struct Node {
    TimeMs from;
    TimeMs to;
    std::uint32_t next;
    std::uint16_t count;          // in the last node: length of the list
    std::uint16_t calendar : 15;  // in which it counts
    std::uint16_t stale : 1;      // in the last node: of the list
  };
  static_assert(limits::calendars_max < 1u << 15);

  explicit RunIntervals(std::shared_ptr<PageSource> pages = std::make_shared<HeapPages>())
      : pieces_(std::move(pages), kBlock * sizeof(Node)) {}

  // Commands end at limits::run_intervals_max. What only tens of thousands of new documents can
  // reach does not end the engine: the last interval takes in what comes when a list is full.
  void append(List& list, TimeMs from, TimeMs to, CalendarId calendar) {
    if (count(list) == kCountMax) {
      at(list).to = to;
      mark_stale(list);  // the gap before it counts from now on
      return;
    }
    const std::uint32_t index = allocate();
    Node& node = at(index);
    node = {from, to, index, 1, 0, 0};
    node.calendar = calendar & kCalendarMask;
    if (list != 0) {
      Node& last = at(list);
      node.next = last.next;
      node.count = static_cast<std::uint16_t>(last.count + 1);
      node.stale = last.stale;
      last.next = index;
    }
    list = index;
  }

  void release(List& list) {
    if (list == 0) return;
    Node& last = at(list);
    const std::uint32_t first = last.next;
    last.next = free_;  // the ring is cut behind its last node and goes to the free list whole
    free_ = first;
    list = 0;
  }

  std::uint32_t count(List list) const { return list == 0 ? 0 : at(list).count; }
  // A hint that it will be appended to.
  [[gnu::always_inline]] void prefetch(List list) const {
    if (list != 0) __builtin_prefetch(&at(list), 1);
  }
  // When the first one began; the list is not empty.
  TimeMs first_from(List list) const { return at(at(list).next).from; }

  // From now on all of them count in `calendar`.
  void relabel(List list, CalendarId calendar) {
    std::uint32_t index = list;
    for (std::uint32_t left = count(list); left > 0; --left, index = at(index).next) {
      at(index).calendar = calendar & kCalendarMask;
    }
    mark_stale(list);
  }

  void mark_stale(List list) {
    if (list != 0) at(list).stale = 1;
  }
  void unmark_stale(List list) {
    if (list != 0) at(list).stale = 0;
  }
  bool stale(List list) const { return list != 0 && at(list).stale != 0; }

  // fn(from, to, calendar) in order of time; stops when it returns false.
  template <typename Fn>
  void walk(List list, Fn&& fn) const {
    if (list == 0) return;
    std::uint32_t index = at(list).next;
    for (std::uint32_t left = at(list).count; left > 0; --left) {
      const Node& node = at(index);
      if (!fn(node.from, node.to, node.calendar)) return;
      index = node.next;
    }
  }

 private:
  static constexpr std::uint32_t kBlock = 4096;
  static constexpr std::uint16_t kCalendarMask = 0x7fff;
  Node& at(std::uint32_t index) { return blocks_[index / kBlock][index % kBlock]; }
  const Node& at(std::uint32_t index) const { return blocks_[index / kBlock][index % kBlock]; }

  std::uint32_t allocate() {
    if (free_ != 0) {
      const std::uint32_t index = free_;
      free_ = at(index).next;
      return index;
    }
    if (used_ >= blocks_.size() * kBlock)
      blocks_.push_back(reinterpret_cast<Node*>(pieces_.take()));
    return used_++;
  }

  static_assert(sizeof(Node) == 24);

  PagePieces pieces_;
  std::vector<Node*> blocks_;
  std::uint32_t used_ = 1;  // node 0 stands for "empty"
  std::uint32_t free_ = 0;
};

}  // namespace vencer
