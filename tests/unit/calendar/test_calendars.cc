#include "tests/unit/calendar/test_calendars.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "engine/config/zone.h"
#include "engine/core/limits.h"

namespace vencer::test {

std::uint64_t seed(std::uint64_t otherwise) {
  const char* given = std::getenv("VENCER_SEED");
  const std::uint64_t value = given != nullptr ? std::strtoull(given, nullptr, 10) : otherwise;
  std::cout << "seed " << value << " (VENCER_SEED gives another)\n";
  return value;
}

std::int64_t pick(Random& random, std::int64_t from, std::int64_t to) {
  return std::uniform_int_distribution<std::int64_t>(from, to)(random);
}

const std::vector<std::string>& odd_zones() {
  static const std::vector<std::string> zones = {
      "America/Santiago",  "Europe/Madrid",       "Australia/Lord_Howe",  "Pacific/Apia",
      "Africa/Casablanca", "Asia/Almaty",         "America/Caracas",      "Asia/Kathmandu",
      "America/Havana",    "America/Mexico_City", "Antarctica/Troll",     "America/St_Johns",
      "Asia/Pyongyang",    "Pacific/Kwajalein",   "America/Sao_Paulo",    "Asia/Gaza",
      "America/Asuncion",  "Asia/Tehran",         "Pacific/Chatham",      "Asia/Beirut",
      "Africa/Cairo",      "Europe/Dublin",       "America/Scoresbysund", "Antarctica/Casey",
      "Atlantic/Azores",   "America/Nuuk",        "Africa/Juba",          "UTC"};
  return zones;
}

ShiftSpec shift(const char* start, const char* end) {
  const auto minute = [](const std::string& text) {
    return static_cast<std::int16_t>(std::stoi(text.substr(0, 2)) * 60 + std::stoi(text.substr(3)));
  };
  return {minute(start), minute(end)};
}

CalendarSpec spec_in(const std::string& zone) {
  Result<ZoneSpec> loaded = load_zone(zone);
  EXPECT_TRUE(loaded.ok()) << loaded.error().message;
  CalendarSpec spec;
  spec.name = "test";
  if (loaded) spec.zone = std::move(loaded).value();
  return spec;
}

CalendarSpec office(const std::string& zone, const char* start, const char* end) {
  CalendarSpec spec = spec_in(zone);
  for (int day = 0; day < 5; ++day) spec.weekly[day] = {shift(start, end)};
  return spec;
}

CalendarSpec daily(const std::string& zone, const char* start, const char* end) {
  CalendarSpec spec = spec_in(zone);
  for (auto& day : spec.weekly) day = {shift(start, end)};
  return spec;
}

Calendar compile(const CalendarSpec& spec) {
  Result<Calendar> calendar = Calendar::compile(spec);
  EXPECT_TRUE(calendar.ok()) << calendar.error().message;
  return calendar ? std::move(calendar).value() : Calendar::always_open();
}

namespace {

ShiftSpec random_shift(Random& random, std::int64_t minutes_max) {
  // Quarters of an hour, so that starts and ends meet each other and transitions often.
  const std::int64_t start = pick(random, 0, 95) * 15;
  std::int64_t end = start + pick(random, 1, minutes_max / 15) * 15;
  if (end > 1440 || (end == 1440 && pick(random, 0, 1) == 0)) end -= 1440;
  if (end == start) end = start == 0 ? 1440 : start - 15;
  return {static_cast<std::int16_t>(start), static_cast<std::int16_t>(end)};
}

std::vector<ShiftSpec> random_shifts(Random& random, std::int64_t count, std::int64_t minutes_max) {
  std::vector<ShiftSpec> shifts;
  for (; count > 0; --count) shifts.push_back(random_shift(random, minutes_max));
  return shifts;
}

}  // namespace

CalendarSpec random_spec(Random& random, const std::string& zone, CivilDay around) {
  CalendarSpec spec = spec_in(zone);
  const auto near = [&] { return static_cast<CivilDay>(around + pick(random, -30, 30)); };
  for (auto& day : spec.weekly) day = random_shifts(random, pick(random, 0, 3), 1425);
  spec.weekly[pick(random, 0, 6)] = {shift("00:00", "24:00")};
  if (pick(random, 0, 1) == 0) {
    for (auto& day : spec.breaks) day = random_shifts(random, pick(random, 0, 2), 120);
  }
  for (std::int64_t i = pick(random, 0, 6); i > 0; --i) spec.holidays.push_back(near());
  std::sort(spec.holidays.begin(), spec.holidays.end());
  for (std::int64_t i = pick(random, 0, 4); i > 0; --i) {
    const CivilDate date = civil_date(near());
    spec.yearly_holidays.push_back(
        {static_cast<std::uint8_t>(date.month), static_cast<std::uint8_t>(date.day)});
  }
  for (std::int64_t i = pick(random, 0, 4); i > 0; --i) {
    // Some on holidays: special goes before.
    const bool on_holiday = !spec.holidays.empty() && pick(random, 0, 1) == 0;
    spec.special.push_back({on_holiday ? spec.holidays.front() : near(),
                            random_shifts(random, pick(random, 0, 2), 1425)});
  }
  const auto by_day = [](const SpecialDay& a, const SpecialDay& b) { return a.day < b.day; };
  const auto same_day = [](const SpecialDay& a, const SpecialDay& b) { return a.day == b.day; };
  std::stable_sort(spec.special.begin(), spec.special.end(), by_day);
  spec.special.erase(std::unique(spec.special.begin(), spec.special.end(), same_day),
                     spec.special.end());
  return spec;
}

TimeMs utc(int year, unsigned month, unsigned day, int hour, int minute, int second, int ms) {
  return civil_day(year, month, day) * limits::kDay + hour * limits::kHour +
         minute * limits::kMinute + second * limits::kSecond + ms;
}

}  // namespace vencer::test
