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
// A CalendarSpec is what a compiled tenant document holds: it needs no zone database, so a replay
// years later computes the same instants. A Calendar is made from it, once per document.
//
// Before limits::time_min_ms and after limits::time_max_ms nothing is open, not even 24x7.
//
// Cost: compile one or two milliseconds; between and add two to five dependent memory reads at
// any distance, never a zone look-up (calendar_table.h). Memory: about 0.3 MB, 24x7 none.
// Thread: const after construction.  Errors: compile() refuses a calendar that never opens.
#pragma once

#include <string>
#include <vector>

#include "engine/core/calendar_table.h"
#include "engine/core/result.h"
#include "engine/core/types.h"

namespace vencer {

// From `at_s` (seconds since the epoch, UTC) on, local time = UTC + offset_s.
struct ZoneTransition {
  std::int64_t at_s;
  std::int32_t offset_s;
  friend bool operator==(const ZoneTransition&, const ZoneTransition&) = default;
};

// A time zone without names: the offset before the first transition, then every transition up to
// limits::time_max_ms.
struct ZoneSpec {
  std::string name;  // IANA, for messages
  std::int32_t initial_offset_s = 0;
  std::vector<ZoneTransition> transitions;  // ascending
  friend bool operator==(const ZoneSpec&, const ZoneSpec&) = default;
};

// Minutes since local midnight. end <= start: the shift ends on the next day. 1440 is 24:00.
struct ShiftSpec {
  std::int16_t start_minute;
  std::int16_t end_minute;
  friend bool operator==(const ShiftSpec&, const ShiftSpec&) = default;
};

// A civil day as days since 1970-01-01 (proleptic Gregorian).
using CivilDay = std::int32_t;

struct YearlyDay {
  std::uint8_t month;  // 1-12
  std::uint8_t day;    // 1-31; 02-29 exists in leap years only
  friend bool operator==(const YearlyDay&, const YearlyDay&) = default;
};

struct SpecialDay {
  CivilDay day;
  std::vector<ShiftSpec> shifts;  // empty: closed
  friend bool operator==(const SpecialDay&, const SpecialDay&) = default;
};

struct CalendarSpec {
  std::string name;
  bool always_open = false;  // "24x7": nothing below is read
  ZoneSpec zone;
  std::vector<ShiftSpec> weekly[7];  // 0 = Monday
  std::vector<ShiftSpec> breaks[7];  // cut weekly and special openings
  std::vector<CivilDay> holidays;    // ascending; ranges expanded
  std::vector<YearlyDay> yearly_holidays;
  std::vector<SpecialDay> special;  // ascending by day
  friend bool operator==(const CalendarSpec&, const CalendarSpec&) = default;
};

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
  // Is the instant inside an opening?
  bool is_open(TimeMs at) const;
  // What its tables take, beside the object itself.
  std::size_t memory_bytes() const { return table_.memory_bytes(); }

 private:
  Calendar() = default;

  bool always_open_ = false;
  WeekTable table_;  // empty if always_open_
};

// Proleptic Gregorian calendar. The date must exist.
CivilDay civil_day(int year, unsigned month, unsigned day);
struct CivilDate {
  int year;
  unsigned month;
  unsigned day;
};
CivilDate civil_date(CivilDay day);

}  // namespace vencer
