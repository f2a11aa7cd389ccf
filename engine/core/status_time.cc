// Time in status: how long the tickets of a kind ("agent") were in each status on each local day.
//
// A ticket that matches counts from its creation or from when it comes to match, by the instants at
// which things happened at the desk, until it no longer matches or is closed for good. A stay is
// added to its days when it ends; what a query sees has the present stay in it. Each local day is
// exact, whatever the clocks of its zone do; the last limits::time_in_status_days are kept.
//
// Cost: one bit of the header for tenants without it; a change of status O(days it lasted, at most
// 92). Memory: 16 bytes a status and day.
#include <algorithm>

#include "engine/core/engine.h"

namespace vencer {
namespace {

constexpr auto kKeptDays = static_cast<CivilDay>(limits::time_in_status_days);

void add(std::vector<TimeInStatus>& rows, CivilDay day, StatusId status, DurationMs ms) {
  const auto at = std::lower_bound(rows.begin(), rows.end(), TimeInStatus{day, status, 0},
                                   [](const TimeInStatus& a, const TimeInStatus& b) {
                                     return a.day != b.day ? a.day < b.day : a.status < b.status;
                                   });
  if (at != rows.end() && at->day == day && at->status == status) {
    at->ms += ms;
  } else {
    rows.insert(at, {day, status, ms});
  }
}

// A stay in [from, to), from its last day back: of a longer one than is kept, only what is kept.
void add_stay(std::vector<TimeInStatus>& rows, const Calendar& calendar, StatusId status,
              TimeMs from, TimeMs to) {
  if (to <= from) return;
  const CivilDay last = calendar.date_of(to - 1);
  for (TimeMs end = to; end > from;) {
    const CivilDay day = calendar.date_of(end - 1);
    if (last - day >= kKeptDays) break;
    const TimeMs begin = std::max(from, calendar.local_day(end - 1).begin);
    if (begin >= end) break;  // before all time
    add(rows, day, status, end - begin);
    end = begin;
  }
  if (rows.empty()) return;
  const CivilDay kept_from = std::max(last, rows.back().day) - kKeptDays + 1;
  std::erase_if(rows, [&](const TimeInStatus& row) { return row.day < kept_from; });
}

}  // namespace

// What a change of status, attributes or document at `at` ends and begins. `was`: the status up to
// then.
void StateMachine::Impl::keep_status_time(const TicketRef& ref, StatusId was, TimeMs at) {
  const TimeInStatusSpec& spec = ref.spec().time_in_status;
  const TicketExtras* extra = extras_of(ref);
  const bool counted = extra != nullptr && extra->status_since != kNever;
  const bool counts = spec.on && matches(ref.tenant.layout(), ref.block, spec.when);
  if (counted && counts && was == ref.ticket.status) return;  // goes on
  if (counted) stop_status_time(ref, was, at);
  if (counts) add_extras(ref).status_since = at;
}

void StateMachine::Impl::stop_status_time(const TicketRef& ref, StatusId was, TimeMs at) {
  TicketExtras* extra = extras_of(ref);
  if (extra == nullptr || extra->status_since == kNever) return;
  const Calendar& calendar = ref.tenant.calendar(ref.spec().time_in_status.calendar);
  add_stay(extra->time_in_status, calendar, was, extra->status_since, at);
  extra->status_since = kNever;
}

std::vector<TimeInStatus> StateMachine::Impl::time_in_status(const TicketRef& ref) const {
  const TicketExtras* extra = extras_of(ref);
  if (extra == nullptr) return {};
  std::vector<TimeInStatus> rows = extra->time_in_status;
  if (extra->status_since == kNever) return rows;
  add_stay(rows, ref.tenant.calendar(ref.spec().time_in_status.calendar), ref.ticket.status,
           extra->status_since, now);
  return rows;
}

}  // namespace vencer
