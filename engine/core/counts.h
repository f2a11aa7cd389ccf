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
//                   2                          active, breached: in `overdue`, which knows its due
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
// bytes a cell of count_by; the tables as their headers say; about 50 bytes a breached clock.
// Windows take no part. Thread: the shard's.
#pragma once

#include <absl/container/btree_map.h>
#include <absl/container/btree_set.h>

#include <compare>
#include <cstdint>
#include <vector>

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

// The breached clocks, in order of due; found again without their due.
class OverdueClocks {
 public:
  using Ordered = absl::btree_set<Overdue>;
  // kNever: it is not among them.
  TimeMs due_of(Slot slot, ClockId clock) const {
    const auto found = dues_.find(key_of(slot, clock));
    return found == dues_.end() ? kNever : found->second;
  }
  // It is not among them. A storm comes in the order of its dues, and at one instant of its slots:
  // then neither is looked for.
  void insert(const Overdue& overdue) {
    ordered_.insert(ordered_.end(), overdue);
    dues_.insert(dues_.end(), {key_of(overdue.slot, overdue.clock), overdue.due});
  }
  void erase(Slot slot, ClockId clock) {
    const auto found = dues_.find(key_of(slot, clock));
    ordered_.erase({found->second, slot, clock});
    dues_.erase(found);
  }
  // All at once, into none: in any order, each clock once.
  void restore(std::vector<Overdue>& all);
  const Ordered& ordered() const { return ordered_; }
  std::size_t size() const { return ordered_.size(); }

 private:
  static std::uint64_t key_of(Slot slot, ClockId clock) { return std::uint64_t{slot} << 8 | clock; }
  Ordered ordered_;
  absl::btree_map<std::uint64_t, TimeMs> dues_;
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
