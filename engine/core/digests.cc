// Digests: a list of a tenant's tickets at an instant of its calendar, with the first rows by due.
//
//   overdue            tickets with a running or paused promise whose due has passed
//   due_within         ... whose due lies between the digest's instant and `span_ms` after it
//   not_updated_today  working tickets (not resolved, not closed) without any of `activities` on
//                      the digest's local day, created today or not
//   answered_yesterday tickets with one of `activities` on the local day before, closed ones too
//                      while they are kept
//
// One slot of the partition a unit; a row is true at its unit's time. What `activities` were on
// which day is kept per ticket from the document on that brings the digest, by engine time.
// Choice: clock source input, where time jumps, collects a digest whole at its instant.
#include <algorithm>

#include "engine/core/day_cell.h"
#include "engine/core/engine.h"

namespace vencer {
namespace {

// What a digest may say of a ticket's promises.
struct Dues {
  EventRow earliest;
  EventRow earliest_passed;
  EventRow earliest_within;
  bool overdue = false;
};

void take_earlier(EventRow& row, ClockId clock, TimeMs due) {
  if (due >= row.due) return;
  row.due = due;
  row.clock = clock;
}

Dues dues_of(const TicketRef& ref, TimeMs now, TimeMs from, TimeMs to) {
  Dues dues;
  for (std::size_t i = 0; i < ref.tenant.clock_count(); ++i) {
    const auto id = static_cast<ClockId>(i);
    const ClockState& clock = ref.clock(id);
    if (!clock.active() || !clock.has_target() || clock.due == kNever) continue;
    if (ref.spec().clocks[i].kind != ClockKind::promise) continue;
    take_earlier(dues.earliest, id, clock.due);
    if (clock.due >= from && clock.due <= to) take_earlier(dues.earliest_within, id, clock.due);
    if (clock.due >= now) continue;
    dues.overdue = true;
    take_earlier(dues.earliest_passed, id, clock.due);
  }
  return dues;
}

}  // namespace

void StateMachine::Impl::begin_digest(TenantState& state, std::uint16_t position, TimeMs due) {
  DigestState& digest = state.schedules.digests[position];
  digest.outstanding = due;
  digest.count = digest.overdue = 0;
  digest.rows.clear();
  const Slot end = tickets->high_water();
  if (end > 0 && settings.clock_source != ClockSource::input) {
    Job job;
    job.kind = JobKind::digest;
    job.subject = position;
    job.end = end;
    enqueue(state, std::move(job));
    return;
  }
  for (Slot slot = 0; slot < end; ++slot) collect_for_digest(state, position, slot);
  finish_digest(state, position);
}

void StateMachine::Impl::collect_for_digest(TenantState& state, std::uint16_t position, Slot slot) {
  if (!is_ticket_of(state, slot) || (*tickets)[slot].has(TicketFlag::gone)) return;
  bring_current(slot);
  const TicketRef ticket = look(slot);
  const DigestSpec& spec = ticket.spec().digests[position];
  const bool closed = ticket.ticket.has(TicketFlag::closed);
  if (closed && spec.list != DigestList::answered_yesterday) return;
  if (!matches(ticket.tenant.layout(), ticket.block, spec.when)) return;

  DigestState& digest = state.schedules.digests[position];
  const TimeMs due = digest.outstanding;
  const Dues dues = dues_of(ticket, now, due, due + spec.span_ms);
  EventRow row = dues.earliest;
  if (spec.list == DigestList::overdue) {
    if (!dues.overdue) return;
    row = dues.earliest_passed;
  } else if (spec.list == DigestList::due_within) {
    row = dues.earliest_within;
    if (row.clock == kNoId8) return;
  } else if (!happened_as_listed(ticket, position, due)) {
    return;
  }
  row.ticket = ticket.ticket.key();
  row.light = ticket.ticket.light();
  row.status = ticket.ticket.status;
  ++digest.count;
  if (dues.overdue) ++digest.overdue;
  std::vector<DigestRow>& rows = digest.rows;
  rows.push_back({row, slot});
  std::push_heap(rows.begin(), rows.end());
  if (rows.size() <= limits::digest_rows_max) return;
  std::pop_heap(rows.begin(), rows.end());
  rows.pop_back();
}

bool StateMachine::Impl::happened_as_listed(const TicketRef& ref, std::uint16_t position,
                                            TimeMs due) const {
  const DigestSpec& spec = ref.spec().digests[position];
  const Calendar& calendar = ref.tenant.calendar(spec.calendar);
  const std::uint64_t cell = *day_cell_of(ref.tenant.layout(), ref.block, position);
  if (spec.list == DigestList::answered_yesterday) {
    return day_cell::has(cell, calendar.date_of(calendar.local_day(due).begin - 1));
  }
  return is_working(ref.category()) && !day_cell::has(cell, calendar.date_of(due));
}

void StateMachine::Impl::finish_digest(TenantState& state, std::uint16_t position) {
  const CompiledTenant& tenant = *state.current;
  DigestState& digest = state.schedules.digests[position];
  std::sort_heap(digest.rows.begin(), digest.rows.end());
  std::vector<EventRow> rows;
  for (const DigestRow& each : digest.rows) rows.push_back(each.row);
  Event event;
  event.type = EventType::digest;
  event.tenant = tenant.id();
  event.due = digest.outstanding;
  event.subject = position;
  address(event, tenant, tenant.spec().digests[position].recipient);
  event.count = digest.count;
  event.overdue = digest.overdue;
  event.rows = rows;
  emit(tenant, event);
  const TimeMs due = digest.outstanding;
  digest.outstanding = kNever;
  digest.count = digest.overdue = 0;
  digest.rows = {};
  schedule_digest(state, position, due);
}

// Digests that are being collected as `document` comes into force: one that it changes is collected
// anew, one that it retires is dropped.
void StateMachine::Impl::revise_digests(TenantState& state, const TenantSpec& document) {
  for (std::size_t i = 0; i < state.schedules.digests.size(); ++i) {
    DigestState& digest = state.schedules.digests[i];
    if (digest.outstanding == kNever) continue;
    if (document.digests[i] == state.current->spec().digests[i]) continue;
    const TimeMs due = digest.outstanding;
    digest.outstanding = kNever;
    std::erase_if(state.jobs, [&](const Job& job) {
      const bool its_own = job.kind == JobKind::digest && job.subject == i;
      if (its_own) --jobs_queued;
      return its_own;
    });
    if (!document.digests[i].retired) begin_digest(state, static_cast<std::uint16_t>(i), due);
  }
}

// Days on which activities of digests happened: by engine time, as all that digests look at.
void StateMachine::Impl::note_days(const TicketRef& ref, std::uint64_t activities) {
  for (std::size_t i = 0; i < ref.spec().digests.size(); ++i) {
    std::uint64_t* cell = day_cell_of(ref.tenant.layout(), ref.block, i);
    if (cell == nullptr || (ref.spec().digests[i].activities & activities) == 0) continue;
    const Calendar& calendar = ref.tenant.calendar(ref.spec().digests[i].calendar);
    *cell = day_cell::with(*cell, calendar.date_of(now));
  }
}

}  // namespace vencer
