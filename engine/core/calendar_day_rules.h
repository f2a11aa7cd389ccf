// DayRules: which shifts and breaks a local day of a CalendarSpec has, and whether it is closed:
// special before holiday before weekly. Used while a calendar is compiled, never after.
//
// Shifts are distances from the day's midnight on the wall clock, of up to two days.
// Cost: construction O(days from 1970 to 2400); look-ups O(1), of a special day O(log).
// Lifetime: keeps copies only.  Thread: const after construction.  Expects a valid spec.
#pragma once

#include <array>
#include <map>
#include <vector>

#include "engine/core/calendar_intervals.h"
#include "engine/core/calendar_spec.h"
#include "engine/core/limits.h"

namespace vencer {

class DayRules {
 public:
  // The days that are known: those that may touch 1970 to 2400 in some zone, and a few more.
  static constexpr CivilDay kFirst = -3;
  static constexpr CivilDay kLast = limits::time_max_ms / limits::kDay + 7;

  explicit DayRules(const CalendarSpec& spec);

  bool is_special(CivilDay day) const { return kind_of(day) == Kind::special; }
  bool is_holiday(CivilDay day) const { return kind_of(day) == Kind::holiday; }
  // Shut all through the local day: a holiday, or a special day without hours.
  bool closes(CivilDay day) const;
  // Of a holiday: those of its weekday. What one leaves after midnight is open.
  const Intervals& shifts_of(CivilDay day) const;
  const Intervals& breaks_of(CivilDay day) const { return breaks_[weekday(day)]; }
  const std::array<Intervals, 7>& weekly() const { return weekly_; }  // [0] is Monday
  const std::map<CivilDay, Intervals>& special() const { return special_; }

  static std::size_t weekday(CivilDay day) {  // 0 = Monday; 1970-01-01 was a Thursday
    return static_cast<std::size_t>(((day + 3) % 7 + 7) % 7);
  }

 private:
  enum class Kind : std::uint8_t { weekly, holiday, special };

  void mark(CivilDay day, Kind kind);
  Kind kind_of(CivilDay day) const { return kinds_[static_cast<std::size_t>(day - kFirst)]; }

  std::array<Intervals, 7> weekly_, breaks_;
  std::map<CivilDay, Intervals> special_;
  std::vector<Kind> kinds_;  // from kFirst on
};

}  // namespace vencer
