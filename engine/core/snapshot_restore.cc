#include "engine/core/snapshot_restore.h"

#include <algorithm>

namespace vencer {

void SnapshotRestore::section(SnapshotSection kind, Take& take) {
  if (has_head_ == (kind == SnapshotSection::head)) {
    return take.fail(has_head_ ? "a second head" : "a snapshot that does not begin with its head",
                     static_cast<std::uint64_t>(kind));
  }
  const bool early = kind <= SnapshotSection::document;
  if (!early && !linked_) link(take);
  if (early && linked_)
    take.fail("a section that comes too late", static_cast<std::uint64_t>(kind));
  if (take.failed()) return;
  switch (kind) {
    case SnapshotSection::head:
      return head(take);
    case SnapshotSection::tenants:
      return tenants(take);
    case SnapshotSection::consumers:
      return consumers(take);
    case SnapshotSection::document:
      return document(take);
    case SnapshotSection::detector:
      return detector(take);
    case SnapshotSection::attainment:
      return attainment(take);
    case SnapshotSection::producers:
      return producers(take);
    case SnapshotSection::customers:
      return customers(take);
    case SnapshotSection::tickets:
      return tickets(take);
    case SnapshotSection::end:
      return end(take);
  }
}

// Ends of lists of free slots: a slot + 1, or 0.
Slot SnapshotRestore::free_slot(Take& take, Slot high_water) {
  const std::uint64_t slot = take.below(std::uint64_t{high_water} + 1, "free slot");
  return slot == 0 ? kNoSlot : static_cast<Slot>(slot - 1);
}

void SnapshotRestore::head(Take& take) {
  const std::uint64_t version = take.varint();
  take.check(version == kSnapshotVersion, "version of the snapshot, this build reads 1", version);
  if (take.failed()) return;
  Settings& settings = engine_.settings;
  settings.partition = static_cast<std::uint32_t>(take.below(1ull << 32, "partition"));
  const std::uint8_t source = take.byte();
  take.check(source == 1 || source == 2, "clock source", source);
  settings.clock_source = static_cast<ClockSource>(source);
  settings.ticket_capacity = static_cast<std::uint32_t>(
      take.below(std::uint64_t{limits::tickets_max} + 1, "capacity in tickets"));
  settings.producer_capacity = static_cast<std::uint32_t>(take.below(1ull << 32, "producers"));
  settings.skew_max_ms = take.zigzag();
  engine_.now = take.known_instant(0, "engine time");
  engine_.sequence = take.varint();
  const TimeMs floor = take.known_instant(0, "beginning of the wheel");
  take.check(floor >= 0 && floor <= engine_.now, "beginning of the wheel");
  // A record of a slot takes three bytes at least.
  const auto slots_of = [&](std::uint64_t most, const char* what) {
    return static_cast<Slot>(take.below(std::min(most, total_bytes_ / 3) + 1, what));
  };
  high_water_ = slots_of(settings.ticket_capacity, "slots of tickets");
  free_first_ = free_slot(take, high_water_);
  free_last_ = free_slot(take, high_water_);
  customers_high_water_ = slots_of(limits::customers_max, "slots of customers");
  customers_free_first_ = free_slot(take, customers_high_water_);
  customers_free_last_ = free_slot(take, customers_high_water_);
  const std::uint64_t timers = std::min(total_bytes_, std::uint64_t{1} << kTimerIndexBits);
  engine_.calendar_event_owners.resize(take.below(timers, "timers of calendar events"));
  engine_.digest_owners.resize(take.below(timers, "timers of digests"));
  tenant_count_ = static_cast<std::uint32_t>(take.below(limits::tenants_max + 1, "tenants"));
  take.check(take.at_end(), "bytes behind the head", take.left());
  if (take.failed()) return;
  has_head_ = true;
  engine_.tickets = std::make_unique<TicketTable>(settings.ticket_capacity, engine_.pages);
  engine_.tickets->restore_slots(high_water_);
  engine_.wheel = std::make_unique<TimingWheel>(floor, engine_.pages);
  engine_.wheel->borrow_ticket_words(engine_.tickets->timer_words());
  tickets_seen_.resize((std::size_t{high_water_} + 63) / 64);
  customers_seen_.resize((std::size_t{customers_high_water_} + 63) / 64);
}

void SnapshotRestore::tenants(Take& take) {
  while (!take.at_end()) {
    take.check(tenants_.size() < tenant_count_, "more tenants than the head says", tenant_count_);
    if (take.failed()) return;
    tenant(take, engine_.tenants.emplace_back(), tenants_.emplace_back());
  }
}

void SnapshotRestore::tenant(Take& take, TenantState& state, Tenant& tenant) {
  const std::uint8_t flags = take.byte_below(4, "flags of a tenant");
  state.deleted = tenant.deleted = (flags & 1) != 0;
  tenant.has_previous = (flags & 2) != 0;
  documents_left_ += tenant.has_previous ? 2 : 1;
  state.committed_at = take.known_instant(0, "commit of a document");
  state.bucket.milli = take.varint();
  state.bucket.at = take.known_instant(0, "instant of a quota");
  tenant.lights_before = take.below(limits::count_cells_max * kLights + 1, "counts by light");
  tenant.detectors = take.below(limits::detectors_max + 1, "detectors");
  for (std::size_t left = take.count(limits::mutes_max, 3, "mutes"); left > 0; --left) {
    Mute mute;
    mute.attribute = take.byte();
    mute.value = take.varint();
    mute.until = take.known_instant(0, "end of a mute");
    state.mutes.restore(mute);
  }
  const std::size_t recounting = take.count(UINT16_MAX, 1, "limits");
  for (std::size_t i = 0; i < recounting; ++i) {
    state.limit_counts.recounting.push_back(take.byte_below(2, "limit that is recounted") != 0);
  }
  jobs(take, state);
  schedules(take, state);
}

void SnapshotRestore::jobs(Take& take, TenantState& state) {
  for (std::size_t left = take.count(UINT32_MAX, 9, "jobs"); left > 0; --left) {
    Job& job = state.jobs.emplace_back();
    job.kind = static_cast<JobKind>(
        take.byte_below(static_cast<unsigned>(JobKind::delete_tenant) + 1, "kind of a job"));
    job.at = take.known_instant(0, "instant of a job");
    job.next = static_cast<std::uint32_t>(take.below(1ull << 32, "next unit of a job"));
    job.end = static_cast<std::uint32_t>(take.below(1ull << 32, "end of a job"));
    job.split = static_cast<std::uint32_t>(take.below(1ull << 32, "customers of a job"));
    job.subject = static_cast<std::uint16_t>(take.below(1 << 16, "digest of a job"));
    job.ticket = take.key("ticket of a job");
    for (std::size_t n = take.count(UINT32_MAX, 2, "incidents of a job"); n > 0; --n) {
      job.tickets.push_back(take.key("incident of a job"));
    }
    for (std::size_t n = take.count(UINT32_MAX, 1, "customers of a job"); n > 0; --n) {
      job.customers.push_back(take.varint());
    }
    if (take.failed()) return;
    ++engine_.jobs_queued;
  }
}

void SnapshotRestore::schedules(Take& take, TenantState& state) {
  const auto tenant = static_cast<TenantId>(tenants_.size());
  Schedules& schedules = state.schedules;
  const std::size_t events = take.count(UINT16_MAX, 2, "calendar events");
  for (std::size_t i = 0; i < events && !take.failed(); ++i) {
    schedules.calendar_events.push_back(timer(take, TimerKind::calendar_event,
                                              engine_.calendar_event_owners,
                                              {tenant, static_cast<std::uint16_t>(i)}));
  }
  const std::size_t digests = take.count(UINT16_MAX, 6, "digests");
  for (std::size_t i = 0; i < digests && !take.failed(); ++i) digest(take, state, i);
}

// Each index is one tenant's.
TimerIndex SnapshotRestore::timer(Take& take, TimerKind kind, std::vector<TimerOwner>& owners,
                                  TimerOwner owner) {
  const auto index = static_cast<TimerIndex>(take.below(owners.size(), "number of a timer"));
  const TimeMs deadline = take.instant(0, "deadline of a timer");
  take.check(!take.failed() && owners[index].tenant == kNoTenant, "timer of two tenants", index);
  if (take.failed()) return 0;
  owners[index] = owner;
  ++owners_named_;
  engine_.wheel->schedule(timer_id(kind, index), deadline);
  return index;
}

void SnapshotRestore::digest(Take& take, TenantState& state, std::size_t position) {
  DigestState& digest = state.schedules.digests.emplace_back();
  digest.timer =
      timer(take, TimerKind::digest, engine_.digest_owners,
            {static_cast<TenantId>(tenants_.size()), static_cast<std::uint16_t>(position)});
  digest.outstanding = take.instant(0, "due of a digest");
  digest.count = take.varint();
  digest.overdue = take.varint();
  for (std::size_t n = take.count(limits::digest_rows_max, 7, "rows of a digest"); n > 0; --n) {
    DigestRow& row = digest.rows.emplace_back();
    row.slot = static_cast<Slot>(take.below(high_water_, "slot of a digest's row"));
    row.row.clock = take.byte();
    row.row.light = static_cast<Light>(take.byte_below(kLights, "light of a digest's row"));
    row.row.status = take.byte();
    row.row.due = take.instant(0, "due of a digest's row");
    row.row.ticket = take.key("ticket of a digest's row");
  }
}

void SnapshotRestore::consumers(Take& take) {
  while (!take.at_end()) {
    std::string name = take.text(UINT16_MAX, "name of a consumer");
    const std::uint64_t position = take.varint();
    if (take.failed()) return;
    const bool fresh = engine_.consumers.emplace(std::move(name), position).second;
    take.check(fresh, "a consumer twice");
  }
}

void SnapshotRestore::document(Take& take) {
  const std::uint64_t id = take.varint();
  const bool previous = take.byte_below(2, "which document") == 1;
  take.check(id >= 1 && id <= tenants_.size(), "tenant of a document", id);
  if (take.failed()) return;
  Tenant& tenant = tenants_[id - 1];
  std::shared_ptr<const CompiledTenant>& place = previous ? tenant.previous : tenant.current;
  take.check(place == nullptr && (!previous || tenant.has_previous), "a document too many", id);
  if (take.failed()) return;
  const Result<TenantSpec> spec = documents_.decode(take.rest());
  take.check(spec.ok(), "a document that cannot be read, of tenant", id);
  if (take.failed()) return;
  Result<std::unique_ptr<CompiledTenant>> compiled =
      CompiledTenant::make(static_cast<TenantId>(id), *spec, *engine_.calendars);
  take.check(compiled.ok(), "a document that cannot be compiled, of tenant", id);
  if (take.failed()) return;
  place = std::move(compiled).value();
  --documents_left_;
}

void SnapshotRestore::link(Take& take) {
  take.check(tenants_.size() == tenant_count_, "tenants in all, the head has others",
             tenants_.size());
  take.check(documents_left_ == 0, "documents missing", documents_left_);
  take.check(owners_named_ == engine_.calendar_event_owners.size() + engine_.digest_owners.size(),
             "timers of no tenant", owners_named_);
  for (std::size_t i = 0; i < tenants_.size() && !take.failed(); ++i) {
    Tenant& tenant = tenants_[i];
    TenantState& state = engine_.tenants[i];
    state.current = tenant.current;
    state.previous = tenant.previous;
    check_tenant(take, state, tenant);
    if (take.failed()) return;
    const std::uint32_t cells = tenant.deleted ? 1 : state.current->count_by().cells();
    state.tallies.lights = LightCounts(cells);
    state.tallies.lights_before =
        LightCounts(static_cast<std::uint32_t>(tenant.lights_before / kLights));
    state.detectors.resize(tenant.detectors);
  }
  linked_ = !take.failed();
}

}  // namespace vencer
