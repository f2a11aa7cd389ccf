#include "engine/core/snapshot_ticket.h"

#include "engine/core/counts.h"
#include "engine/core/snapshot_format.h"

namespace vencer {
namespace {

void put_attributes(Put& put, const CompiledTenant& tenant, const std::uint64_t* block) {
  const BlockLayout& layout = tenant.layout();
  for (std::size_t i = 0; i < layout.attributes.size(); ++i) {
    put.varint(get_attribute(layout, block, static_cast<AttributeId>(i)));
  }
  for (std::uint32_t i = 0; i < layout.day_cells; ++i) {
    put.varint(block[layout.days_offset_cells + i]);
  }
}

bool is_untouched(const ClockState& clock) {
  return clock.cycle == 0 && clock.flags == 0 && clock.intervals == 0 && clock.counted == 0 &&
         clock.due == kNever && clock.next_at == kNever && clock.run_from.get() == 0 &&
         clock.elapsed_before.get() == 0 && clock.target_ms.get() == 0 && clock.rule == kNoId16 &&
         clock.calendar == 0 && clock.fired == 0 && clock.ladder == kNoId8;
}

void put_intervals(Put& put, RunIntervals::List list, const RunIntervals& intervals,
                   TimeMs created_at) {
  put.varint(intervals.count(list));
  TimeMs base = created_at;
  intervals.walk(list, [&](TimeMs from, TimeMs to, CalendarId calendar) {
    put.instant(from, base);
    put.instant(to, from);
    put.varint(calendar);
    base = to;
    return true;
  });
}

void put_clock(Put& put, const CompiledTenant& tenant, ClockId id, const ClockState& clock,
               const RunIntervals& intervals, TimeMs created_at) {
  if (is_untouched(clock)) return put.byte(ClockRecord::untouched);
  put.byte(clock.flags);
  const std::uint32_t word = CountedClock::without_place(clock.counted);
  const bool counted = word != usual_count(tenant, id, clock);
  const auto bit = [](bool differs, std::uint8_t field) {
    return static_cast<unsigned>(differs ? field : 0u);
  };
  const unsigned fields =
      bit(clock.cycle != 1, ClockRecord::cycle) | bit(clock.fired != 0, ClockRecord::fired) |
      bit(clock.rule != kNoId16, ClockRecord::rule) |
      bit(clock.calendar != 0, ClockRecord::calendar) |
      bit(clock.ladder != kNoId8, ClockRecord::ladder) |
      bit(clock.intervals != 0, ClockRecord::intervals) | bit(counted, ClockRecord::counted) |
      bit(clock.target_ms.get() != 0, ClockRecord::target);
  put.byte(static_cast<std::uint8_t>(fields));
  if ((fields & ClockRecord::cycle) != 0) put.varint(clock.cycle);
  if ((fields & ClockRecord::fired) != 0) put.varint(clock.fired);
  if ((fields & ClockRecord::rule) != 0) put.varint(clock.rule);
  if ((fields & ClockRecord::calendar) != 0) put.varint(clock.calendar);
  if ((fields & ClockRecord::ladder) != 0) put.byte(clock.ladder);
  if ((fields & ClockRecord::target) != 0) put.zigzag(clock.target_ms);
  const TimeMs run_from = clock.run_from;
  const TimeMs due = clock.due;
  put.instant(run_from, created_at);
  put.zigzag(clock.elapsed_before);
  put.instant(due, run_from);
  put.instant(clock.next_at, due == kNever ? run_from : due);
  if ((fields & ClockRecord::intervals) != 0) {
    put_intervals(put, clock.intervals, intervals, created_at);
  }
  if ((fields & ClockRecord::counted) != 0) put.fixed32(word);
}

void put_clock_extras(Put& put, const TicketExtras& extras, TimeMs created_at) {
  put.varint(extras.clocks.size());
  for (const ClockExtra& extra : extras.clocks) {
    put.byte(extra.clock);
    put.instant(extra.ladder.acknowledged_until, created_at);
    put.byte(extra.ladder.repeating);
    put.byte(extra.ladder.repeats);
    put.instant(extra.due_at, created_at);
    put.zigzag(extra.extended_ms);
  }
}

void put_links(Put& put, const TicketExtras& extras) {
  put.varint(extras.links.size());
  for (const TicketLink& link : extras.links) {
    put.byte(static_cast<std::uint8_t>(static_cast<unsigned>(link.kind) << 1 |
                                       (link.incoming ? 1u : 0u)));
    put.key(link.other);
  }
}

void put_status_time(Put& put, const TicketExtras& extras, TimeMs created_at) {
  put.instant(extras.status_since, created_at);
  put.varint(extras.time_in_status.size());
  std::int32_t day = 0;
  for (const TimeInStatus& row : extras.time_in_status) {
    put.zigzag(row.day - day);
    put.byte(row.status);
    put.zigzag(row.ms);
    day = row.day;
  }
}

void put_extras(Put& put, const TicketExtras& extras, TimeMs created_at) {
  const Cascade none;
  const bool cascade =
      extras.cascade.at != none.at || extras.cascade.changes_left != none.changes_left;
  const bool pending = extras.pending_until != kNever || extras.pending_then != kNoId8;
  const bool status_time = extras.status_since != kNever || !extras.time_in_status.empty();
  const auto bit = [](bool there, std::uint8_t part) {
    return static_cast<unsigned>(there ? part : 0u);
  };
  const unsigned parts =
      bit(pending, ExtrasRecord::pending) | bit(extras.start_at != kNever, ExtrasRecord::start) |
      bit(extras.due_at != kNever, ExtrasRecord::due) | bit(extras.merged, ExtrasRecord::merged) |
      bit(status_time, ExtrasRecord::status_time) | bit(cascade, ExtrasRecord::cascade) |
      bit(!extras.clocks.empty(), ExtrasRecord::clocks) |
      bit(!extras.links.empty(), ExtrasRecord::links);
  put.byte(static_cast<std::uint8_t>(parts));
  if (pending) {
    put.instant(extras.pending_until, created_at);
    put.byte(extras.pending_then);
  }
  if (extras.start_at != kNever) put.instant(extras.start_at, created_at);
  if (extras.due_at != kNever) put.instant(extras.due_at, created_at);
  if (extras.merged) put.key(extras.survivor);
  if (status_time) put_status_time(put, extras, created_at);
  if (cascade) {
    put.instant(extras.cascade.at, created_at);
    put.byte(static_cast<std::uint8_t>(extras.cascade.changes_left));
  }
  if (!extras.clocks.empty()) put_clock_extras(put, extras, created_at);
  if (!extras.links.empty()) put_links(put, extras);
}

void put_ticket_key(Put& put, const TicketHeader& ticket) {
  if (ticket.key_kind == KeyKind::number) return put.varint(ticket.key_low);
  put.fixed64(ticket.key_low);
  put.fixed64(ticket.key_high);
}

}  // namespace

std::uint32_t usual_count(const CompiledTenant& tenant, ClockId id, const ClockState& clock) {
  const bool counts = clock.active() && clock.due != kNever && clock.has_target() &&
                      (tenant.promises() >> id & 1) != 0;
  if (!counts) return 0;
  return clock.has(ClockFlag::breached) ? CountedClock::kOverdue : CountedClock::of_due(clock.due);
}

void put_ticket(Put& put, Slot expected, const TicketParts& parts, const RunIntervals& intervals) {
  const TicketHeader& ticket = parts.ticket;
  put.zigzag(static_cast<std::int64_t>(parts.slot) - static_cast<std::int64_t>(expected));
  if (!ticket.has(TicketFlag::live)) {
    put.byte(TicketRecord::free);
    return put.varint(ticket.block == kNoSlot ? 0 : std::uint64_t{ticket.block} + 1);
  }
  const bool gone = ticket.has(TicketFlag::gone);
  put.byte(static_cast<std::uint8_t>(
      static_cast<unsigned>(gone ? TicketRecord::gone : TicketRecord::open) |
      (static_cast<unsigned>(ticket.key_kind) - 1) << TicketRecord::key_kind_shift |
      (parts.stale ? TicketRecord::stale : 0u) |
      (parts.extras != nullptr ? TicketRecord::extras : 0u)));
  put.varint(ticket.tenant);
  put_ticket_key(put, ticket);
  put.byte(ticket.status);
  put.byte(ticket.level);
  put.byte(ticket.flags_and_light);
  put.varint(ticket.version);
  const TimeMs created_at = ticket.created_at;
  put.instant(created_at, 0);
  put.instant(ticket.changed_at, created_at);
  if (ticket.has(TicketFlag::closed)) {
    put.instant(ticket.leave_at, created_at);
  } else {
    put.varint(ticket.activities);
  }
  put.instant(parts.deadline, created_at);
  if (gone) {
    put.fixed16(ticket.document);
    return;
  }
  put.varint(ticket.counted);
  put_attributes(put, *parts.tenant, parts.block);
  for (std::size_t i = 0; i < parts.tenant->clock_count(); ++i) {
    put_clock(put, *parts.tenant, static_cast<ClockId>(i),
              clocks_of(parts.tenant->layout(), parts.block)[i], intervals, created_at);
  }
  if (parts.extras != nullptr) put_extras(put, *parts.extras, created_at);
}

}  // namespace vencer
