// When a local time of day comes next, against minutes of the wall clock looked at one by one.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/core/limits.h"
#include "tests/unit/calendar/test_calendars.h"

namespace vencer::test {
namespace {

using limits::kDay;
using limits::kHour;
using limits::kMinute;

std::int64_t wall(const ZoneSpec& zone, TimeMs at) {
  std::int64_t offset_s = zone.initial_offset_s;
  for (const ZoneTransition& each : zone.transitions) {
    if (each.at_s * 1000 <= at) offset_s = each.offset_s;
  }
  return at + offset_s * 1000;
}

// The first instant at which the wall clock shows so much of the day or more; kNever: no such day.
TimeMs comes_on(const ZoneSpec& zone, CivilDay day, std::int32_t minute) {
  TimeMs reached = kNever;
  bool exists = false;
  for (TimeMs at = (day - 2) * kDay; at < (day + 3) * kDay; at += 15 * kMinute) {
    const std::int64_t shown = wall(zone, at);
    exists = exists || (shown >= day * kDay && shown < (day + 1) * kDay);
    if (reached == kNever && shown >= day * kDay + minute * kMinute) reached = at;
  }
  return exists ? reached : kNever;
}

TEST(CalendarNextLocalTime, AgreesWithTheWallClock) {
  Random random(seed(11));
  for (const std::string& zone : odd_zones()) {
    const CalendarSpec spec = daily(zone, "00:00", "24:00");
    const Calendar calendar = compile(spec);
    std::vector<ZoneTransition> near;
    for (const ZoneTransition& each : spec.zone.transitions) {
      if (each.at_s > 800'000'000 && each.at_s < 1'900'000'000) near.push_back(each);
    }
    for (int i = 0; i < 12 && !near.empty(); ++i) {
      const auto n = static_cast<std::size_t>(pick(random, 0, static_cast<int>(near.size()) - 1));
      const TimeMs after = (near[n].at_s + pick(random, -200, 100) * 900) * 1000;
      const auto minute = static_cast<std::int32_t>(pick(random, 0, 95) * 15);
      const auto today = static_cast<CivilDay>(after / kDay);
      TimeMs expected = kNever;
      for (CivilDay day = today - 3; day <= today + 4; ++day) {
        const TimeMs comes = comes_on(spec.zone, day, minute);
        if (comes > after) expected = std::min(expected, comes);
      }
      ASSERT_EQ(calendar.next_local_time(after, minute, false), expected)
          << zone << " after " << after << " minute " << minute;
    }
  }
}

TEST(CalendarNextLocalTime, OfBusinessDaysSkipsTheOthers) {
  CalendarSpec spec = office("America/Santiago", "09:00", "18:00");
  spec.holidays = {civil_day(2026, 6, 8)};
  const Calendar calendar = compile(spec);
  EXPECT_EQ(calendar.next_local_time(utc(2026, 6, 5, 12), 8 * 60, true), utc(2026, 6, 9, 12));
  EXPECT_EQ(calendar.next_local_time(utc(2026, 6, 5, 12), 8 * 60, false), utc(2026, 6, 6, 12));
  EXPECT_EQ(calendar.next_local_time(utc(2026, 6, 5, 11, 59, 59, 999), 8 * 60, true),
            utc(2026, 6, 5, 12));
  const Calendar always = Calendar::always_open();
  EXPECT_EQ(always.next_local_time(utc(2026, 6, 5, 8), 8 * 60, true), utc(2026, 6, 6, 8));
  EXPECT_EQ(always.next_local_time(limits::time_max_ms, 8 * 60, false), kNever);
  EXPECT_EQ(calendar.next_local_time(limits::time_max_ms, 8 * 60, true), kNever);
}

}  // namespace
}  // namespace vencer::test
