// Local days, business days, next opening and close: the choices of calendar.h one by one. Random
// calendars against oracles stand in oracle_test.cc and long_span_test.cc.
#include <gtest/gtest.h>

#include <set>

#include "engine/core/calendar_day_set.h"
#include "engine/core/limits.h"
#include "tests/unit/calendar/test_calendars.h"

namespace vencer::test {
namespace {

using limits::kDay;
using limits::kHour;
using limits::kMinute;

// 2026-06-01 is a Monday; calendars are in UTC where zones do not matter.

CalendarSpec every_weekday(const char* start, const char* end) {
  return office("UTC", start, end);
}

TEST(CalendarNextOpen, IsTheInstantItselfWhileOpen) {
  const Calendar calendar = compile(every_weekday("09:00", "18:00"));
  EXPECT_EQ(calendar.next_open(utc(2026, 6, 1, 8, 59, 59, 999)), utc(2026, 6, 1, 9));
  EXPECT_EQ(calendar.next_open(utc(2026, 6, 1, 9)), utc(2026, 6, 1, 9));
  EXPECT_EQ(calendar.next_open(utc(2026, 6, 1, 17, 59, 59, 999)), utc(2026, 6, 1, 17, 59, 59, 999));
  EXPECT_EQ(calendar.next_open(utc(2026, 6, 5, 18)), utc(2026, 6, 8, 9));
}

TEST(CalendarNextClose, IsTheEndOfThisOpeningOrOfTheNext) {
  CalendarSpec spec = every_weekday("09:00", "18:00");
  for (auto& day : spec.breaks) day = {shift("13:00", "14:00")};
  const Calendar calendar = compile(spec);
  EXPECT_EQ(calendar.next_close(utc(2026, 6, 1, 10)), utc(2026, 6, 1, 13));
  EXPECT_EQ(calendar.next_close(utc(2026, 6, 1, 13)), utc(2026, 6, 1, 18));
  EXPECT_EQ(calendar.next_close(utc(2026, 6, 5, 18)), utc(2026, 6, 8, 13));
  // The day's close is another matter.
  EXPECT_EQ(calendar.close_of_day(utc(2026, 6, 1, 10)), utc(2026, 6, 1, 18));
  EXPECT_EQ(calendar.close_of_day(utc(2026, 6, 1, 17, 59, 59, 999)), utc(2026, 6, 1, 18));
  EXPECT_EQ(calendar.close_of_day(utc(2026, 6, 1, 18)), utc(2026, 6, 2, 18));
}

TEST(CalendarNextClose, GoesOnOverDaysThatTouch) {
  CalendarSpec spec = every_weekday("00:00", "24:00");
  const Calendar calendar = compile(spec);
  EXPECT_EQ(calendar.next_close(utc(2026, 6, 1, 10)), utc(2026, 6, 6));
  EXPECT_EQ(calendar.close_of_day(utc(2026, 6, 1, 10)), utc(2026, 6, 2));
  // Open for years on end, but for one day.
  CalendarSpec almost = daily("America/Santiago", "00:00", "24:00");
  almost.holidays = {civil_day(2031, 5, 1)};
  EXPECT_EQ(compile(almost).next_close(utc(2026, 6, 1)), utc(2031, 5, 1, 4));
  EXPECT_EQ(compile(almost).next_open(utc(2031, 5, 1, 4)), utc(2031, 5, 2, 4));
  EXPECT_EQ(compile(almost).next_close(utc(2031, 5, 1, 4)), kNever);
}

TEST(CalendarBusinessDue, IsTheLastCloseOfTheNthDayAfterTheStartsOwn) {
  CalendarSpec spec = every_weekday("09:00", "18:00");
  spec.holidays = {civil_day(2026, 6, 3)};
  spec.special = {{civil_day(2026, 6, 6), {shift("10:00", "12:00")}}};  // a Saturday
  const Calendar calendar = compile(spec);
  for (const TimeMs start : {utc(2026, 6, 1), utc(2026, 6, 1, 8), utc(2026, 6, 1, 23, 59)}) {
    EXPECT_EQ(calendar.business_due(start, 1), utc(2026, 6, 2, 18));
    EXPECT_EQ(calendar.business_due(start, 2), utc(2026, 6, 4, 18));
    EXPECT_EQ(calendar.business_due(start, 4), utc(2026, 6, 6, 12));
    EXPECT_EQ(calendar.business_due(start, 5), utc(2026, 6, 8, 18));
  }
  EXPECT_EQ(calendar.business_due(utc(2026, 6, 7, 12), 1), utc(2026, 6, 8, 18));
}

TEST(CalendarBusinessDue, OfDaysOpenUntilMidnightIsMidnight) {
  const Calendar calendar = compile(every_weekday("00:00", "24:00"));
  EXPECT_EQ(calendar.business_due(utc(2026, 6, 1, 10), 1), utc(2026, 6, 3));
  EXPECT_EQ(calendar.business_due(utc(2026, 6, 1, 10), 30), utc(2026, 7, 14));
  EXPECT_EQ(calendar.first_open_of_next_business_day(utc(2026, 6, 1)), utc(2026, 6, 2));
}

TEST(CalendarBusinessDays, ANightBelongsToTheDayOnWhichItBegins) {
  const Calendar calendar = compile(every_weekday("22:00", "06:00"));
  EXPECT_EQ(calendar.business_due(utc(2026, 6, 1, 23), 1), utc(2026, 6, 3, 6));
  // Saturday has open time, of Friday's night; it is no business day.
  EXPECT_TRUE(calendar.is_open(utc(2026, 6, 6, 5)));
  EXPECT_EQ(calendar.business_due(utc(2026, 6, 4, 12), 1), utc(2026, 6, 6, 6));
  EXPECT_EQ(calendar.business_due(utc(2026, 6, 4, 12), 2), utc(2026, 6, 9, 6));
  EXPECT_EQ(calendar.first_open_of_next_business_day(utc(2026, 6, 5, 12)), utc(2026, 6, 5, 22));
  EXPECT_EQ(calendar.first_open_of_next_business_day(utc(2026, 6, 5, 22)), utc(2026, 6, 8, 22));
  EXPECT_EQ(calendar.business_days_between(utc(2026, 6, 6, 6), utc(2026, 6, 6, 6, 0, 0, 1)), 1u);
}

TEST(CalendarBusinessDays, WhatAHolidaysNightLeavesMakesNone) {
  CalendarSpec spec = daily("UTC", "22:00", "06:00");
  spec.holidays = {civil_day(2026, 6, 2)};
  const Calendar calendar = compile(spec);
  // Monday ends at midnight, Tuesday is closed, Wednesday opens at 22:00, though it is open from
  // 00:00 to 06:00.
  EXPECT_EQ(calendar.close_of_day(utc(2026, 6, 1, 12)), utc(2026, 6, 2));
  EXPECT_EQ(calendar.next_open(utc(2026, 6, 2)), utc(2026, 6, 3));
  EXPECT_EQ(calendar.first_open_of_next_business_day(utc(2026, 6, 1, 22)), utc(2026, 6, 3, 22));
  EXPECT_EQ(calendar.business_due(utc(2026, 6, 1, 12), 1), utc(2026, 6, 4, 6));
}

TEST(CalendarBusinessDays, ALongNightOutlastsTheShortDayAfterIt) {
  CalendarSpec spec = spec_in("UTC");
  spec.weekly[0] = {shift("22:00", "20:00")};
  spec.weekly[1] = {shift("09:00", "10:00")};
  const Calendar calendar = compile(spec);
  EXPECT_EQ(calendar.business_due(utc(2026, 6, 1, 12), 1), utc(2026, 6, 2, 20));
  EXPECT_EQ(calendar.business_days_between(utc(2026, 6, 1), utc(2026, 6, 8)), 2u);
}

TEST(CalendarBusinessDays, ANightWhoseFirstHoursAreABreakOpensOnTheNextDay) {
  CalendarSpec spec = every_weekday("22:00", "06:00");
  for (auto& day : spec.breaks) day = {shift("21:00", "02:00")};
  const Calendar calendar = compile(spec);
  EXPECT_EQ(calendar.first_open_of_next_business_day(utc(2026, 6, 2, 1)), utc(2026, 6, 2, 2));
  EXPECT_EQ(calendar.first_open_of_next_business_day(utc(2026, 6, 2, 2)), utc(2026, 6, 3, 2));
}

TEST(CalendarBusinessDays, ADayWhoseHoursAreAllBreakIsNone) {
  CalendarSpec spec = every_weekday("09:00", "12:00");
  spec.weekly[2] = {shift("13:00", "14:00")};
  for (auto& day : spec.breaks) day = {shift("12:00", "15:00")};
  const Calendar calendar = compile(spec);
  EXPECT_EQ(calendar.business_due(utc(2026, 6, 1, 12), 2), utc(2026, 6, 4, 12));
}

TEST(CalendarBusinessDays, AShiftThatDstSkipsMakesNone) {
  // Santiago, 2026-09-06: 00:00 -> 01:00.
  const Calendar calendar = compile(daily("America/Santiago", "00:15", "00:45"));
  EXPECT_EQ(calendar.business_due(utc(2026, 9, 5, 12), 1), utc(2026, 9, 7, 3, 45));
}

TEST(CalendarBusinessDays, AreCountedByTheirCloseIncludedAtTheBegin) {
  const Calendar calendar = compile(every_weekday("09:00", "18:00"));
  const TimeMs close = utc(2026, 6, 1, 18);
  EXPECT_EQ(calendar.business_days_between(close, close + 1), 1u);
  EXPECT_EQ(calendar.business_days_between(close - kHour, close), 0u);
  EXPECT_EQ(calendar.business_days_between(close + 1, close), 0u);
  EXPECT_EQ(calendar.business_days_between(close, close + 7 * kDay), 5u);
  // A pause over a close moves the due by a day.
  const TimeMs start = utc(2026, 5, 29, 12);
  const TimeMs pause = utc(2026, 6, 1, 10), resume = utc(2026, 6, 2, 10);
  EXPECT_EQ(calendar.business_due(start, 1), utc(2026, 6, 1, 18));
  EXPECT_EQ(calendar.business_due(start, 1 + calendar.business_days_between(pause, resume)),
            utc(2026, 6, 2, 18));
}

TEST(CalendarLocalDay, HasTheLengthThatDstGivesIt) {
  const Calendar calendar = compile(office("America/Santiago", "09:00", "18:00"));
  // 2026-04-04 24:00 -> 23:00 and 2026-09-06 00:00 -> 01:00.
  EXPECT_EQ(calendar.local_day(utc(2026, 4, 4, 12)),
            (Interval{utc(2026, 4, 4, 3), utc(2026, 4, 5, 4)}));
  EXPECT_EQ(calendar.local_day(utc(2026, 9, 6, 4)),
            (Interval{utc(2026, 9, 6, 4), utc(2026, 9, 7, 3)}));
  EXPECT_EQ(calendar.local_day(utc(2026, 9, 6, 4) - 1),
            (Interval{utc(2026, 9, 5, 4), utc(2026, 9, 6, 4)}));
}

TEST(CalendarLocalDay, TheDayBeforeASkippedOneIsTheLastThatWas) {
  // Samoa had no 2011-12-30.
  const Calendar calendar = compile(daily("Pacific/Apia", "22:00", "06:00"));
  const Interval after = calendar.local_day(utc(2011, 12, 30, 12));
  EXPECT_EQ(after, (Interval{utc(2011, 12, 30, 10), utc(2011, 12, 31, 10)}));
  EXPECT_EQ(calendar.local_day(after.begin - 1),
            (Interval{utc(2011, 12, 29, 10), utc(2011, 12, 30, 10)}));
  // Nor is it a business day: from the 28th, day 1 is the 29th and day 2 the 31st.
  EXPECT_EQ(calendar.business_due(utc(2011, 12, 29, 2), 2), utc(2011, 12, 31, 16));
  EXPECT_EQ(calendar.business_due(utc(2011, 12, 29, 2), 3), utc(2012, 1, 1, 16));
}

TEST(CalendarLocalDay, GoesOnWhereTheClockGoesBackOverMidnight) {
  // St John's, 2010-11-07 00:01 -> 2010-11-06 23:01.
  const Calendar calendar = compile(daily("America/St_Johns", "09:00", "18:00"));
  const TimeMs midnight = utc(2010, 11, 7, 2, 30);
  EXPECT_EQ(calendar.local_day(midnight - 1).end, midnight);
  EXPECT_EQ(calendar.local_day(midnight + 30 * kMinute).begin, midnight);
}

TEST(CalendarDays, OfACalendarThatIsAlwaysOpenAreThoseOfUtc) {
  const Calendar calendar = Calendar::always_open();
  const TimeMs at = utc(2026, 6, 1, 12);
  EXPECT_EQ(calendar.next_open(at), at);
  EXPECT_EQ(calendar.next_close(at), kNever);
  EXPECT_EQ(calendar.local_day(at), (Interval{utc(2026, 6, 1), utc(2026, 6, 2)}));
  // All the rest is as if the week said 00:00-24:00 each day.
  const Calendar same = compile(daily("UTC", "00:00", "24:00"));
  EXPECT_EQ(same.next_close(at), kNever);
  Random random(seed(31));
  for (int i = 0; i < 2'000; ++i) {
    const TimeMs a = pick(random, -kDay, limits::time_max_ms + kDay);
    const TimeMs b = pick(random, 0, 1) == 0 ? a - a % kDay : a + pick(random, 0, 40 * kDay);
    const auto n = static_cast<std::uint32_t>(pick(random, 1, 40'000));
    ASSERT_EQ(calendar.business_due(a, n), same.business_due(a, n)) << a;
    ASSERT_EQ(calendar.business_days_between(a, b), same.business_days_between(a, b)) << a;
    ASSERT_EQ(calendar.close_of_day(b), same.close_of_day(b)) << b;
    ASSERT_EQ(calendar.first_open_of_next_business_day(b), same.first_open_of_next_business_day(b));
    ASSERT_EQ(calendar.local_day(a), same.local_day(a)) << a;
  }
}

TEST(CalendarDays, TimeEndsAt1970And2400) {
  for (const char* zone : {"UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"}) {
    const Calendar calendar = compile(daily(zone, "09:00", "18:00"));
    EXPECT_EQ(calendar.next_open(INT64_MIN), calendar.next_open(0));
    EXPECT_GE(calendar.next_open(INT64_MIN), 0);
    EXPECT_EQ(calendar.next_open(limits::time_max_ms), kNever);
    EXPECT_EQ(calendar.next_close(limits::time_max_ms), kNever);
    EXPECT_EQ(calendar.business_due(limits::time_max_ms, 1), kNever);
    EXPECT_EQ(calendar.business_due(kNever, 1), kNever);
    EXPECT_EQ(calendar.business_due(0, UINT32_MAX), kNever);
    EXPECT_EQ(calendar.close_of_day(kNever), kNever);
    EXPECT_EQ(calendar.first_open_of_next_business_day(kNever), kNever);
    EXPECT_EQ(calendar.business_days_between(INT64_MIN, INT64_MAX),
              calendar.business_days_between(0, limits::time_max_ms + 1));
    EXPECT_NEAR(calendar.business_days_between(INT64_MIN, INT64_MAX), 157'054u, 1u);
    EXPECT_EQ(calendar.local_day(INT64_MIN), calendar.local_day(0));
    EXPECT_EQ(calendar.local_day(kNever), calendar.local_day(limits::time_max_ms));
  }
}

TEST(CivilDaySet, CountsAndNumbersLikeASortedList) {
  Random random(seed(32));
  for (const int members : {0, 1, 300, 100'000}) {
    CivilDaySet set;
    std::set<CivilDay> expected{};
    for (int i = 0; i < members; ++i) {
      const auto day = static_cast<CivilDay>(pick(random, DayRules::kFirst, DayRules::kLast));
      set.insert(day);
      expected.insert(day);
    }
    set.finish();
    ASSERT_EQ(set.size(), expected.size());
    std::size_t before = 0;
    for (CivilDay day = DayRules::kFirst - 70; day <= DayRules::kLast + 70; ++day) {
      ASSERT_EQ(set.count_before(day), before) << day;
      if (!expected.contains(day)) continue;
      ASSERT_EQ(set.nth(before), day);
      ++before;
    }
    EXPECT_EQ(set.count_before(INT32_MIN), 0u);
    EXPECT_EQ(set.count_before(INT32_MAX), expected.size());
  }
}

}  // namespace
}  // namespace vencer::test
