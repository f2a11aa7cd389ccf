#include "engine/core/calendar.h"

#include <algorithm>
#include <chrono>

#include "engine/core/limits.h"

namespace vencer {

Calendar Calendar::always_open() {
  Calendar calendar;
  calendar.always_open_ = true;
  return calendar;
}

DurationMs Calendar::between(TimeMs from, TimeMs to) const {
  from = std::max(from, limits::time_min_ms);
  to = std::min(to, limits::time_max_ms);
  if (to <= from) return 0;
  if (always_open_) return to - from;
  return table_.open_before(to) - table_.open_before(from);
}

TimeMs Calendar::add(TimeMs from, DurationMs open_ms) const {
  VENCER_ASSERT(open_ms >= 0);
  if (open_ms == 0) return from;
  from = std::max(from, limits::time_min_ms);
  if (from >= limits::time_max_ms) return kNever;
  if (always_open_) return open_ms <= limits::time_max_ms - from ? from + open_ms : kNever;
  const DurationMs before = table_.open_before(from);
  if (open_ms > table_.total() - before) return kNever;
  const TimeMs at = table_.nth_end(before + open_ms - 1);
  return at <= limits::time_max_ms ? at : kNever;
}

bool Calendar::is_open(TimeMs at) const {
  // Not at + 1 for kNever, which is no instant.
  return at < limits::time_max_ms && between(at, at + 1) == 1;
}

CivilDay civil_day(int year, unsigned month, unsigned day) {
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                         std::chrono::day{day}};
  return static_cast<CivilDay>(std::chrono::sys_days{date}.time_since_epoch().count());
}

CivilDate civil_date(CivilDay day) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  return {static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day())};
}

}  // namespace vencer
