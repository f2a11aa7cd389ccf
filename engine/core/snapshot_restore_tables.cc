// Detectors, attainment, producers, customers; and the end.
#include "engine/core/snapshot_restore.h"

namespace vencer {

TenantId SnapshotRestore::tenant_id(Take& take) const {
  const std::uint64_t id = take.varint();
  take.check(id >= 1 && id <= tenants_.size(), "tenant", id);
  return static_cast<TenantId>(id);
}

void SnapshotRestore::detector(Take& take) {
  const TenantId id = tenant_id(take);
  const std::uint64_t position = take.varint();
  if (take.failed()) return;
  Tenant& tenant = tenants_[id - 1u];
  take.check(position < tenant.detectors && (tenant.detectors_seen >> position & 1) == 0,
             "detector", position);
  if (take.failed()) return;
  tenant.detectors_seen |= std::uint64_t{1} << position;
  std::vector<Detector::KeptSeries> series(
      take.count(limits::detector_tickets_max, 6, "series of a detector"));
  for (Detector::KeptSeries& each : series) {
    for (Value& value : each.alike) value = take.varint();
    each.last_at = take.known_instant(0, "instant of a series");
    each.silent = take.byte_below(2, "silence of a series") != 0;
  }
  std::vector<Detector::KeptTicket> tickets(
      take.count(limits::detector_tickets_max, 4, "tickets of a detector"));
  TimeMs base = 0;
  for (Detector::KeptTicket& each : tickets) {
    each.at = base = take.known_instant(base, "instant of a detector's ticket");
    each.ticket = take.key("ticket of a detector");
    const std::uint64_t in = take.below(series.size() + 1, "series of a detector's ticket");
    each.series = in == 0 ? Detector::kForgotten : static_cast<std::uint32_t>(in - 1);
  }
  take.check(take.at_end(), "bytes behind a detector", take.left());
  if (take.failed()) return;
  take.check(engine_.tenants[id - 1u].detectors[position].restore(series, tickets),
             "two series alike in detector", position);
  ++detectors_done_;
}

void SnapshotRestore::attainment(Take& take) {
  const TenantId id = tenant_id(take);
  const std::int64_t day = take.zigzag();
  take.check(day >= 0 && day <= limits::time_max_ms / limits::kDay, "day",
             static_cast<std::uint64_t>(day));
  if (take.failed()) return;
  const TenantSpec& spec = tenants_[id - 1u].current->spec();
  Attainment& attainment = engine_.tenants[id - 1u].tallies.attainment;
  while (!take.at_end()) {
    const AttributeId attribute = take.byte();
    take.check(attribute == kNoId8 || attribute < spec.attributes.size(), "attribute", attribute);
    for (std::size_t n = take.count(UINT32_MAX, 2, "counters of a day"); n > 0; --n) {
      const std::uint64_t key = take.below(spec.clocks.size() << 32, "counter of a day");
      const std::uint64_t count = take.varint();
      take.check(count > 0 && count < (1ull << 62), "count of a day", count);
      if (take.failed()) return;
      take.check(attainment.restore(static_cast<CivilDay>(day), attribute, key, count),
                 "a counter twice, or of a day too old", key);
    }
  }
  ++days_done_;
}

void SnapshotRestore::producers(Take& take) {
  while (!take.at_end()) {
    const TenantId tenant = tenant_id(take);
    ProducerId id;
    id.low = take.fixed64();
    id.high = take.fixed64();
    const std::uint64_t last = take.varint();
    if (take.failed()) return;
    Producer* producer = engine_.producers.restore({tenant, id});
    take.check(producer != nullptr, "a producer twice, of tenant", tenant);
    if (take.failed()) return;
    producer->restore(last);
    std::uint64_t left = std::min<std::uint64_t>(last, limits::producer_results);
    take.check(left <= take.left(), "results of a producer", left);
    for (; left > 0 && !take.failed(); --left) {
      const std::uint32_t content_hash = take.fixed32();
      CommandResult result;
      result.version = static_cast<std::uint32_t>(take.below(1ull << 32, "version of a result"));
      const std::uint64_t code = take.below(1 << 17, "code of a result");
      result.code = static_cast<Errc>(code >> 1);
      result.clamped = (code & 1) != 0;
      result.detail = take.byte();
      producer->restore_result(last - left + 1, content_hash, result);
    }
    ++producers_done_;
  }
}

void SnapshotRestore::customers(Take& take) {
  Slot expected = 0;
  while (!take.at_end()) {
    const Slot slot = next_slot(take, expected, customers_high_water_);
    if (take.failed()) return;
    take.check(mark(customers_seen_, slot), "a customer twice, slot", slot);
    if (take.failed()) return;
    customer(take, slot);
    expected = slot + 1;
    ++customers_done_;
  }
}

void SnapshotRestore::customer(Take& take, Slot slot) {
  const std::uint64_t id = take.below(tenants_.size() + 1, "tenant of a customer");
  Customer& customer = engine_.customers.restore_slot(slot);
  if (id == kNoTenant) {
    customer.key = free_slot(take, customers_high_water_);
    return;
  }
  customer.tenant = static_cast<TenantId>(id);
  customer.key = take.varint();
  customer.contract_until = take.instant(0, "end of a contract");
  const TimeMs deadline = take.instant(0, "timer of a customer");
  const std::size_t attributes = take.count(limits::attributes_max, 2, "values of a customer");
  if (take.failed()) return;
  const TenantSpec& spec = tenants_[id - 1].current->spec();
  int before = -1;
  for (std::size_t i = 0; i < attributes && !take.failed(); ++i) {
    const AttributeId attribute = take.byte();
    take.check(attribute > before && attribute < spec.attributes.size(), "attribute of a customer",
               attribute);
    before = attribute;
    customer.attributes.push_back({attribute, take.varint()});
  }
  if (take.failed()) return;
  engine_.wheel->schedule(timer_id(TimerKind::customer, slot), deadline);
  take.check(engine_.customers.restore_key(slot), "a customer's key twice, slot", slot);
}

// Is it the list of all free slots? next(slot): the one after it, or kNoSlot.
template <typename Next>
static bool is_whole(Slot first, Slot last, std::uint64_t free, Next&& next) {
  Slot at = kNoSlot;
  for (Slot slot = first; slot != kNoSlot; slot = next(slot)) {
    at = slot;
    if (free-- == 0) return false;
  }
  return free == 0 && at == last;
}

void SnapshotRestore::end(Take& take) {
  const auto count = [&](std::uint64_t done, std::uint64_t all, const char* what) {
    const std::uint64_t told = take.varint();
    take.check(told == done && done == all, what, told);
  };
  std::uint64_t detectors = 0;
  for (const Tenant& tenant : tenants_) detectors += tenant.detectors;
  count(tickets_done_, high_water_, "tickets in all");
  count(customers_done_, customers_high_water_, "customers in all");
  count(producers_done_, producers_done_, "producers in all");
  count(detectors_done_, detectors, "detectors in all");
  count(days_done_, days_done_, "days in all");
  take.check(take.at_end(), "bytes behind the end", take.left());
  if (take.failed()) return;
  finish_tickets(take);
  const CustomerTable& customers = engine_.customers;
  std::uint64_t free = 0;
  for (Slot slot = 0; slot < customers_high_water_; ++slot) {
    if (customers[slot].tenant == kNoTenant) ++free;
  }
  const auto next_customer = [&](Slot slot) {
    const Customer& customer = customers[slot];
    return customer.tenant == kNoTenant ? static_cast<Slot>(customer.key) : slot;
  };
  take.check(is_whole(customers_free_first_, customers_free_last_, free, next_customer),
             "list of free customers");
  const TicketTable& tickets = *engine_.tickets;
  const auto next_ticket = [&](Slot slot) {
    const TicketHeader& ticket = tickets[slot];
    return ticket.has(TicketFlag::live) ? slot : ticket.block;
  };
  take.check(is_whole(free_first_, free_last_, high_water_ - tickets.size(), next_ticket),
             "list of free slots");
  if (take.failed()) return;
  engine_.customers.restore_free(customers_free_first_, customers_free_last_);
  engine_.tickets->restore_free(free_first_, free_last_);
  for (std::size_t i = 0; i < tenants_.size(); ++i) {
    TenantState& state = engine_.tenants[i];
    take.check(state.tallies.attainment.covers(tenants_[i].standing),
               "verdicts of tickets that attainment does not have, of tenant", i + 1);
    state.tallies.overdue.restore(tenants_[i].overdue);
    engine_.open_tickets += state.open_tickets;
  }
  if (take.failed()) return;
  engine_.configured = true;
  ended_ = true;
}

}  // namespace vencer
