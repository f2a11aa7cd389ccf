// Goal: distances from milliseconds to four centuries are exact, in dense and in very sparse
// calendars (long scans and empty hint buckets). Method: every opening from 1970 to 2400 listed
// (sweep_oracle.h), random instants and targets at all scales; then laws that need no oracle.
#include <gtest/gtest.h>

#include "engine/core/limits.h"
#include "tests/unit/calendar/business_oracle.h"
#include "tests/unit/calendar/sweep_oracle.h"
#include "tests/unit/calendar/test_calendars.h"

namespace vencer::test {
namespace {

constexpr int kQueries = 20'000;
constexpr int kDayQueries = 200;  // each walks 157,000 days

// Any instant, and any length up to 430 years, each power of two as likely.
TimeMs any_time(Random& random) {
  return pick(random, limits::time_min_ms, limits::time_max_ms);
}
DurationMs any_length(Random& random) {
  return pick(random, 0, DurationMs{1} << pick(random, 0, 43));
}

void check_days(const Calendar& calendar, const BusinessOracle& oracle, Random& random) {
  for (int i = 0; i < kDayQueries; ++i) {
    const TimeMs at = any_time(random);
    const TimeMs to = std::min(at + any_length(random), limits::time_max_ms);
    const auto n = static_cast<std::uint32_t>(pick(random, 1, 1 << pick(random, 0, 17)));
    ASSERT_EQ(calendar.business_due(at, n), oracle.due(at, n)) << at << " + " << n;
    ASSERT_EQ(calendar.business_days_between(at, to), oracle.closes_in(at, to)) << at << ", " << to;
    ASSERT_EQ(calendar.close_of_day(at), oracle.close_after(at)) << at;
    ASSERT_EQ(calendar.first_open_of_next_business_day(at), oracle.open_after(at)) << at;
  }
}

void check_against_sweep(const CalendarSpec& spec, Random& random) {
  const Calendar calendar = compile(spec);
  const SweepOracle oracle(spec);
  check_days(calendar, {spec, limits::time_min_ms, limits::time_max_ms, oracle}, random);
  for (int i = 0; i < kQueries; ++i) {
    const TimeMs from = any_time(random);
    const TimeMs to = std::min(from + any_length(random), limits::time_max_ms);
    const DurationMs open_ms = oracle.between(from, to);
    ASSERT_EQ(calendar.next_open(from), oracle.next_open(from)) << from;
    ASSERT_EQ(calendar.next_close(from), oracle.next_close(from)) << from;
    ASSERT_EQ(calendar.between(from, to), open_ms) << from << " to " << to;
    for (const DurationMs target : {open_ms, open_ms + 1, any_length(random)}) {
      ASSERT_EQ(calendar.add(from, target), oracle.add(from, target)) << from << " + " << target;
    }
  }
}

CalendarSpec zen_like() {
  CalendarSpec spec = office("America/Santiago", "09:00", "18:00");
  spec.holidays = {civil_day(2026, 4, 3), civil_day(2026, 9, 18), civil_day(2026, 12, 8)};
  spec.yearly_holidays = {{1, 1}, {5, 1}, {12, 25}};
  return spec;
}

// Open for one hour on each 29 February.
CalendarSpec leap_hours(const std::string& zone) {
  CalendarSpec spec = spec_in(zone);
  for (int year = 1972; year < 2400; year += 4) {
    if (year % 100 == 0 && year % 400 != 0) continue;
    spec.special.push_back({civil_day(year, 2, 29), {shift("12:00", "13:00")}});
  }
  return spec;
}

// As many openings as a day can have: every other minute.
CalendarSpec flicker() {
  CalendarSpec spec = spec_in("Asia/Kathmandu");
  for (std::int16_t minute = 0; minute < 1440; minute += 2) {
    spec.weekly[2].push_back({minute, static_cast<std::int16_t>(minute + 1)});
  }
  return spec;
}

TEST(CalendarLongSpan, ZenLike) {
  Random random(seed(1));
  check_against_sweep(zen_like(), random);
}

TEST(CalendarLongSpan, OpenOncePerLeapYear) {
  Random random(seed(2));
  check_against_sweep(leap_hours("Europe/Madrid"), random);
}

TEST(CalendarLongSpan, OpenForTwoMinutesInAll) {
  Random random(seed(3));
  CalendarSpec spec = spec_in("UTC");
  spec.special = {{civil_day(2026, 3, 1), {shift("23:59", "00:01")}}};
  check_against_sweep(spec, random);
}

TEST(CalendarLongSpan, SevenHundredOpeningsADay) {
  Random random(seed(4));
  check_against_sweep(flicker(), random);
}

TEST(CalendarLongSpan, AroundTheClock) {
  Random random(seed(5));
  check_against_sweep(daily("Africa/Casablanca", "00:00", "24:00"), random);
}

TEST(CalendarLongSpan, RandomCalendars) {
  Random random(seed(6));
  for (const char* zone :
       {"America/Santiago", "Europe/Madrid", "Australia/Lord_Howe", "Pacific/Apia",
        "Africa/Casablanca", "America/Havana", "Antarctica/Troll"}) {
    SCOPED_TRACE(zone);
    const auto around = static_cast<CivilDay>(pick(random, 0, 157'000));
    check_against_sweep(random_spec(random, zone, around), random);
    if (HasFatalFailure()) return;
  }
}

// between(a, add(a, d)) = d and nothing earlier will do; between is additive and never decreases.
TEST(CalendarLongSpan, LawsOfTheTwoOperations) {
  Random random(seed(7));
  for (const std::string& zone : odd_zones()) {
    SCOPED_TRACE(zone);
    const Calendar calendar = compile(random_spec(random, zone, 20'000));
    for (int i = 0; i < 2'000; ++i) {
      const TimeMs from = any_time(random);
      const DurationMs open_ms = any_length(random);
      const TimeMs due = calendar.add(from, open_ms);
      if (due == kNever) {
        ASSERT_LT(calendar.between(from, limits::time_max_ms), open_ms);
        continue;
      }
      ASSERT_EQ(calendar.between(from, due), open_ms);
      if (open_ms > 0) {
        ASSERT_EQ(calendar.between(from, due - 1), open_ms - 1);
        ASSERT_TRUE(calendar.is_open(due - 1));
      }
      const TimeMs middle = pick(random, from, due);
      ASSERT_EQ(calendar.between(from, middle) + calendar.between(middle, due), open_ms);
      ASSERT_LE(calendar.add(from, open_ms / 2), due);
    }
  }
}

}  // namespace
}  // namespace vencer::test
