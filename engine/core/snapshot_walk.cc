#include "engine/core/snapshot_walk.h"

#include <utility>

#include "engine/core/engine.h"
#include "engine/core/snapshot_ticket.h"

namespace vencer {
namespace {

// What things cost beside each other; a ticket is 100.
constexpr std::size_t kTicketCost = 100, kEmptyCost = 4, kProducerCost = 6400, kCustomerCost = 60;
constexpr std::size_t kTicketsBetweenChecks = 64;

}  // namespace

// --- The door -----------------------------------------------------------------------------------

void StateMachine::begin_snapshot(const SnapshotDocuments& documents, SnapshotBytes* out) {
  VENCER_ASSERT(impl_->configured && impl_->saving == nullptr);
  ++impl_->snapshots;
  impl_->saving = std::make_unique<SnapshotWalk>(*impl_, documents, impl_->snapshots, out);
}
bool StateMachine::snapshot_slice(std::size_t most, SnapshotBytes* out) {
  VENCER_ASSERT(impl_->saving != nullptr);
  if (!impl_->saving->slice(most, out)) return false;
  impl_->saving.reset();
  return true;
}
void StateMachine::abandon_snapshot() {
  impl_->saving.reset();
}
bool StateMachine::snapshot_running() const {
  return impl_->saving != nullptr;
}
std::size_t StateMachine::snapshot_backlog_bytes() const {
  return impl_->saving == nullptr ? 0 : impl_->saving->backlog_bytes();
}
SnapshotProgress StateMachine::snapshot_progress() const {
  return impl_->saving == nullptr ? SnapshotProgress{} : impl_->saving->progress();
}

// --- Begin and slices
// -----------------------------------------------------------------------------

SnapshotWalk::SnapshotWalk(StateMachine::Impl& engine, const SnapshotDocuments& documents,
                           std::uint64_t number, SnapshotBytes* out)
    : engine_(engine),
      documents_(documents),
      number_(number),
      tenants_(engine.tenants.size()),
      customers_(engine.customers.high_water()),
      tickets_(engine.tickets->high_water()) {
  const std::size_t before = out->size();
  SnapshotSections to(out);
  put_head(to);
  put_tenants(to);
  put_consumers(to);
  to.close();
  bytes_ = out->size() - before;
  for (std::size_t i = 0; i < tenants_.size(); ++i) {
    TenantState& state = engine.tenants[i];
    Tenant& tenant = tenants_[i];
    tenant.walk = this;
    tenant.id = static_cast<TenantId>(i + 1);
    tenant.current = state.current;
    tenant.previous = state.previous;
    if (const std::size_t count = state.detectors.size(); count > 0) {
      tenant.detectors_left = ~std::uint64_t{0} >> (64 - count);
    }
    state.tallies.attainment.watch(&tenant);
  }
  engine.tickets->watch(&ticket_watch_);
  engine.customers.watch(&customer_watch_);
}

SnapshotWalk::~SnapshotWalk() {
  engine_.tickets->watch(nullptr);
  engine_.customers.watch(nullptr);
  for (std::size_t i = 0; i < tenants_.size(); ++i) {
    engine_.tenants[i].tallies.attainment.watch(nullptr);
  }
}

bool SnapshotWalk::slice(std::size_t most, SnapshotBytes* out) {
  const std::size_t before = out->size();
  SnapshotSections to(out);
  Budget budget{static_cast<std::int64_t>(std::max<std::size_t>(most, 1) * kTicketCost)};
  // A reader needs the documents before what is kept ahead.
  if (phase_ == Phase::documents) walk_documents(to, budget);
  if (phase_ != Phase::documents && !backlog_bytes_.empty()) {
    to.close();
    backlog_.close();
    out->insert(out->end(), backlog_bytes_.begin(), backlog_bytes_.end());
    backlog_bytes_.clear();
  }
  if (phase_ == Phase::detectors) walk_detectors(to, budget);
  if (phase_ == Phase::attainment) walk_attainment(to, budget);
  if (phase_ == Phase::producers) walk_producers(to, budget);
  if (phase_ == Phase::orphans) walk_orphans(to, budget);
  if (phase_ == Phase::customers) walk_customers(to, budget);
  if (phase_ == Phase::tickets) walk_tickets(to, budget);
  if (phase_ == Phase::end) put_end(to);
  to.close();
  bytes_ += out->size() - before;
  return phase_ == Phase::end;
}

void SnapshotWalk::next_phase() {
  phase_ = static_cast<Phase>(static_cast<int>(phase_) + 1);
  at_tenant_ = at_place_ = 0;
}

void SnapshotWalk::walk_documents(SnapshotSections& to, Budget& budget) {
  for (; at_tenant_ < tenants_.size(); ++at_tenant_, at_place_ = 0) {
    const Tenant& tenant = tenants_[at_tenant_];
    for (; at_place_ < 2; ++at_place_) {
      if (budget.left <= 0) return;
      const auto& document = at_place_ == 0 ? tenant.current : tenant.previous;
      if (document == nullptr) continue;
      put_document(to, *document, at_place_ == 1);
      budget.spend(kTicketCost + 2 * scratch_.size());
    }
  }
  scratch_ = {};
  next_phase();
}

void SnapshotWalk::walk_detectors(SnapshotSections& to, Budget& budget) {
  for (; at_tenant_ < tenants_.size(); ++at_tenant_) {
    Tenant& tenant = tenants_[at_tenant_];
    budget.spend(kEmptyCost);
    while (tenant.detectors_left != 0) {
      if (budget.left <= 0) return;
      const auto i = static_cast<std::size_t>(std::countr_zero(tenant.detectors_left));
      const std::size_t before = to.bytes()->size();
      put_detector(to, tenant, i);
      tenant.detectors_left &= tenant.detectors_left - 1;
      budget.spend(2 * (to.bytes()->size() - before));
    }
    if (budget.left <= 0) return;
  }
  next_phase();
}

void SnapshotWalk::walk_attainment(SnapshotSections& to, Budget& budget) {
  for (; at_tenant_ < tenants_.size(); ++at_tenant_, at_place_ = 0) {
    Tenant& tenant = tenants_[at_tenant_];
    for (; at_place_ < limits::attainment_days; ++at_place_) {
      if (budget.left <= 0) return;
      budget.spend(kEmptyCost);
      if (!tenant.take_day(at_place_)) continue;
      const Attainment& of =
          tenant.deleted ? *tenant.attainment : engine_.tenants[at_tenant_].tallies.attainment;
      budget.spend(2 * put_day(to, tenant.id, of, at_place_));
    }
  }
  next_phase();
}

void SnapshotWalk::walk_producers(SnapshotSections& to, Budget& budget) {
  const ProducerTable::Map& all = engine_.producers.all();
  auto at = last_producer_ ? all.upper_bound(*last_producer_) : all.begin();
  for (; at != all.end(); ++at) {
    if (budget.left <= 0) return;
    last_producer_ = at->first;
    budget.spend(kEmptyCost);
    if (at->second.saved_in == number_) continue;
    put_producer(to, at->first, at->second);
    budget.spend(kProducerCost);
  }
  next_phase();
}

void SnapshotWalk::walk_orphans(SnapshotSections& to, Budget& budget) {
  while (!orphans_.empty()) {
    if (budget.left <= 0) return;
    put_producer(to, orphans_.begin()->first, orphans_.begin()->second);
    orphans_.erase(orphans_.begin());
    budget.spend(kProducerCost);
  }
  next_phase();
}

void SnapshotWalk::walk_customers(SnapshotSections& to, Budget& budget) {
  for (; customers_.next < customers_.end; customers_.step()) {
    if (budget.left <= 0) return;
    const Slot slot = customers_.next;
    budget.spend(customers_.is_kept(slot) ? kEmptyCost : kCustomerCost);
    if (customers_.is_kept(slot)) continue;
    put_customer(to, slot, engine_.wheel->deadline(timer_id(TimerKind::customer, slot)));
  }
  next_phase();
}

void SnapshotWalk::walk_tickets(SnapshotSections& to, Budget& budget) {
  while (tickets_.next < tickets_.end) {
    if (budget.left <= 0) return;
    to.record(SnapshotSection::tickets);
    Put put(to.bytes());
    for (std::size_t n = 0; n < kTicketsBetweenChecks && tickets_.next < tickets_.end; ++n) {
      const Slot slot = tickets_.next;
      if (budget.left <= 0) return;
      prefetch(slot);
      budget.spend(tickets_.is_kept(slot) ? kEmptyCost : kTicketCost);
      if (!tickets_.is_kept(slot)) {
        put_ticket(to, put, slot, engine_.wheel->deadline(timer_id(TimerKind::ticket, slot)));
      }
      tickets_.step();
    }
  }
  next_phase();
}

// Headers come one after the other; blocks lie anywhere.
void SnapshotWalk::prefetch(Slot slot) const {
  constexpr Slot kHeadersAhead = 32, kBlocksAhead = 12;
  const TicketTable& tickets = *engine_.tickets;
  if (tickets_.end - slot > kHeadersAhead) __builtin_prefetch(&tickets[slot + kHeadersAhead]);
  if (tickets_.end - slot <= kBlocksAhead) return;
  const TicketHeader& ahead = tickets[slot + kBlocksAhead];
  if (!ahead.has(TicketFlag::live) || ahead.has(TicketFlag::gone)) return;
  const std::uint64_t* block = tickets.blocks().data(ahead.block);
  for (int line = 0; line < 3; ++line) __builtin_prefetch(block + line * 8);
}

// --- Kept ahead
// -----------------------------------------------------------------------------------

bool SnapshotWalk::Slots::take(Slot slot) {
  if (slot < next || slot >= end) return false;
  auto& chunk = kept[slot / kChunk];
  if (chunk == nullptr) chunk = std::make_unique<std::array<std::uint64_t, kChunk / 64>>();
  std::uint64_t& word = (*chunk)[slot % kChunk / 64];
  const std::uint64_t bit = std::uint64_t{1} << (slot % 64);
  if ((word & bit) != 0) return false;
  word |= bit;
  return true;
}

void SnapshotWalk::TicketWatch::before_change(Slot slot) {
  walk->keep_ticket(slot, walk->engine_.wheel->deadline(timer_id(TimerKind::ticket, slot)));
}

void SnapshotWalk::CustomerWatch::before_change(Slot slot) {
  walk->keep_customer(slot, walk->engine_.wheel->deadline(timer_id(TimerKind::customer, slot)));
}

void SnapshotWalk::keep_ticket(Slot slot, TimeMs deadline) {
  if (!tickets_.take(slot)) return;
  backlog_.record(SnapshotSection::tickets);
  Put put(&backlog_bytes_);
  put_ticket(backlog_, put, slot, deadline);
}

void SnapshotWalk::keep_customer(Slot slot, TimeMs deadline) {
  if (customers_.take(slot)) put_customer(backlog_, slot, deadline);
}

void SnapshotWalk::keep_fired(const Timer& timer) {
  const TimerKind kind = timer_kind(timer.id);
  if (kind == TimerKind::ticket) keep_ticket(timer_index(timer.id), timer.deadline);
  if (kind == TimerKind::customer) keep_customer(timer_index(timer.id), timer.deadline);
}

bool SnapshotWalk::is_past(const ProducerTable::Key& key) const {
  return phase_ > Phase::producers || (last_producer_ && key <= *last_producer_);
}

void SnapshotWalk::keep(const ProducerTable::Key& key, Producer& producer) {
  if (producer.saved_in == number_ || is_past(key)) return;
  producer.saved_in = number_;
  put_producer(backlog_, key, producer);
}

void SnapshotWalk::keep(const TenantState& state, std::size_t detector) {
  const std::size_t at = state.current->id() - 1u;
  if (at >= tenants_.size()) return;
  const std::uint64_t bit = std::uint64_t{1} << detector;
  if ((tenants_[at].detectors_left & bit) == 0) return;
  put_detector(backlog_, tenants_[at], detector);
  tenants_[at].detectors_left &= ~bit;
}

// What is about to be cleared is taken over instead.
void SnapshotWalk::keep_deleted(TenantId id, TenantState& state, ProducerTable& producers) {
  if (id > tenants_.size()) return;
  Tenant& tenant = tenants_[id - 1u];
  state.tallies.attainment.watch(nullptr);
  tenant.attainment = std::make_unique<Attainment>(std::move(state.tallies.attainment));
  tenant.detectors = std::move(state.detectors);
  tenant.deleted = true;
  ProducerTable::Map gone;
  producers.move(id, &gone);
  std::erase_if(gone, [&](const auto& each) {
    return each.second.saved_in == number_ || is_past(each.first);
  });
  orphans_.merge(gone);
}

bool SnapshotWalk::Tenant::take_day(std::size_t place) {
  std::uint64_t& word = days_done[place / 64];
  const std::uint64_t bit = std::uint64_t{1} << (place % 64);
  if ((word & bit) != 0) return false;
  word |= bit;
  return true;
}

void SnapshotWalk::Tenant::before_change(const Attainment& of, std::size_t place) {
  if (take_day(place)) walk->put_day(walk->backlog_, id, of, place);
}

}  // namespace vencer
