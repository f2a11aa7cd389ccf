#include "engine/core/calendar.h"

#include <algorithm>

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
  From nothing;
  return add(from, open_ms, nothing);
}

TimeMs Calendar::add(TimeMs from, DurationMs open_ms, From& known) const {
  VENCER_ASSERT(open_ms >= 0);
  if (open_ms == 0) return from;
  from = std::max(from, limits::time_min_ms);
  if (from >= limits::time_max_ms) return kNever;
  if (always_open_) return open_ms <= limits::time_max_ms - from ? from + open_ms : kNever;
  if (known.calendar != this || known.at != from) known = {this, from, table_.open_before(from)};
  const DurationMs before = known.open_before;
  if (open_ms > table_.total() - before) return kNever;
  const TimeMs at = table_.nth_end(before + open_ms - 1);
  return at <= limits::time_max_ms ? at : kNever;
}

bool Calendar::is_open(TimeMs at) const {
  // Not at + 1 for kNever, which is no instant.
  return at < limits::time_max_ms && between(at, at + 1) == 1;
}

TimeMs Calendar::next_open(TimeMs at) const {
  at = std::max(at, limits::time_min_ms);
  if (at >= limits::time_max_ms) return kNever;
  if (always_open_) return at;
  const DurationMs before = table_.open_before(at);
  if (before >= table_.total()) return kNever;
  const TimeMs opens = table_.nth_end(before) - 1;
  return opens < limits::time_max_ms ? opens : kNever;
}

TimeMs Calendar::next_close(TimeMs at) const {
  const TimeMs opens = next_open(at);
  if (opens == kNever || always_open_) return kNever;
  const TimeMs closes = table_.next_closed(opens);
  return closes < limits::time_max_ms ? closes : kNever;
}

}  // namespace vencer
