// BusinessDays: the local days of a calendar, which of them are business days (calendar.h says what
// that is), and their hours.
//
// Cost: local_day and date_of O(log transitions); a business day's number O(1), its hours O(log).
// Memory: 30 KB and 16 B a zone transition (Santiago: 44 KB), 24 B a special day.
// Thread: const after construction.
#pragma once

#include <array>
#include <vector>

#include "engine/core/calendar_day_set.h"
#include "engine/core/calendar_local_time.h"
#include "engine/core/calendar_table.h"

namespace vencer {

class BusinessDays {
 public:
  BusinessDays() = default;  // of a calendar that is always open: not to be asked
  BusinessDays(const DayRules& rules, LocalTime zone, const WeekTable& table);

  // Local days without gap or overlap: each from the first instant at which the wall clock shows
  // its midnight or later.
  CivilDay date_of(TimeMs at) const;
  Interval local_day(TimeMs at) const;

  // Is there such a day? Samoa had no 30 December 2011.
  bool exists(CivilDay day) const { return begin_of_day(day) != begin_of_day(day + 1); }
  // Where its wall clock first shows `minute` (after midnight) or more.
  TimeMs instant_of(CivilDay day, std::int32_t minute) const {
    return zone_.first_at(day * limits::kDay + minute * limits::kMinute);
  }

  std::size_t size() const { return days_.size(); }
  CivilDay day(std::size_t n) const { return days_.nth(n); }
  // How many are earlier than `day`.
  std::size_t count_before(CivilDay day) const { return days_.count_before(day); }
  // Where the n-th one's first shift begins; n < size(), counted from 0.
  TimeMs begin_of(std::size_t n) const;
  // Where its last shift ends, or one of the day before if that ends later. Never before the end of
  // the (n - 1)-th.
  TimeMs end_of(std::size_t n) const;
  std::size_t memory_bytes() const;

 private:
  // From the first shift's begin to the last one's end, on the wall clock since the day's midnight;
  // end 0 if the day has none.
  struct Hours {
    std::int32_t begin = 0;
    std::int32_t end = 0;
  };
  struct SpecialHours {
    CivilDay day;
    Hours hours;
  };
  static Hours hours_of(const Intervals& shifts);
  Hours hours_of(CivilDay day) const;
  TimeMs begin_of_day(CivilDay day) const { return zone_.first_at(day * limits::kDay); }

  bool opens(CivilDay day, const DayRules& rules, const WeekTable& table) const;
  void mark_days(const DayRules& rules, const WeekTable& table);

  LocalTime zone_;
  std::array<Hours, 7> weekly_{};
  std::vector<SpecialHours> special_;  // ascending
  CivilDaySet days_;
};

}  // namespace vencer
