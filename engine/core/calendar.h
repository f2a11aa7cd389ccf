// Calendar: open time of a desk. Exact to the millisecond, across daylight saving and zone changes.
//
//   between(a, b) = open time in [a, b)
//   add(a, d)     = the first instant t with between(a, t) = d
//
// Rules (semantics.md, section 4; pinned by shared/vectors): openings are half-open [open, close).
// A start or end that names a local time skipped by DST falls on the transition; a start that names
// a repeated local time means its first occurrence, an end its last. Special days go before
// holidays, holidays before the week. A holiday closes the local civil day 00:00-24:00: a shift
// that began the day before ends at midnight then, one that begins on it goes on after midnight.
// Overlapping openings are a union. add(a, 0) = a, even while closed.
//
// Choices where those pages are silent: a special day with hours replaces what would begin on that
// day (the night shift of the day before runs on into it); one without hours closes the civil day,
// as a holiday does. A break is cut from whatever is open then, and resolved like a shift.
//
// A Calendar is made from a CalendarSpec, once per document; no zone database is asked.
//
// Local days follow each other without gap or overlap: each lasts from the first instant at which
// the wall clock shows its midnight or later to that of the next day. A skipped day (Samoa) is
// none.
//
// Business days (targets of "30 business days", digests). A shift over midnight belongs to the day
// on which it begins: a night desk's Monday opens on Monday at 22:00 and closes on Tuesday at
// 06:00, and Saturday is no business day because Friday's night runs into it. So
//   a business day is a local day that is neither a holiday nor special without hours, and one of
//     whose shifts has open time,
//   its first open instant is the first at or after the begin of its first shift,
//   its close is the last closing at or before the end of its last shift, or of one that the day
//     before left running longer. A day that is open until 24:00 closes then, though the next one
//     opens at once.
// What a holiday's own night shift leaves after midnight is open time, but makes no business day.
// 24x7: every day in UTC is one, 00:00-24:00.
//
// Before limits::time_min_ms and after limits::time_max_ms nothing is open, not even 24x7.
//
// Cost: compile two or three milliseconds; between and add two to five dependent memory reads at
// any distance, never a zone look-up (calendar_table.h); all others O(log) of weeks or transitions,
// without allocation. Memory: about 0.3 MB, 24x7 none.
// Thread: const after construction.  Errors: compile() refuses a calendar that never opens.
#pragma once

#include "engine/core/calendar_business.h"
#include "engine/core/calendar_spec.h"
#include "engine/core/calendar_table.h"
#include "engine/core/result.h"
#include "engine/core/types.h"

namespace vencer {

class Calendar {
 public:
  // Errc::invalid_document when the calendar never opens or a shift is out of range.
  static Result<Calendar> compile(const CalendarSpec& spec);
  static Calendar always_open();

  // Open time in [from, to); 0 if to <= from.
  DurationMs between(TimeMs from, TimeMs to) const;
  // The first instant t >= from with between(from, t) = open_ms; kNever if there is none before
  // limits::time_max_ms. open_ms >= 0.
  TimeMs add(TimeMs from, DurationMs open_ms) const;
  // The same for who asks from one instant again and again: what it counted from there is kept in
  // `known`, of whichever calendar it was, as long as that lives.
  struct From {
    const Calendar* calendar = nullptr;
    TimeMs at = 0;
    DurationMs open_before = 0;
  };
  TimeMs add(TimeMs from, DurationMs open_ms, From& known) const;
  // Is the instant inside an opening?
  bool is_open(TimeMs at) const;
  // The first open instant that is not before `at`; kNever if there is none.
  TimeMs next_open(TimeMs at) const;
  // The end of the opening at `at`, or of the next one if it is closed then; kNever if it does not
  // close before limits::time_max_ms. A lunch break closes too; a day that is open until 24:00 does
  // not, if the next one opens at once. ("Until the next close".)
  TimeMs next_close(TimeMs at) const;

  // The local day around an instant, which is taken as the nearest one that exists if it is not
  // between 1970 and 2400. The day before is local_day(begin - 1).
  Interval local_day(TimeMs at) const;
  // Its date, counted from 1970-01-01.
  CivilDay date_of(TimeMs at) const;

  // The first instant after `after` at which the wall clock reaches `minute` (after midnight) of a
  // local day, or of a business day. The first of two; the transition if it is skipped.
  TimeMs next_local_time(TimeMs after, std::int32_t minute, bool business_days_only) const;

  // The close of the n-th business day after the local day of `start`, n >= 1; kNever if there are
  // fewer.
  TimeMs business_due(TimeMs start, std::uint32_t n) const;
  // How many business days close in [from, to): by so many a pause moves business_due.
  std::uint32_t business_days_between(TimeMs from, TimeMs to) const;
  // The n-th close of a business day after `at`, n >= 1: the first is today's, before closing time.
  // ("Close of day"; lunch breaks do not count.)
  TimeMs close_of_day(TimeMs at, std::uint32_t n = 1) const;
  // The first instant after `after` that is the first open one of a business day.
  TimeMs first_open_of_next_business_day(TimeMs after) const;

  // What its tables take, beside the object itself.
  std::size_t memory_bytes() const { return table_.memory_bytes() + business_.memory_bytes(); }

 private:
  Calendar() = default;

  // Business days by number, in order: n < business_days().
  std::size_t business_days() const;
  std::size_t business_days_before(CivilDay day) const;
  TimeMs open_of(std::size_t n) const;
  TimeMs close_of(std::size_t n) const;  // never before that of n - 1
  std::size_t closed_before(TimeMs at) const;
  TimeMs instant_of(CivilDay day, std::int32_t minute) const;

  bool always_open_ = false;
  WeekTable table_;  // empty if always_open_, as are the business days
  BusinessDays business_;
};

}  // namespace vencer
