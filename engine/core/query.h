// Queries: what may be asked of many tickets, and what it costs. Const, between two steps.
//
//   query      how                                             costs
//   counts     running counts by cell of count_by              O(cells) <= 65,536, no ticket
//   forecast   running counts of dues by five minutes          O(576), no ticket
//   attainment running counts of verdicts                      O(counters of the days), no ticket
//   overdue    ordered set of the breached clocks              O(log breached) + <= 10,000 tickets
//   next due   the wheel in order of time: a ticket's timer is <= 10,000 tickets, + a pass over the
//              never after due + 1 of a clock not yet breached entries of the wheel's slots on the
//              way
//   export     slots in order                                  <= 10,000 headers, <= 1,000 tickets
//
// The last three stop after their 10,000 and hand out a cursor; each page is true as of its own
// step. While a new document is being brought to the tickets (`reevaluating`), those not yet
// reached are shown as they stand under the one before; counts of an attribute that only the new
// one counts by have them under "not set".
//
// Thread: the shard's.  Errors: an unknown tenant is the caller's to check.
#pragma once

#include <span>
#include <vector>

#include "engine/core/attainment.h"
#include "engine/core/counts.h"
#include "engine/core/query_rows.h"
#include "engine/core/state_machine.h"
#include "engine/core/tenant.h"

namespace vencer {

struct CountsReport {
  std::vector<CountsRow> rows;  // ascending by values; none for nothing
  std::uint64_t open = 0;
  std::vector<std::uint64_t> by_status;  // open tickets
  bool reevaluating = false;
};

struct ForecastReport {
  TimeMs begin = 0;  // of the first five minutes
  std::vector<std::uint64_t> dues;
  std::uint64_t overdue = 0;
};

struct ExportPage {
  std::vector<Slot> slots;  // open tickets
  Slot cursor = 0;          // the first slot not looked at
  bool complete = false;
};

class Queries {
 public:
  explicit Queries(const StateMachine& machine) : engine_(*machine.impl_) {}

  // unknown_attribute: `by` names one that the document does not count by.
  Result<CountsReport> counts(TenantId tenant, std::span<const AttributeId> by) const;
  ForecastReport forecast(TenantId tenant) const;
  // unknown_attribute as above; limit: too many rows.
  Result<std::vector<AttainmentRow>> attainment(TenantId tenant,
                                                const AttainmentQuery& query) const;
  NextDuePage next_due(const NextDueQuery& query) const;
  OverduePage overdue(const OverdueQuery& query) const;
  ExportPage export_open(TenantId tenant, Slot from, std::size_t limit) const;

 private:
  struct Look;
  struct Wanted;
  Look look(Slot slot) const;
  bool passes(const Look& look, const Wanted& wanted) const;
  ClockRow row(Slot slot, ClockId clock) const;

  const StateMachine::Impl& engine_;
};

}  // namespace vencer
