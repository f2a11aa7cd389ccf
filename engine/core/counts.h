// What a tenant counts as things change, so that no query has to look at its tickets: open tickets
// by light and counted attributes, dues by five minutes, breached clocks in order of due, verdicts.
//
// The idea. Whatever touches a ticket ends in reschedule(), which also calls count(): it compares
// what the ticket is with what was counted of it last, and moves the counters by the difference.
// What was counted last stands in the ticket's block, a word for the ticket and one for each clock,
// so no path that changes a ticket has to know of counters, and none can forget them:
//
//   ticket's word   0: not counted (closed for good); else 1 + cell * 4 + light
//   clock's word    0: nothing
//                   due << 2 | 1   active, not breached: in `forecast`, at due / 5 minutes
//                   due << 2 | 2   active, breached: in `overdue`
//                   a verdict | 3  stopped: day, bucket, met or missed, as in `attainment`
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
// breach or its end O(log breached), a verdict O(1).  Memory: 8 bytes a ticket and a clock; 16
// bytes a cell of count_by; the tables as their headers say; about 20 bytes a breached clock.
// Windows take no part. Thread: the shard's.
#pragma once

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

struct Tallies {
  LightCounts lights;         // tickets under the document in force
  LightCounts lights_before;  // and those still to be brought to it
  CounterTable forecast;
  absl::btree_set<Overdue> overdue;
  Attainment attainment;
};

// A clock's word.
struct CountedClock {
  static constexpr std::uint64_t kKind = 3, kDue = 1, kOverdue = 2, kVerdict = 3;
  static std::uint64_t of_due(TimeMs due, bool breached) {
    return static_cast<std::uint64_t>(due) << 2 | (breached ? kOverdue : kDue);
  }
  static std::uint64_t of_verdict(const Verdict& verdict) {
    return std::uint64_t{static_cast<std::uint32_t>(verdict.day)} << 32 |
           std::uint64_t{verdict.bucket} << 8 | std::uint64_t{verdict.missed ? 1u : 0u} << 2 |
           kVerdict;
  }
  static TimeMs due_in(std::uint64_t word) { return static_cast<TimeMs>(word >> 2); }
  static Verdict verdict_in(std::uint64_t word, ClockId clock) {
    return {static_cast<CivilDay>(word >> 32), clock, (word >> 2 & 1) != 0,
            static_cast<std::uint32_t>(word >> 8 & 0xffffff)};
  }
};

}  // namespace vencer
