// The rules of semantics.md, section 4, one by one, and what compile() refuses. The pointed cases
// around transitions stand in the shared vectors (vectors_test.cc).
#include <gtest/gtest.h>

#include "engine/core/limits.h"
#include "tests/unit/calendar/test_calendars.h"

namespace vencer::test {
namespace {

using limits::kDay;
using limits::kHour;
using limits::kMinute;

// 2026-06-01 is a Monday; calendars are in UTC where zones do not matter.

TEST(CalendarRules, OpeningsAreHalfOpen) {
  const Calendar calendar = compile(office("UTC", "09:00", "18:00"));
  EXPECT_FALSE(calendar.is_open(utc(2026, 6, 1, 8, 59, 59, 999)));
  EXPECT_TRUE(calendar.is_open(utc(2026, 6, 1, 9)));
  EXPECT_TRUE(calendar.is_open(utc(2026, 6, 1, 17, 59, 59, 999)));
  EXPECT_FALSE(calendar.is_open(utc(2026, 6, 1, 18)));
}

TEST(CalendarRules, ATargetUsedUpAtClosingTimeIsDueThen) {
  const Calendar calendar = compile(office("UTC", "09:00", "18:00"));
  EXPECT_EQ(calendar.add(utc(2026, 6, 5, 10), 8 * kHour), utc(2026, 6, 5, 18));
  EXPECT_EQ(calendar.add(utc(2026, 6, 5, 10), 8 * kHour + 1), utc(2026, 6, 8, 9, 0, 0, 1));
}

TEST(CalendarRules, NothingAddedStaysWhereItIsEvenWhileClosed) {
  const Calendar calendar = compile(office("UTC", "09:00", "18:00"));
  EXPECT_EQ(calendar.add(utc(2026, 6, 6, 3), 0), utc(2026, 6, 6, 3));
}

TEST(CalendarRules, BackwardsIsNothing) {
  const Calendar calendar = compile(office("UTC", "09:00", "18:00"));
  EXPECT_EQ(calendar.between(utc(2026, 6, 2), utc(2026, 6, 1)), 0);
}

TEST(CalendarRules, AHolidayEndsTheShiftBeforeAndKeepsTheRestOfItsOwn) {
  CalendarSpec spec = daily("UTC", "22:00", "06:00");
  spec.holidays = {civil_day(2026, 6, 2)};
  const Calendar calendar = compile(spec);
  EXPECT_EQ(calendar.between(utc(2026, 6, 1, 12), utc(2026, 6, 2)), 2 * kHour);
  EXPECT_EQ(calendar.between(utc(2026, 6, 2), utc(2026, 6, 3)), 0);
  EXPECT_EQ(calendar.between(utc(2026, 6, 3), utc(2026, 6, 3, 12)), 6 * kHour);
}

TEST(CalendarRules, ASpecialDayGoesBeforeAHolidayAndTheWeek) {
  CalendarSpec spec = office("UTC", "09:00", "18:00");
  spec.holidays = {civil_day(2026, 6, 2)};
  spec.special = {{civil_day(2026, 6, 2), {shift("10:00", "12:00")}},
                  {civil_day(2026, 6, 6), {shift("10:00", "11:00")}}};  // a Saturday
  const Calendar calendar = compile(spec);
  EXPECT_EQ(calendar.between(utc(2026, 6, 2), utc(2026, 6, 3)), 2 * kHour);
  EXPECT_EQ(calendar.between(utc(2026, 6, 6), utc(2026, 6, 7)), 1 * kHour);
}

TEST(CalendarRules, TheNightShiftRunsOnIntoASpecialDayUnlessThatIsClosed) {
  CalendarSpec spec = daily("UTC", "22:00", "06:00");
  spec.special = {{civil_day(2026, 6, 2), {shift("10:00", "12:00")}}, {civil_day(2026, 6, 10), {}}};
  const Calendar calendar = compile(spec);
  EXPECT_EQ(calendar.between(utc(2026, 6, 2), utc(2026, 6, 3)), 8 * kHour);
  EXPECT_EQ(calendar.between(utc(2026, 6, 3), utc(2026, 6, 3, 12)), 0);
  EXPECT_EQ(calendar.between(utc(2026, 6, 10), utc(2026, 6, 11)), 0);
  EXPECT_EQ(calendar.between(utc(2026, 6, 11), utc(2026, 6, 11, 12)), 0);
}

TEST(CalendarRules, ASpecialDayWithoutHoursClosesAHolidaysOwnShiftToo) {
  CalendarSpec spec = daily("UTC", "22:00", "06:00");
  spec.holidays = {civil_day(2026, 6, 2)};
  spec.special = {{civil_day(2026, 6, 2), {}}};
  const Calendar calendar = compile(spec);
  EXPECT_EQ(calendar.between(utc(2026, 6, 2), utc(2026, 6, 3, 12)), 0);
}

TEST(CalendarRules, BreaksCutWeeklyAndSpecialOpenings) {
  CalendarSpec spec = office("UTC", "09:00", "18:00");
  for (auto& day : spec.breaks) day = {shift("13:00", "14:00"), shift("13:30", "14:30")};
  spec.special = {{civil_day(2026, 6, 6), {shift("12:00", "14:00")}}};
  const Calendar calendar = compile(spec);
  EXPECT_EQ(calendar.between(utc(2026, 6, 1), utc(2026, 6, 2)), 7 * kHour + 30 * kMinute);
  EXPECT_EQ(calendar.add(utc(2026, 6, 1, 12, 30), 30 * kMinute), utc(2026, 6, 1, 13));
  EXPECT_EQ(calendar.add(utc(2026, 6, 1, 12, 30), 31 * kMinute), utc(2026, 6, 1, 14, 31));
  EXPECT_EQ(calendar.between(utc(2026, 6, 6), utc(2026, 6, 7)), 1 * kHour);
}

TEST(CalendarRules, ABreakCutsTheNightShiftOfTheDayBefore) {
  CalendarSpec spec = spec_in("UTC");
  spec.weekly[0] = {shift("22:00", "06:00")};
  spec.breaks[1] = {shift("02:00", "02:30")};
  const Calendar calendar = compile(spec);
  EXPECT_EQ(calendar.between(utc(2026, 6, 1), utc(2026, 6, 3)), 7 * kHour + 30 * kMinute);
}

TEST(CalendarRules, AYearlyHolidayOnLeapDayLeavesOtherYearsAlone) {
  CalendarSpec spec = daily("UTC", "00:00", "24:00");
  spec.yearly_holidays = {{2, 29}};
  const Calendar calendar = compile(spec);
  EXPECT_EQ(calendar.between(utc(2027, 2, 28), utc(2027, 3, 3)), 3 * kDay);
  EXPECT_EQ(calendar.between(utc(2028, 2, 28), utc(2028, 3, 3)), 3 * kDay);  // of four
  EXPECT_EQ(calendar.between(utc(2100, 2, 28), utc(2100, 3, 3)), 3 * kDay);
}

TEST(CalendarRules, AHolidayIsTheDaysDateWhereTheClockGoesBackOverMidnight) {
  // St John's, 2010-11-07 00:01 -> 2010-11-06 23:01: a minute of the 7th, then the 6th again.
  CalendarSpec spec = daily("America/St_Johns", "00:00", "24:00");
  spec.holidays = {civil_day(2010, 11, 7)};
  const Calendar calendar = compile(spec);
  const TimeMs midnight = utc(2010, 11, 7, 2, 30);  // 00:00 -02:30
  EXPECT_TRUE(calendar.is_open(midnight - 1));
  EXPECT_FALSE(calendar.is_open(midnight));
  EXPECT_TRUE(calendar.is_open(midnight + kMinute));
  EXPECT_TRUE(calendar.is_open(midnight + kHour - 1));
  EXPECT_FALSE(calendar.is_open(midnight + kHour));
}

TEST(CalendarRules, TimeEndsAt1970And2400) {
  for (const Calendar& calendar :
       {Calendar::always_open(), compile(daily("UTC", "00:00", "24:00"))}) {
    EXPECT_EQ(calendar.between(-kHour, kHour), kHour);
    EXPECT_EQ(calendar.between(limits::time_max_ms - kHour, kNever), kHour);
    EXPECT_EQ(calendar.between(INT64_MIN, INT64_MAX), limits::time_max_ms);
    EXPECT_EQ(calendar.add(0, limits::time_max_ms), limits::time_max_ms);
    EXPECT_EQ(calendar.add(1, limits::time_max_ms), kNever);
    EXPECT_EQ(calendar.add(-kHour, kHour), kHour);
    EXPECT_EQ(calendar.add(5, INT64_MAX), kNever);
    EXPECT_EQ(calendar.add(kNever, 1), kNever);
    EXPECT_EQ(calendar.add(kNever, 0), kNever);
    EXPECT_TRUE(calendar.is_open(0));
    EXPECT_FALSE(calendar.is_open(-1));
    EXPECT_TRUE(calendar.is_open(limits::time_max_ms - 1));
    EXPECT_FALSE(calendar.is_open(limits::time_max_ms));
    EXPECT_FALSE(calendar.is_open(kNever));
  }
}

TEST(CalendarRules, AddBeyondTheLastOpeningIsNever) {
  CalendarSpec spec = spec_in("UTC");
  spec.special = {{civil_day(2026, 6, 2), {shift("10:00", "12:00")}}};
  const Calendar calendar = compile(spec);
  EXPECT_EQ(calendar.add(utc(2026, 6, 1), 2 * kHour), utc(2026, 6, 2, 12));
  EXPECT_EQ(calendar.add(utc(2026, 6, 1), 2 * kHour + 1), kNever);
  EXPECT_EQ(calendar.add(utc(2026, 6, 3), 1), kNever);
}

TEST(CalendarRules, AlwaysOpenReadsNothingElse) {
  CalendarSpec spec;
  spec.always_open = true;
  const Calendar calendar = compile(spec);
  EXPECT_EQ(calendar.add(utc(2026, 3, 28, 23, 30), 4 * kHour), utc(2026, 3, 29, 3, 30));
}

TEST(CalendarRules, TablesAreSmall) {
  CalendarSpec spec = office("America/Santiago", "09:00", "18:00");
  spec.yearly_holidays = {{1, 1}, {5, 1}, {5, 21}, {9, 18}, {9, 19}, {12, 8}, {12, 25}};
  const Calendar calendar = compile(spec);
  EXPECT_GT(calendar.memory_bytes(), 100'000u);
  EXPECT_LT(calendar.memory_bytes(), 512u * 1024);
  EXPECT_EQ(Calendar::always_open().memory_bytes(), 0u);
}

// --- Refusals ---

std::string refusal(const CalendarSpec& spec) {
  const Result<Calendar> calendar = Calendar::compile(spec);
  if (calendar) return "accepted";
  EXPECT_EQ(calendar.error().code, Errc::invalid_document);
  return calendar.error().message;
}

TEST(CalendarRefuses, ACalendarThatNeverOpens) {
  CalendarSpec spec = spec_in("UTC");
  EXPECT_EQ(refusal(spec), "calendar 'test' never opens between 1970 and 2400");
  spec.weekly[0] = {shift("09:00", "10:00")};
  spec.breaks[0] = {shift("08:00", "11:00")};
  EXPECT_EQ(refusal(spec), "calendar 'test' never opens between 1970 and 2400");
}

TEST(CalendarRefuses, AShiftThatEndsWhenItStarts) {
  EXPECT_EQ(refusal(office("UTC", "09:00", "09:00")),
            "calendar 'test': the shift 09:00-09:00 of Monday ends when it starts; a whole day is "
            "00:00-24:00");
  CalendarSpec spec = office("UTC", "09:00", "18:00");
  spec.breaks[6] = {shift("13:00", "13:00")};
  EXPECT_NE(refusal(spec).find("the break 13:00-13:00 of Sunday ends"), std::string::npos);
  spec = office("UTC", "09:00", "18:00");
  spec.special = {{civil_day(2026, 12, 24), {shift("00:00", "00:00")}}};
  EXPECT_NE(refusal(spec).find("the shift 00:00-00:00 of 2026-12-24 ends"), std::string::npos);
}

TEST(CalendarRefuses, MinutesOutsideTheDay) {
  for (const ShiftSpec bad : {ShiftSpec{-1, 60}, ShiftSpec{1440, 60}, ShiftSpec{0, 1441}}) {
    CalendarSpec spec = office("UTC", "09:00", "18:00");
    spec.weekly[3].push_back(bad);
    EXPECT_NE(refusal(spec).find("of Thursday from minute"), std::string::npos);
  }
}

TEST(CalendarRefuses, DaysThatNoYearHas) {
  for (const YearlyDay bad :
       {YearlyDay{0, 1}, YearlyDay{13, 1}, YearlyDay{2, 30}, YearlyDay{4, 31}, YearlyDay{1, 0}}) {
    CalendarSpec spec = office("UTC", "09:00", "18:00");
    spec.yearly_holidays = {bad};
    EXPECT_NE(refusal(spec).find("no year has a day"), std::string::npos);
  }
}

TEST(CalendarRefuses, SpecialDaysOutOfOrderOrTwice) {
  CalendarSpec spec = office("UTC", "09:00", "18:00");
  spec.special = {{10, {shift("09:00", "10:00")}}, {10, {}}};
  EXPECT_NE(refusal(spec).find("special days must ascend"), std::string::npos);
}

TEST(CalendarRefuses, AZoneThatIsNone) {
  CalendarSpec spec = office("UTC", "09:00", "18:00");
  spec.zone.transitions = {{2000, 0}, {1000, 3600}};
  EXPECT_NE(refusal(spec).find("do not ascend"), std::string::npos);
  spec.zone.transitions = {{2000, 90'000}};
  EXPECT_NE(refusal(spec).find("more than a day away"), std::string::npos);
}

// --- Civil days ---

TEST(CivilDays, GoBothWaysForEightHundredYears) {
  EXPECT_EQ(civil_day(1970, 1, 1), 0);
  EXPECT_EQ(civil_day(2000, 3, 1), 11017);
  EXPECT_EQ(civil_day(1969, 12, 31), -1);
  EXPECT_EQ(civil_day(2400, 1, 1) * kDay, limits::time_max_ms);
  CivilDate previous = civil_date(-146'098);
  for (CivilDay day = -146'097; day <= 2 * 146'097; ++day) {
    const CivilDate date = civil_date(day);
    ASSERT_EQ(civil_day(date.year, date.month, date.day), day);
    const bool next_day = date.month == previous.month && date.day == previous.day + 1;
    ASSERT_TRUE(next_day || date.day == 1) << day;
    previous = date;
  }
}

}  // namespace
}  // namespace vencer::test
