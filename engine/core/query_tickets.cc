// Queries that look at tickets, a bounded number of them.
#include <algorithm>
#include <tuple>

#include "engine/core/engine.h"
#include "engine/core/query.h"
#include "engine/core/timer_walk.h"

namespace vencer {

// A ticket under the document that it was last brought to.
struct Queries::Look {
  const TicketHeader& ticket;
  const CompiledTenant& tenant;
  const std::uint64_t* block;

  const ClockState& clock(ClockId id) const { return clocks_of(tenant.layout(), block)[id]; }
  Value value(AttributeId id) const {
    return id < tenant.spec().attributes.size() ? get_attribute(tenant.layout(), block, id) : 0;
  }
};

// A filter as the core matches.
struct Queries::Wanted {
  explicit Wanted(const QueryFilter& filter) : statuses(filter.statuses) {
    for (const QueryMatch& match : filter.when) {
      when.push_back({match.attribute, match.negated, match.values});
    }
  }
  std::uint64_t statuses;
  std::vector<MatchSpec> when;
};

Queries::Look Queries::look(Slot slot) const {
  const TicketHeader& ticket = (*engine_.tickets)[slot];
  const TenantState& state = engine_.tenants[ticket.tenant - 1u];
  const bool stale = ticket.document != static_cast<std::uint16_t>(state.current->spec().version);
  return {ticket, stale ? *state.previous : *state.current,
          engine_.tickets->blocks().data(ticket.block)};
}

bool Queries::passes(const Look& look, const Wanted& wanted) const {
  if (wanted.statuses != 0 && (wanted.statuses >> look.ticket.status & 1) == 0) return false;
  return matches(look.tenant.layout(), look.block, wanted.when);
}

ClockRow Queries::row(Slot slot, ClockId id) const {
  const Look ticket = look(slot);
  const ClockState& clock = ticket.clock(id);
  ClockRow row;
  row.key = ticket.ticket.key();
  row.version = ticket.ticket.version;
  row.status = ticket.ticket.status;
  row.level = ticket.ticket.level;
  row.light = ticket.ticket.light();
  row.clock = id;
  row.phase = clock.phase();
  row.breached = clock.has(ClockFlag::breached);
  row.due = clock.due;
  row.target_ms = clock.target_ms;
  row.elapsed_ms = elapsed(clock, ticket.tenant.calendar(clock.calendar), engine_.now);
  for (std::size_t i = 0; i < ticket.tenant.spec().attributes.size(); ++i) {
    const auto attribute = static_cast<AttributeId>(i);
    const Value value = ticket.value(attribute);
    if (value != 0) row.attributes.push_back({attribute, value});
  }
  return row;
}

namespace {

// A clock that may be among the first.
struct Found {
  TimeMs due;
  Value order;  // the greatest: no value
  TicketKey key;
  ClockId clock;
  Slot slot;

  friend bool operator<(const Found& a, const Found& b) {
    return std::tie(a.due, a.order, a.key.kind, a.key.high, a.key.low, a.clock) <
           std::tie(b.due, b.order, b.key.kind, b.key.high, b.key.low, b.clock);
  }
};

// The least `limit` of all that is added.
class Least {
 public:
  explicit Least(std::size_t limit) : limit_(limit) {}
  bool full() const { return heap_.size() == limit_; }
  const Found& greatest() const { return heap_.front(); }
  void add(const Found& found) {
    if (full()) {
      if (!(found < heap_.front())) return;
      std::pop_heap(heap_.begin(), heap_.end());
      heap_.back() = found;
    } else {
      heap_.push_back(found);
    }
    std::push_heap(heap_.begin(), heap_.end());
  }
  std::vector<Found> sorted() {
    std::sort_heap(heap_.begin(), heap_.end());
    return std::move(heap_);
  }

