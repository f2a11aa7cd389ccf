// What a tenant counts as things change, so that no query has to look at its tickets: open tickets
// by light and counted attributes, dues by five minutes, breached clocks in order of due, verdicts.
//
// The idea. Whatever touches a ticket ends in reschedule(), which also calls count(): it compares
// what the ticket is with what was counted of it last, and moves the counters by the difference.
// What was counted last stands in the ticket, a word of its own and one in each clock, so no path
// that changes a ticket has to know of counters, and none can forget them:
//
//   ticket's word   0: not counted (closed for good); else 1 + cell * 4 + light
//   clock's word    0: nothing
//                   due / 5 minutes << 2 | 1   active, not breached: in `forecast`
//                   place << 2 | 2             active, breached: in `overdue`, whose place knows
//                                              under which due
//                   a verdict | 3              stopped: day, bucket, met or missed, as in
//                                              `attainment`
//
// Only verdicts need hooks, because a stop and the next start may come in one change: stop_clock
// counts one, continue_cycle takes it back, start_cycle leaves it for good. A change of a counted
// attribute moves the verdicts that stand in the ticket's words: those of each clock's last cycle.
// Earlier cycles stay as they were.
//
// A new document may count by other attributes: it begins a table of lights of its own, and each
// ticket moves from the old one as it is brought to the document (bring_current); so do the
// verdicts in its words. Verdicts of tickets that are gone stay under the attributes they were
// given under.
//
// Cost: count() O(clocks) over lines that reschedule() reads anyway; a due that moved O(1), a
// breach or its end O(log breached), a verdict O(1).  Memory: 4 bytes a ticket and a clock; 16
// bytes a cell of count_by; the tables as their headers say; about 27 bytes a breached
// clock, and 8 for the most that there were at a time.
// Windows take no part. Thread: the shard's.
#pragma once

#include <absl/container/btree_set.h>

#include <compare>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/core/assert.h"
#include "engine/core/attainment.h"
#include "engine/core/counter_table.h"
#include "engine/core/query_rows.h"
#include "engine/core/types.h"

namespace vencer {

// A breached clock; the order of `overdue`.
struct Overdue {
  TimeMs due;
  Slot slot;
  ClockId clock;
  friend auto operator<=>(const Overdue&, const Overdue&) = default;
};

// Open tickets by cell of count_by and light.
class LightCounts {
 public:
  explicit LightCounts(std::uint32_t cells = 1) : counts_(std::size_t{cells} * kLights) {}
  std::uint32_t& operator[](std::uint64_t cell_and_light) { return counts_[cell_and_light]; }
  std::uint32_t at(std::uint32_t cell, Light light) const {
    return counts_[std::size_t{cell} * kLights + static_cast<std::size_t>(light)];
  }
  const std::vector<std::uint32_t>& all() const { return counts_; }

 private:
  std::vector<std::uint32_t> counts_;
};

// The breached clocks of a tenant, in order of due. Under which due one stands here, while the
// clock may have another by now, is kept apart, in a place that the clock's word names: so nothing
// is looked for but the place in the order, and in a storm, which comes in the order of dues and at
// one instant of slots, not even that. At most 2^30 of them.
class OverdueClocks {
 public:
  using Ordered = absl::btree_set<Overdue>;
  using Place = std::uint32_t;

  TimeMs due_at(Place place) const { return dues_[place / kBlock][place % kBlock]; }
  // It is not among them.
  Place insert(const Overdue& overdue) {
    ordered_.insert(ordered_.end(), overdue);
    return take_place(overdue.due);
  }
  void erase(Place place, Slot slot, ClockId clock) {
    ordered_.erase({due_at(place), slot, clock});
    at(place) = free_;
    free_ = place;
  }
  // Restoring, into none: first a place for each in any order, then all of them at once.
  Place restore(TimeMs due) { return take_place(due); }
  void restore(std::vector<Overdue>& all);
  const Ordered& ordered() const { return ordered_; }
  std::size_t size() const { return ordered_.size(); }

 private:
  static constexpr Place kBlock = 4096, kNone = 1u << 30;
  TimeMs& at(Place place) { return dues_[place / kBlock][place % kBlock]; }
  Place take_place(TimeMs due) {
    Place place = free_;
    if (place != kNone) {
      free_ = static_cast<Place>(at(place));
    } else {
      place = used_++;
      VENCER_ASSERT(place < kNone);
      if (place % kBlock == 0) dues_.push_back(std::make_unique<TimeMs[]>(kBlock));
    }
    at(place) = due;
    return place;
  }

  Ordered ordered_;
  std::vector<std::unique_ptr<TimeMs[]>> dues_;  // by place; of a free one, the next free one
  Place used_ = 0;
  Place free_ = kNone;
};

struct Tallies {
  LightCounts lights;         // tickets under the document in force
  LightCounts lights_before;  // and those still to be brought to it
  CounterTable forecast;
  OverdueClocks overdue;
  Attainment attainment;
};

// A clock's word.
struct CountedClock {
  static constexpr std::uint32_t kKind = 3, kDue = 1, kOverdue = 2, kVerdict = 3;
  // Key of `forecast`.
  static std::uint32_t forecast_key(TimeMs due) {
    return static_cast<std::uint32_t>(due / limits::forecast_bucket_ms);
  }
  static std::uint32_t of_due(TimeMs due) { return forecast_key(due) << 2 | kDue; }
  static std::uint32_t forecast_key_in(std::uint32_t word) { return word >> 2; }
  static std::uint32_t of_place(OverdueClocks::Place place) { return place << 2 | kOverdue; }
  static OverdueClocks::Place place_in(std::uint32_t word) { return word >> 2; }
  // What is state of it: which place it is does not count.
  static std::uint32_t without_place(std::uint32_t word) {
    return (word & kKind) == kOverdue ? kOverdue : word;
  }
  // Day 20 bits, bucket 9, missed 1, kind 2.
  static std::uint32_t of_verdict(const Verdict& verdict) {
    return static_cast<std::uint32_t>(verdict.day) << 12 | verdict.bucket << 3 |
           (verdict.missed ? 4u : 0u) | kVerdict;
  }
  static Verdict verdict_in(std::uint32_t word, ClockId clock) {
    return {static_cast<std::int32_t>(word) >> 12, clock, (word & 4) != 0,
            word >> 3 & (kElapsedBuckets - 1)};
  }
};
static_assert(kElapsedBuckets == 1u << 9, "of_verdict gives a bucket 9 bits");
static_assert(limits::time_max_ms / limits::kDay < 1 << 19, "and a day 20");
static_assert(limits::time_max_ms / limits::forecast_bucket_ms < 1 << 30);

}  // namespace vencer
