#include "engine/config/civil_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "engine/config/diagnostics.h"

namespace vencer::config {
namespace {

constexpr std::array<std::string_view, 7> kWeekdays = {"mon", "tue", "wed", "thu",
                                                       "fri", "sat", "sun"};
constexpr int kYearMin = 1970;
constexpr int kYearMax = 2399;

Error refuse(std::string_view text, std::string_view what) {
  return {Errc::invalid_document, fmt::format("{} is not {}", quoted(text), what)};
}

// The number that fills the whole of `text`, which must have `digits` digits.
std::optional<int> number(std::string_view text, std::size_t digits) {
  if (text.size() != digits) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

int weekday(std::string_view text) {
  const auto found = std::find(kWeekdays.begin(), kWeekdays.end(), text);
  return static_cast<int>(found - kWeekdays.begin());
}

std::optional<std::int16_t> minute_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hour = number(text.substr(0, 2), 2);
  const auto minute = number(text.substr(3), 2);
  if (!hour || !minute || *minute > 59 || *hour > 24 || (*hour == 24 && *minute > 0)) {
    return std::nullopt;
  }
  return static_cast<std::int16_t>(*hour * 60 + *minute);
}

// Month and day of "MM-DD"; 02-29 passes.
std::optional<YearlyDay> month_and_day(std::string_view text) {
  constexpr std::array<int, 12> days = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (text.size() != 5 || text[2] != '-') return std::nullopt;
  const auto month = number(text.substr(0, 2), 2);
  const auto day = number(text.substr(3), 2);
  if (!month || !day || *month < 1 || *month > 12 || *day < 1) return std::nullopt;
  if (*day > days[static_cast<std::size_t>(*month) - 1]) return std::nullopt;
  return YearlyDay{static_cast<std::uint8_t>(*month), static_cast<std::uint8_t>(*day)};
}

}  // namespace

Result<std::vector<int>> parse_weekdays(std::string_view text) {
  const std::size_t dash = text.find('-');
  const int first = weekday(text.substr(0, dash));
  const int last = dash == std::string_view::npos ? first : weekday(text.substr(dash + 1));
  if (first > 6 || last > 6) {
    return refuse(text,
                  "a day of the week; write mon, tue, wed, thu, fri, sat, sun or a range: mon-fri");
  }
  std::vector<int> days;
  for (int day = first; days.push_back(day), day != last;) day = (day + 1) % 7;
  return days;
}

Result<ShiftSpec> parse_shift(std::string_view text) {
  constexpr std::string_view right = "an opening; write \"09:00-18:00\"";
  if (text.size() != 11 || text[5] != '-') return refuse(text, right);
  const auto start = minute_of_day(text.substr(0, 5));
  const auto end = minute_of_day(text.substr(6));
  if (!start || !end) return refuse(text, right);
  if (*start == 24 * 60) return refuse(text, "an opening: 24:00 may only end one");
  if (*start == *end)
    return refuse(text, "an opening: it has no length; all day is \"00:00-24:00\"");
  return ShiftSpec{*start, *end};
}

Result<std::int32_t> parse_time_of_day(std::string_view text) {
  const auto minute = minute_of_day(text);
  if (!minute || *minute == 24 * 60) return refuse(text, "a time of day; write \"08:00\"");
  return std::int32_t{*minute};
}

Result<CivilDay> parse_date(std::string_view text) {
  const auto year =
      text.size() == 10 && text[4] == '-' ? number(text.substr(0, 4), 4) : std::nullopt;
  const auto day = year ? month_and_day(text.substr(5)) : std::nullopt;
  if (!day) return refuse(text, "a date; write 2026-09-18");
  if (*year < kYearMin || *year > kYearMax) {
    return refuse(text, fmt::format("a date between {} and {}", kYearMin, kYearMax));
  }
  const bool leap = (*year % 4 == 0 && *year % 100 != 0) || *year % 400 == 0;
  if (day->month == 2 && day->day == 29 && !leap) return refuse(text, "a date: no leap year");
  return civil_day(*year, day->month, day->day);
}

Result<YearlyDay> parse_yearly(std::string_view text) {
  const auto day = month_and_day(text);
  if (!day) return refuse(text, "a day of each year; write \"12-25\"");
  return *day;
}

}  // namespace vencer::config