 private:
  std::size_t limit_;
  std::vector<Found> heap_;  // greatest first
};

}  // namespace

NextDuePage Queries::next_due(const NextDueQuery& query) const {
  NextDuePage page;
  page.reevaluating = engine_.tenants[query.tenant - 1u].reevaluating();
  page.cursor = query.cursor;
  Least least(std::clamp<std::size_t>(query.limit, 1, limits::query_rows_max));
  const Wanted wanted(query.filter);
  TimerWalk walk(*engine_.wheel, {query.cursor.at, query.cursor.slot},
                 limits::query_tickets_max + 1);
  while (const std::optional<Timer> timer = walk.next()) {
    // What is still to come is due at timer->deadline - 1 or later.
    page.found_to = timer->deadline - 1;
    if (page.found_to > query.until || (least.full() && least.greatest().due < page.found_to)) {
      page.complete = true;
      break;
    }
    if (page.looked_at == limits::query_tickets_max) break;
    ++page.looked_at;
    page.cursor = {timer->deadline, timer->id, 0};
    const Slot slot = timer->id;
    const TicketHeader& ticket = (*engine_.tickets)[slot];
    if (ticket.tenant != query.tenant || ticket.has(TicketFlag::closed)) continue;
    const Look found = look(slot);
    if (!passes(found, wanted)) continue;
    const std::uint32_t clocks =
        found.tenant.promises() & (query.filter.clocks == 0 ? ~0u : query.filter.clocks);
    for (std::uint32_t left = clocks; left != 0; left &= left - 1) {
      const auto id = static_cast<ClockId>(__builtin_ctz(left));
      const ClockState& clock = found.clock(id);
      if (!clock.active() || !clock.has_target() || clock.has(ClockFlag::breached)) continue;
      if (clock.due == kNever || clock.due > query.until) continue;
      const Value order = query.order == kNoId8 ? 0 : found.value(query.order) - 1;
      least.add({clock.due, order, ticket.key(), id, slot});
    }
  }
  if (page.looked_at < limits::query_tickets_max) page.complete = true;
  if (page.complete) page.found_to = kNever;
  for (const Found& found : least.sorted()) page.rows.push_back(row(found.slot, found.clock));
  return page;
}

OverduePage Queries::overdue(const OverdueQuery& query) const {
  const TenantState& state = engine_.tenants[query.tenant - 1u];
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, limits::query_rows_max);
  OverduePage page;
  page.reevaluating = state.reevaluating();
  page.overdue = state.tallies.overdue.size();
  page.cursor = query.cursor;
  const Wanted wanted(query.filter);
  std::size_t looked_at = 0;
  auto at = state.tallies.overdue.ordered().upper_bound(
      Overdue{query.cursor.at, query.cursor.slot, query.cursor.clock});
  for (; at != state.tallies.overdue.ordered().end(); ++at) {
    if (page.rows.size() == limit || looked_at++ == limits::query_tickets_max) return page;
    page.cursor = {at->due, at->slot, at->clock};
    if (query.filter.clocks != 0 && (query.filter.clocks >> at->clock & 1) == 0) continue;
    if (passes(look(at->slot), wanted)) page.rows.push_back(row(at->slot, at->clock));
  }
  page.complete = true;
  return page;
}

ExportPage Queries::export_open(TenantId tenant, Slot from, std::size_t limit) const {
  limit = std::clamp<std::size_t>(limit, 1, limits::export_tickets_max);
  ExportPage page;
  const Slot end = engine_.tickets->high_water();
  const Slot stop = static_cast<Slot>(
      std::min<std::uint64_t>(end, std::uint64_t{from} + limits::query_tickets_max));
  for (page.cursor = from; page.cursor < stop; ++page.cursor) {
    if (page.slots.size() == limit) return page;
    const TicketHeader& ticket = (*engine_.tickets)[page.cursor];
    if (ticket.has(TicketFlag::live) && !ticket.has(TicketFlag::closed) &&
        ticket.tenant == tenant) {
      page.slots.push_back(page.cursor);
    }
  }
  page.complete = page.cursor >= end;
  return page;
}

}  // namespace vencer
