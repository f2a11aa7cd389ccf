// CalendarSpec: the opening hours of a desk as a compiled tenant document holds them, with the
// transitions of their zone. Nothing in it needs a zone database, so a replay years later computes
// the same instants. calendar.h makes a Calendar of it.
//
// Units: as the names say; civil days are local. Lifetime: plain values.
#pragma once

#include <string>
#include <vector>

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

// Proleptic Gregorian calendar. The date must exist.
CivilDay civil_day(int year, unsigned month, unsigned day);
struct CivilDate {
  int year;
  unsigned month;
  unsigned day;
};
CivilDate civil_date(CivilDay day);

}  // namespace vencer
