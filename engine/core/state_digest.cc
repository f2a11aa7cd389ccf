// The digest of all state: what a replay, a restored snapshot or another machine is compared by.
// Covered: everything that can reach an output; not: where blocks and intervals happen to lie.
#include <initializer_list>

#include "engine/core/engine.h"

namespace vencer {
namespace {

class Digest {
 public:
  void add(std::uint64_t word) {
    hash_ ^= word;
    hash_ *= 0x9e3779b97f4a7c15ull;
    hash_ ^= hash_ >> 32;
  }
  void add(TimeMs word) { add(static_cast<std::uint64_t>(word)); }
  void add(std::string_view text) {
    add(std::uint64_t{text.size()});
    for (const char c : text) add(std::uint64_t{static_cast<unsigned char>(c)});
  }
  std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 0x76656e636572;  // "vencer"
};

void add_key(Digest& digest, const TicketKey& key) {
  digest.add(key.low);
  digest.add(key.high);
  digest.add(std::uint64_t{static_cast<std::uint8_t>(key.kind)});
}

void add_clock(Digest& digest, const ClockState& clock, const RunIntervals& intervals) {
  digest.add(clock.due.get());
  digest.add(clock.next_at.get());
  digest.add(clock.running() ? clock.run_from.get() : 0);
  digest.add(clock.elapsed_before.get());
  digest.add(clock.target_ms.get());
  digest.add(std::uint64_t{clock.rule} | std::uint64_t{clock.calendar} << 16 |
             std::uint64_t{clock.cycle} << 32 | std::uint64_t{clock.fired} << 48);
  digest.add(std::uint64_t{clock.ladder} | std::uint64_t{clock.flags} << 8);
  intervals.walk(clock.intervals, [&](TimeMs from, TimeMs to, CalendarId calendar) {
    digest.add(from);
    digest.add(to);
    digest.add(std::uint64_t{calendar});
    return true;
  });
}

void add_header(Digest& digest, Slot slot, const TicketHeader& ticket) {
  digest.add(std::uint64_t{slot});
  digest.add(ticket.key_low);
  digest.add(ticket.key_high);
  digest.add(ticket.created_at.get());
  digest.add(ticket.changed_at.get());
  digest.add(ticket.activities);  // or when it leaves
  digest.add(std::uint64_t{ticket.version} | std::uint64_t{ticket.document} << 32 |
             std::uint64_t{ticket.tenant} << 48);
  digest.add(std::uint64_t{static_cast<std::uint8_t>(ticket.key_kind)} |
             std::uint64_t{ticket.status} << 8 | std::uint64_t{ticket.level} << 16 |
             std::uint64_t{ticket.flags_and_light} << 24);
}

void add_block(Digest& digest, const CompiledTenant& tenant, const std::uint64_t* block,
               const RunIntervals& intervals) {
  for (std::size_t i = 0; i < tenant.spec().attributes.size(); ++i) {
    digest.add(get_attribute(tenant.layout(), block, static_cast<AttributeId>(i)));
  }
  for (std::size_t i = 0; i < tenant.clock_count(); ++i) {
    add_clock(digest, clocks_of(tenant.layout(), block)[i], intervals);
  }
  for (std::uint32_t i = 0; i < tenant.layout().day_cells; ++i) {
    digest.add(block[tenant.layout().days_offset_cells + i]);
  }
}

void add_job(Digest& digest, const Job& job) {
  digest.add(std::uint64_t{static_cast<std::uint8_t>(job.kind)} | std::uint64_t{job.subject} << 16);
  digest.add(job.at);
  digest.add(std::uint64_t{job.next} | std::uint64_t{job.end} << 32);
  digest.add(std::uint64_t{job.split});
  add_key(digest, job.ticket);
  for (const TicketKey& key : job.tickets) add_key(digest, key);
  for (const std::uint64_t customer : job.customers) digest.add(customer);
}

void add_limits(Digest& digest, const LimitCounts& limits) {
  for (const auto& [of, count] : limits.counts) {
    digest.add(std::uint64_t{of.first} | std::uint64_t{count} << 16);
    digest.add(of.second);
  }
  for (const bool recounting : limits.recounting) digest.add(std::uint64_t{recounting});
}

void add_customer(Digest& digest, const Customer& customer) {
  digest.add(std::uint64_t{customer.tenant});
  digest.add(customer.key);
  digest.add(customer.contract_until);
  for (const AttributeValue& set : customer.attributes) {
    digest.add(std::uint64_t{set.attribute});
    digest.add(set.value);
  }
}

void add_extras(Digest& digest, const TicketExtras& extras) {
  digest.add(extras.pending_until);
  digest.add(std::uint64_t{extras.pending_then} | std::uint64_t{extras.merged} << 8);
  digest.add(extras.start_at);
  digest.add(extras.due_at);
  for (const ClockExtra& extra : extras.clocks) {
    digest.add(std::uint64_t{extra.clock});
    digest.add(extra.ladder.acknowledged_until);
    digest.add(std::uint64_t{extra.ladder.repeating} | std::uint64_t{extra.ladder.repeats} << 8);
    digest.add(extra.due_at);
    digest.add(extra.extended_ms);
  }
  add_key(digest, extras.survivor);
  for (const TicketLink& link : extras.links) {
    digest.add(std::uint64_t{static_cast<std::uint8_t>(link.kind)} | std::uint64_t{link.incoming}
                                                                         << 8);
    add_key(digest, link.other);
  }
  digest.add(extras.cascade.at);
  digest.add(static_cast<std::int64_t>(extras.cascade.changes_left));
  digest.add(extras.status_since);
  for (const TimeInStatus& day : extras.time_in_status) {
    digest.add(std::int64_t{day.day});
    digest.add(std::uint64_t{day.status});
    digest.add(day.ms);
  }
}

// Tables whose order says nothing: their counters' hashes, summed up.
std::uint64_t hash_of(std::initializer_list<std::uint64_t> words) {
  Digest digest;
  for (const std::uint64_t word : words) digest.add(word);
  return digest.value();
}

void add_tallies(Digest& digest, const Tallies& tallies) {
  for (const std::uint32_t count : tallies.lights.all()) digest.add(std::uint64_t{count});
  for (const std::uint32_t count : tallies.lights_before.all()) digest.add(std::uint64_t{count});
  std::uint64_t sum = 0;
  tallies.forecast.for_each([&](std::uint64_t key, std::uint64_t count) {
    sum += hash_of({key, count});
  });
  digest.add(sum);
  for (const Overdue& overdue : tallies.overdue.ordered()) {
    digest.add(overdue.due);
    digest.add(std::uint64_t{overdue.slot} | std::uint64_t{overdue.clock} << 32);
  }
  sum = 0;
  tallies.attainment.for_each(
      [&](CivilDay day, AttributeId attribute, std::uint64_t key, std::uint64_t count) {
        sum += hash_of({static_cast<std::uint64_t>(day), attribute, key, count});
      });
  digest.add(sum);
}

void add_schedules(Digest& digest, const Schedules& schedules, const TimingWheel& wheel) {
  for (const TimerIndex index : schedules.calendar_events) {
    digest.add(std::uint64_t{index});
    digest.add(wheel.deadline(timer_id(TimerKind::calendar_event, index)));
  }
  for (const DigestState& each : schedules.digests) {
    digest.add(std::uint64_t{each.timer});
    digest.add(wheel.deadline(timer_id(TimerKind::digest, each.timer)));
    digest.add(each.outstanding);
    digest.add(each.count);
    digest.add(each.overdue);
    for (const DigestRow& row : each.rows) {
      digest.add(std::uint64_t{row.slot} | std::uint64_t{row.row.clock} << 32 |
                 std::uint64_t{static_cast<std::uint8_t>(row.row.light)} << 40 |
                 std::uint64_t{row.row.status} << 48);
      digest.add(row.row.due);
      add_key(digest, row.row.ticket);
    }
  }
}

}  // namespace

std::uint64_t StateMachine::digest() const {
  Impl& engine = *impl_;
  Digest digest;
  digest.add(engine.now);
  digest.add(engine.sequence);
  if (!engine.configured) return digest.value();
  digest.add(std::uint64_t{engine.settings.partition});
  digest.add(std::uint64_t{engine.settings.ticket_capacity});
  digest.add(engine.settings.skew_max_ms);
  for (const TenantState& state : engine.tenants) {
    digest.add(state.current->spec().name);
    digest.add(std::uint64_t{state.current->spec().version});
    digest.add(state.current->spec().source_hash);
    digest.add(state.committed_at);
    digest.add(std::uint64_t{state.reevaluating()});
    for (const Job& job : state.jobs) add_job(digest, job);
    digest.add(state.open_tickets);
    for (const std::uint64_t count : state.by_status) digest.add(count);
    for (const std::uint64_t count : state.by_activity) digest.add(count);
    for (const std::uint64_t count : state.by_clock) digest.add(count);
    add_limits(digest, state.limit_counts);
    for (const Mute& mute : state.mutes.all()) {
      digest.add(std::uint64_t{mute.attribute} | mute.value << 8);
      digest.add(mute.until);
    }
    digest.add(state.bucket.milli);
    digest.add(state.bucket.at);
    digest.add(std::uint64_t{state.deleted});
    add_schedules(digest, state.schedules, *engine.wheel);
    for (const Detector& detector : state.detectors) {
      detector.for_each_word([&](std::uint64_t word) { digest.add(word); });
    }
    add_tallies(digest, state.tallies);
  }
  for (Slot slot = 0; slot < engine.tickets->high_water(); ++slot) {
    const TicketHeader& ticket = (*engine.tickets)[slot];
    if (!ticket.has(TicketFlag::live)) continue;
    add_header(digest, slot, ticket);
    digest.add(engine.wheel->deadline(timer_id(TimerKind::ticket, slot)));
    if (ticket.has(TicketFlag::gone)) continue;
    if (ticket.has(TicketFlag::extras)) add_extras(digest, *engine.extras.find(slot));
    const TenantState& state = engine.tenant_of(ticket);
    const bool stale = ticket.document != static_cast<std::uint16_t>(state.current->spec().version);
    add_block(digest, stale ? *state.previous : *state.current,
              engine.tickets->blocks().data(ticket.block), engine.intervals);
  }
  for (Slot slot = 0; slot < engine.customers.high_water(); ++slot) {
    add_customer(digest, engine.customers[slot]);
    digest.add(engine.wheel->deadline(timer_id(TimerKind::customer, slot)));
  }
  digest.add(std::uint64_t{engine.customers.free_first()} |
             std::uint64_t{engine.customers.free_last()} << 32);
  engine.tickets->for_each_free([&](Slot slot) { digest.add(std::uint64_t{slot}); });
  for (const auto& [key, producer] : engine.producers.all()) {
    digest.add(std::uint64_t{key.first});
    digest.add(key.second.low);
    digest.add(key.second.high);
    producer.for_each_word([&](std::uint64_t word) { digest.add(word); });
  }
  for (const auto& [name, position] : engine.consumers) {
    digest.add(name);
    digest.add(position);
  }
  return digest.value();
}

}  // namespace vencer
