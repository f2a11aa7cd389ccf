// Examples of due times for people: what a target means for a ticket of a given instant, in the
// calendar's own local time.
//
// Cost: compiles each calendar once (milliseconds).  The spec must outlive it.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "engine/core/calendar.h"
#include "engine/core/calendar_local_time.h"
#include "engine/core/tenant.h"

namespace vencer::cli {

// The instant of an example: the same for all calendars, or the same time on the wall of each.
struct ExampleTime {
  std::int64_t ms = 0;  // since 1970-01-01 00:00: UTC, or local
  bool local = true;
};
// "2026-11-23 10:00" is local; with Z or an offset, or as a plain number of ms, it is an instant.
Result<ExampleTime> parse_example_time(std::string_view text);
// The Monday after an instant, at ten local time: a day on which most desks are open.
ExampleTime monday_at_ten(TimeMs now);

class DueExamples {
 public:
  DueExamples(const TenantSpec& spec, ExampleTime at) : spec_(spec), at_(at) {}

  TimeMs start(CalendarId calendar);
  // Of a clock that starts at start(calendar) and never pauses; kNever if it has none (a target of
  // the ticket's own, or none within our time).
  TimeMs due(const TargetSpec& target, CalendarId calendar);
  // When a step of the target's ladder comes; kNever likewise.
  TimeMs step(const TargetSpec& target, CalendarId calendar, const LadderStepSpec& step);

  // "Mon 2026-11-23 10:00", with seconds where there are some, in the calendar's zone.
  std::string text(CalendarId calendar, TimeMs at);
  std::string zone(CalendarId calendar) const;

 private:
  struct Compiled {
    Calendar calendar;
    LocalTime local;
  };
  Compiled& compiled(CalendarId calendar);

  const TenantSpec& spec_;
  ExampleTime at_;
  std::map<CalendarId, Compiled> calendars_;
};

}  // namespace vencer::cli
