// Tickets of a snapshot: what snapshot_ticket.cc wrote.
#include "engine/core/snapshot_restore.h"
#include "engine/core/snapshot_ticket.h"

namespace vencer {

// Slots come as differences to the one after the last.
Slot SnapshotRestore::next_slot(Take& take, Slot expected, Slot end) const {
  const std::int64_t by = take.zigzag();
  const std::int64_t slot = static_cast<std::int64_t>(expected) + by;
  const bool known = by > -(std::int64_t{1} << 32) && by < (std::int64_t{1} << 32) && slot >= 0 &&
                     slot < static_cast<std::int64_t>(end);
  take.check(known, "slot", static_cast<std::uint64_t>(slot));
  return take.failed() ? 0 : static_cast<Slot>(slot);
}

// False: it came before.
bool SnapshotRestore::mark(std::vector<std::uint64_t>& seen, Slot slot) const {
  std::uint64_t& word = seen[slot / 64];
  const std::uint64_t bit = std::uint64_t{1} << (slot % 64);
  if ((word & bit) != 0) return false;
  word |= bit;
  return true;
}

void SnapshotRestore::tickets(Take& take) {
  Slot expected = 0;
  while (!take.at_end()) {
    const Slot slot = next_slot(take, expected, high_water_);
    if (take.failed()) return;
    take.check(mark(tickets_seen_, slot), "a ticket twice, slot", slot);
    if (take.failed()) return;
    ticket(take, slot);
    expected = slot + 1;
    ++tickets_done_;
  }
}

void SnapshotRestore::ticket(Take& take, Slot slot) {
  const std::uint8_t what = take.byte();
  const std::uint8_t holds = what & TicketRecord::state_mask;
  TicketHeader& ticket = engine_.tickets->restore_header(slot);
  if (what == TicketRecord::free) {
    ticket.block = free_slot(take, high_water_);
    return;
  }
  const bool gone = holds == TicketRecord::gone;
  const bool extras = (what & TicketRecord::extras) != 0;
  const bool stale = (what & TicketRecord::stale) != 0;
  take.check((what & ~TicketRecord::known) == 0 && (gone || holds == TicketRecord::open) &&
                 !(gone && (extras || stale)),
             "kind of a ticket", what);
  const TenantId id = tenant_id(take);
  if (take.failed()) return;
  const TenantSpec& spec = tenants_[id - 1u].current->spec();
  ticket.tenant = static_cast<std::uint16_t>(id);
  const auto kind = static_cast<std::uint8_t>((what >> TicketRecord::key_kind_shift & 3) + 1);
  const TicketKey key = take.key(kind, "kind of a key");
  ticket.key_low = key.low;
  ticket.key_high = key.high;
  ticket.key_kind = key.kind;
  ticket.status = take.byte_below(spec.statuses.size(), "status");
  ticket.level = take.byte_below(spec.levels.size() + 1, "level");
  ticket.flags_and_light = take.byte();
  constexpr unsigned kUnknownFlags =
      0x3fu & ~unsigned{TicketFlag::live | TicketFlag::gone | TicketFlag::surveyed |
                        TicketFlag::closed | TicketFlag::extras};
  const bool closed = ticket.has(TicketFlag::closed);
  take.check((ticket.flags_and_light & kUnknownFlags) == 0 && ticket.has(TicketFlag::live) &&
                 ticket.has(TicketFlag::gone) == gone && (closed || !gone) &&
                 ticket.has(TicketFlag::extras) == extras,
             "flags of a ticket", ticket.flags_and_light);
  ticket.version = static_cast<std::uint32_t>(take.below(1ull << 32, "version of a ticket"));
  const TimeMs created_at = take.known_instant(0, "creation of a ticket");
  ticket.created_at = created_at;
  ticket.changed_at = take.known_instant(created_at, "change of a ticket");
  if (closed) {
    ticket.leave_at = take.known_instant(created_at, "end of a ticket");
  } else {
    ticket.activities = take.varint();
  }
  const TimeMs deadline = take.instant(created_at, "deadline of a ticket");
  if (gone) {
    ticket.document = take.fixed16();
  } else {
    block(take, slot, ticket, what);
  }
  timer_and_key(take, slot, ticket, deadline);
}

void SnapshotRestore::timer_and_key(Take& take, Slot slot, const TicketHeader& ticket,
                                    TimeMs deadline) {
  if (take.failed()) return;
  engine_.wheel->schedule(timer_id(TimerKind::ticket, slot), deadline);
  engine_.tickets->prefetch_restore(ticket.tenant, ticket.key());
  Slot& place = keys_waiting_[keys_ % kKeysWaiting];
  if (keys_ >= kKeysWaiting) insert_key(take, place);
  place = slot;
  ++keys_;
}

void SnapshotRestore::insert_key(Take& take, Slot slot) {
  take.check(engine_.tickets->restore_key(slot), "a ticket's key twice, slot", slot);
}

void SnapshotRestore::finish_tickets(Take& take) {
  const std::size_t waiting = std::min(keys_, kKeysWaiting);
  for (std::size_t i = keys_ - waiting; i < keys_; ++i) {
    insert_key(take, keys_waiting_[i % kKeysWaiting]);
  }
}

// Attributes, digests' days, clocks, extras: under the document that it was evaluated under.
void SnapshotRestore::block(Take& take, Slot slot, TicketHeader& ticket, std::uint8_t what) {
  const Tenant& own = tenants_[ticket.tenant - 1u];
  const bool stale = (what & TicketRecord::stale) != 0;
  take.check(!stale || own.previous != nullptr, "a ticket under a document that there is not, slot",
             slot);
  const std::uint64_t counted = take.varint();
  if (take.failed()) return;
  TenantState& state = engine_.tenants[ticket.tenant - 1u];
  const CompiledTenant& tenant = stale ? *own.previous : *own.current;
  const TenantSpec& spec = tenant.spec();
  const BlockLayout& layout = tenant.layout();
  const std::size_t cells =
      (stale ? state.tallies.lights_before : state.tallies.lights).all().size();
  take.check(own.deleted ? counted <= UINT32_MAX : counted <= cells, "count of a ticket", counted);
  take.check(ticket.status < spec.statuses.size(), "status", ticket.status);
  ticket.counted = static_cast<std::uint32_t>(counted);
  ticket.document = static_cast<std::uint16_t>(spec.version);
  ticket.block = engine_.tickets->blocks().allocate(layout.cells);
  std::uint64_t* block = engine_.tickets->blocks().data(ticket.block);
  for (std::size_t i = 0; i < spec.attributes.size(); ++i) {
    const AttributeSpec& attribute = spec.attributes[i];
    const Value value = take.varint();
    take.check(attribute.open || value <= attribute.values.size(), "value of an attribute", value);
    if (take.failed()) return;
    set_attribute(layout, block, static_cast<AttributeId>(i), value);
  }
  for (std::uint32_t i = 0; i < layout.day_cells; ++i) {
    block[layout.days_offset_cells + i] = take.varint();
  }
  for (std::size_t i = 0; i < spec.clocks.size(); ++i) {
    clock(take, tenant, static_cast<ClockId>(i), ticket.created_at, clocks_of(layout, block)[i]);
  }
  if ((what & TicketRecord::extras) != 0) extras(take, tenant, slot, ticket.created_at);
  if (!take.failed() && !own.deleted) count(take, {slot, ticket, state, tenant, block});
}

void SnapshotRestore::clock(Take& take, const CompiledTenant& tenant, ClockId id, TimeMs created_at,
                            ClockState& clock) {
  init_clock(clock);
  const std::uint8_t flags = take.byte();
  if (flags == ClockRecord::untouched) return;
  clock.flags = flags;
  take.check(clock.phase() <= ClockPhase::expired, "phase of a clock", flags);
  const TenantSpec& spec = tenant.spec();
  const std::uint8_t fields = take.byte();
  const auto number = [&](std::uint8_t field, std::uint64_t usual, std::uint64_t bound,
                          const char* what) {
    return (fields & field) != 0 ? take.below(bound, what) : usual;
  };
  clock.cycle = static_cast<std::uint16_t>(number(ClockRecord::cycle, 1, 1 << 16, "cycle"));
  clock.fired = static_cast<std::uint16_t>(number(ClockRecord::fired, 0, 1 << 16, "fired steps"));
  clock.rule =
      static_cast<RuleId>(number(ClockRecord::rule, kNoId16, spec.rules.size(), "rule of a clock"));
  clock.calendar = static_cast<CalendarId>(
      number(ClockRecord::calendar, 0, spec.calendars.size(), "calendar of a clock"));
  if ((fields & ClockRecord::ladder) != 0) {
    clock.ladder = take.byte_below(spec.ladders.size(), "ladder of a clock");
  }
  if ((fields & ClockRecord::target) != 0) clock.target_ms = take.span("target of a clock");
  const TimeMs run_from = take.known_instant(created_at, "run of a clock");
  clock.run_from = run_from;
  clock.elapsed_before = take.span("elapsed time of a clock");
  const TimeMs due = take.instant(run_from, "due of a clock");
  clock.due = due;
  clock.next_at = take.instant(due == kNever ? run_from : due, "next step of a clock");
  if ((fields & ClockRecord::intervals) != 0) intervals(take, tenant, created_at, clock);
  take.check(clock.intervals != 0 || clock.elapsed_before.get() == 0,
             "elapsed time of a clock that never stopped");
  clock.counted =
      (fields & ClockRecord::counted) != 0 ? take.fixed32() : usual_count(tenant, id, clock);
}

void SnapshotRestore::intervals(Take& take, const CompiledTenant& tenant, TimeMs created_at,
                                ClockState& clock) {
  RunIntervals::List list = 0;
  TimeMs base = created_at;
  const std::size_t count = take.count(RunIntervals::kCountMax, 3, "runs of a clock");
  for (std::size_t left = count; left > 0 && !take.failed(); --left) {
    const TimeMs from = take.known_instant(base, "beginning of a run");
    const TimeMs to = take.known_instant(from, "end of a run");
    const std::uint64_t calendar = take.below(tenant.spec().calendars.size(), "calendar of a run");
    take.check(from <= to, "a run that ends before it begins");
    engine_.intervals.append(list, from, to, static_cast<CalendarId>(calendar));
    base = to;
  }
  engine_.intervals.mark_stale(list);  // whether calendars changed since it stopped is not known
  clock.intervals = list;
}

void SnapshotRestore::extras(Take& take, const CompiledTenant& tenant, Slot slot,
                             TimeMs created_at) {
  const TenantSpec& spec = tenant.spec();
  TicketExtras& extras = engine_.extras.restore(slot);
  const std::uint8_t parts = take.byte();
  if ((parts & ExtrasRecord::pending) != 0) {
    extras.pending_until = take.instant(created_at, "end of a pending-until");
    extras.pending_then = take.byte();
    take.check(extras.pending_then < spec.statuses.size() ||
                   (extras.pending_then == kNoId8 && extras.pending_until == kNever),
               "status after a pending-until", extras.pending_then);
  }
  if ((parts & ExtrasRecord::start) != 0) {
    extras.start_at = take.known_instant(created_at, "start of a ticket");
  }
  if ((parts & ExtrasRecord::due) != 0) {
    extras.due_at = take.known_instant(created_at, "due of a ticket");
  }
  if ((parts & ExtrasRecord::merged) != 0) {
    extras.merged = true;
    extras.survivor = take.key("survivor of a ticket");
  }
  if ((parts & ExtrasRecord::status_time) != 0) {
    extras.status_since = take.instant(created_at, "stay in a status");
    std::int64_t day = 0;
    for (std::size_t n = take.count(UINT32_MAX, 3, "stays in a status"); n > 0; --n) {
      TimeInStatus& row = extras.time_in_status.emplace_back();
      day += take.span("day of a stay in a status");
      take.check(day >= INT32_MIN && day <= INT32_MAX, "day of a stay in a status");
      row.day = take.failed() ? 0 : static_cast<std::int32_t>(day);
      row.status = take.byte();
      row.ms = take.span("stay in a status");
    }
  }
  if ((parts & ExtrasRecord::cascade) != 0) {
    extras.cascade.at = take.known_instant(created_at, "cascade of a ticket");
    extras.cascade.changes_left =
        take.byte_below(limits::automatic_changes_max + 1, "changes left of a cascade");
  }
  if ((parts & ExtrasRecord::clocks) != 0) {
    for (std::size_t n = take.count(limits::clocks_max, 6, "clocks with extras"); n > 0; --n) {
      ClockExtra& extra = extras.clocks.emplace_back();
      extra.clock = take.byte_below(spec.clocks.size(), "clock with extras");
      extra.ladder.acknowledged_until = take.instant(created_at, "acknowledgement");
      extra.ladder.repeating = take.byte();
      extra.ladder.repeats = take.byte();
      extra.due_at = take.instant(created_at, "due of a clock's own");
      extra.extended_ms = take.span("extension of a clock");
    }
  }
  if ((parts & ExtrasRecord::links) == 0) return;
  for (std::size_t n = take.count(limits::links_max, 3, "links of a ticket"); n > 0; --n) {
    const std::uint8_t link = take.byte();
    const std::uint8_t kind = link >> 1;
    take.check(kind >= 1 && kind <= static_cast<std::uint8_t>(LinkKind::related), "kind of a link",
               kind);
    const TicketKey other = take.key("other end of a link");
    if (take.failed()) return;
    extras.links.push_back({static_cast<LinkKind>(kind), (link & 1) != 0, other});
  }
}

namespace {

void count_standing(const TicketRef& ref, Attainment& standing, const Verdict& verdict) {
  standing.add(verdict, 1);
  const CountBy& count_by = ref.tenant.count_by();
  if (ref.ticket.counted == 0) return;
  const auto cell = (ref.ticket.counted - 1) / static_cast<std::uint32_t>(kLights);
  for (std::size_t i = 0; i < count_by.size(); ++i) {
    standing.add(verdict, {count_by.attribute(i), count_by.value(cell, i)}, 1);
  }
}

}  // namespace

// What is counted of a ticket, from what stands in it (counts.h, constraints.h, engine.h).
void SnapshotRestore::count(Take& take, const TicketRef& ref) {
  const TicketHeader& ticket = ref.ticket;
  TenantState& state = ref.state;
  Tenant& own = tenants_[ticket.tenant - 1u];
  const bool closed = ticket.has(TicketFlag::closed);
  take.check(!closed || ticket.counted == 0, "count of a closed ticket", ticket.counted);
  if (!closed) {
    ++state.open_tickets;
    ++state.by_status[ticket.status];
    for (std::uint64_t left = ticket.activities; left != 0; left &= left - 1) {
      ++state.by_activity[static_cast<std::size_t>(std::countr_zero(left))];
    }
    if (!ref.tenant.constraints().limits().empty()) engine_.count_limits(ref, 1);
  }
  const bool stale = &ref.tenant != own.current.get();
  if (ticket.counted != 0) {
    ++(stale ? state.tallies.lights_before : state.tallies.lights)[ticket.counted - 1];
  }
  for (std::size_t i = 0; i < ref.tenant.clock_count(); ++i) {
    const auto id = static_cast<ClockId>(i);
    ClockState& clock = ref.clock(id);
    take.check(closed || engine_.next_fall(ref, id).at == clock.next_at,
               "a next step that is not its ladder's, clock", i);
    if (clock.active()) ++state.by_clock[i];
    const std::uint32_t word = clock.counted;
    switch (word & CountedClock::kKind) {
      case CountedClock::kDue:
        state.tallies.forecast.add(CountedClock::forecast_key_in(word), 1);
        break;
      case CountedClock::kOverdue:
        own.overdue.push_back({clock.due, ref.slot, id});
        clock.counted = CountedClock::of_place(state.tallies.overdue.restore(clock.due));
        break;
      case CountedClock::kVerdict:
        if (!closed) count_standing(ref, own.standing, CountedClock::verdict_in(word, id));
        break;
      default:
        break;
    }
  }
}

}  // namespace vencer
