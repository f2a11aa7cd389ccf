// What each section of a snapshot holds, written.
#include "engine/core/engine.h"
#include "engine/core/snapshot_ticket.h"
#include "engine/core/snapshot_walk.h"

namespace vencer {
namespace {

void put_slot(Put& put, Slot slot) {
  put.varint(slot == kNoSlot ? 0 : std::uint64_t{slot} + 1);
}

void put_job(Put& put, const Job& job) {
  put.byte(static_cast<std::uint8_t>(job.kind));
  put.instant(job.at, 0);
  put.varint(job.next);
  put.varint(job.end);
  put.varint(job.split);
  put.varint(job.subject);
  put.key(job.ticket);
  put.varint(job.tickets.size());
  for (const TicketKey& key : job.tickets) put.key(key);
  put.varint(job.customers.size());
  for (const std::uint64_t customer : job.customers) put.varint(customer);
}

void put_digest(Put& put, const DigestState& digest, TimeMs deadline) {
  put.varint(digest.timer);
  put.instant(deadline, 0);
  put.instant(digest.outstanding, 0);
  put.varint(digest.count);
  put.varint(digest.overdue);
  put.varint(digest.rows.size());
  for (const DigestRow& row : digest.rows) {
    put.varint(row.slot);
    put.byte(row.row.clock);
    put.byte(static_cast<std::uint8_t>(row.row.light));
    put.byte(row.row.status);
    put.instant(row.row.due, 0);
    put.key(row.row.ticket);
  }
}

void put_schedules(Put& put, const Schedules& schedules, const TimingWheel& wheel) {
  put.varint(schedules.calendar_events.size());
  for (const TimerIndex index : schedules.calendar_events) {
    put.varint(index);
    put.instant(wheel.deadline(timer_id(TimerKind::calendar_event, index)), 0);
  }
  put.varint(schedules.digests.size());
  for (const DigestState& each : schedules.digests) {
    put_digest(put, each, wheel.deadline(timer_id(TimerKind::digest, each.timer)));
  }
}

void put_tenant(Put& put, const TenantState& state, const TimingWheel& wheel) {
  put.byte(
      static_cast<std::uint8_t>((state.deleted ? 1u : 0u) | (state.previous != nullptr ? 2u : 0u)));
  put.instant(state.committed_at, 0);
  put.varint(state.bucket.milli);
  put.instant(state.bucket.at, 0);
  put.varint(state.tallies.lights_before.all().size());
  put.varint(state.detectors.size());
  put.varint(state.mutes.all().size());
  for (const Mute& mute : state.mutes.all()) {
    put.byte(mute.attribute);
    put.varint(mute.value);
    put.instant(mute.until, 0);
  }
  put.varint(state.limit_counts.recounting.size());
  for (const bool recounting : state.limit_counts.recounting) put.byte(recounting ? 1 : 0);
  put.varint(state.jobs.size());
  for (const Job& job : state.jobs) put_job(put, job);
  put_schedules(put, state.schedules, wheel);
}

}  // namespace

void SnapshotWalk::put_head(SnapshotSections& to) {
  to.begin(SnapshotSection::head);
  Put put(to.bytes());
  put.varint(kSnapshotVersion);
  const Settings& settings = engine_.settings;
  put.varint(settings.partition);
  put.byte(static_cast<std::uint8_t>(settings.clock_source));
  put.varint(settings.ticket_capacity);
  put.varint(settings.producer_capacity);
  put.zigzag(settings.skew_max_ms);
  put.instant(engine_.now, 0);
  put.varint(engine_.sequence);
  put.instant(std::clamp<TimeMs>(engine_.wheel->floor(), 0, engine_.now), 0);
  put.varint(engine_.tickets->high_water());
  put_slot(put, engine_.tickets->free_first());
  put_slot(put, engine_.tickets->free_last());
  put.varint(engine_.customers.high_water());
  put_slot(put, engine_.customers.free_first());
  put_slot(put, engine_.customers.free_last());
  put.varint(engine_.calendar_event_owners.size());
  put.varint(engine_.digest_owners.size());
  put.varint(engine_.tenants.size());
}

void SnapshotWalk::put_tenants(SnapshotSections& to) {
  for (const TenantState& state : engine_.tenants) {
    to.record(SnapshotSection::tenants);
    Put put(to.bytes());
    put_tenant(put, state, *engine_.wheel);
  }
}

void SnapshotWalk::put_consumers(SnapshotSections& to) {
  for (const auto& [name, position] : engine_.consumers) {
    to.record(SnapshotSection::consumers);
    Put put(to.bytes());
    put.text(name);
    put.varint(position);
  }
}

void SnapshotWalk::put_document(SnapshotSections& to, const CompiledTenant& tenant, bool previous) {
  to.begin(SnapshotSection::document);
  {
    Put put(to.bytes());
    put.varint(tenant.id());
    put.byte(previous ? 1 : 0);
  }
  scratch_.clear();
  documents_.encode(tenant.spec(), &scratch_);
  to.bytes()->insert(to.bytes()->end(), scratch_.begin(), scratch_.end());
}

void SnapshotWalk::put_detector(SnapshotSections& to, const Tenant& tenant, std::size_t i) {
  const Detector& detector =
      tenant.deleted ? tenant.detectors[i] : engine_.tenants[tenant.id - 1u].detectors[i];
  std::vector<Detector::KeptSeries> series;
  std::vector<Detector::KeptTicket> tickets;
  detector.keep(&series, &tickets);
  ++detectors_done_;
  to.begin(SnapshotSection::detector);
  Put put(to.bytes());
  put.varint(tenant.id);
  put.varint(i);
  put.varint(series.size());
  for (const Detector::KeptSeries& each : series) {
    for (const Value value : each.alike) put.varint(value);
    put.instant(each.last_at, 0);
    put.byte(each.silent ? 1 : 0);
  }
  put.varint(tickets.size());
  TimeMs base = 0;
  for (const Detector::KeptTicket& each : tickets) {
    put.instant(each.at, base);
    base = each.at;
    put.key(each.ticket);
    put.varint(each.series == Detector::kForgotten ? 0 : std::uint64_t{each.series} + 1);
  }
}

// Bytes written: 0 if there is no such day.
std::size_t SnapshotWalk::put_day(SnapshotSections& to, TenantId id, const Attainment& of,
                                  std::size_t place) {
  const std::size_t before = to.bytes()->size();
  bool any = false;
  of.for_each_table(place, [&](CivilDay day, AttributeId attribute, const CounterTable& counters) {
    std::size_t count = 0;
    counters.for_each([&](std::uint64_t, std::uint64_t) { ++count; });
    if (count == 0) return;  // all of it was taken back: the same as never counted
    if (!any) {
      any = true;
      ++days_done_;
      to.begin(SnapshotSection::attainment);
      Put put(to.bytes());
      put.varint(id);
      put.zigzag(day);
    }
    Put put(to.bytes());
    put.byte(attribute);
    put.varint(count);
    counters.for_each([&](std::uint64_t key, std::uint64_t times) {
      put.varint(key);
      put.varint(times);
    });
  });
  return to.bytes()->size() - before;
}

void SnapshotWalk::put_producer(SnapshotSections& to, const ProducerTable::Key& key,
                                const Producer& producer) {
  ++producers_done_;
  to.record(SnapshotSection::producers);
  Put put(to.bytes());
  put.varint(key.first);
  put.fixed64(key.second.low);
  put.fixed64(key.second.high);
  put.varint(producer.last());
  producer.for_each_result([&](std::uint32_t content_hash, const CommandResult& result) {
    put.fixed32(content_hash);
    put.varint(result.version);
    put.varint(static_cast<std::uint64_t>(result.code) << 1 | (result.clamped ? 1u : 0u));
    put.byte(result.detail);
  });
}

void SnapshotWalk::put_customer(SnapshotSections& to, Slot slot, TimeMs deadline) {
  const Customer& customer = std::as_const(engine_.customers)[slot];
  ++customers_done_;
  to.record(SnapshotSection::customers);
  Put put(to.bytes());
  put.zigzag(static_cast<std::int64_t>(slot) - static_cast<std::int64_t>(to.expected));
  to.expected = slot + 1;
  put.varint(customer.tenant);
  if (customer.tenant == kNoTenant) return put_slot(put, static_cast<Slot>(customer.key));
  put.varint(customer.key);
  put.instant(customer.contract_until, 0);
  put.instant(deadline, 0);
  put.varint(customer.attributes.size());
  for (const AttributeValue& set : customer.attributes) {
    put.byte(set.attribute);
    put.varint(set.value);
  }
}

void SnapshotWalk::put_ticket(SnapshotSections& to, Put& put, Slot slot, TimeMs deadline) {
  const TicketHeader& ticket = std::as_const(*engine_.tickets)[slot];
  TicketParts parts{slot, ticket, deadline, nullptr, false, nullptr, nullptr};
  if (ticket.has(TicketFlag::live) && !ticket.has(TicketFlag::gone)) {
    const Tenant& tenant = tenants_[ticket.tenant - 1u];
    const auto version = static_cast<std::uint16_t>(tenant.current->spec().version);
    parts.stale = ticket.document != version;
    parts.tenant = parts.stale ? tenant.previous.get() : tenant.current.get();
    VENCER_ASSERT(parts.tenant != nullptr);
    parts.block = std::as_const(*engine_.tickets).blocks().data(ticket.block);
    if (ticket.has(TicketFlag::extras)) parts.extras = std::as_const(engine_.extras).find(slot);
  }
  vencer::put_ticket(put, to.expected, parts, engine_.intervals);
  to.expected = slot + 1;
  ++tickets_done_;
}

void SnapshotWalk::put_end(SnapshotSections& to) {
  to.begin(SnapshotSection::end);
  Put put(to.bytes());
  put.varint(tickets_done_);
  put.varint(customers_done_);
  put.varint(producers_done_);
  put.varint(detectors_done_);
  put.varint(days_done_);
}

}  // namespace vencer
