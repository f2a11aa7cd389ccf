#include "tools/vencer/times.h"

#include <charconv>
#include <chrono>
#include <cstdlib>

#include <fmt/format.h>

#include "engine/config/durations.h"
#include "engine/core/limits.h"

namespace vencer::cli {
namespace {

bool take_number(std::string_view& text, std::int64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || text[0] == '-') return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

// Exactly `digits` digits.
bool take_digits(std::string_view& text, std::size_t digits, int& number) {
  number = 0;
  if (text.size() < digits) return false;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    number = number * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return true;
}

bool take(std::string_view& text, std::string_view one_of) {
  if (text.empty() || one_of.find(text[0]) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

// Up to three digits of a fraction.
bool take_fraction(std::string_view& text, int& ms) {
  int scale = 100;
  ms = 0;
  bool any = false;
  while (!text.empty() && text[0] >= '0' && text[0] <= '9' && scale > 0) {
    ms += (text[0] - '0') * scale;
    scale /= 10;
    any = true;
    text.remove_prefix(1);
  }
  return any;
}

// "Z", "-03:00" or "+05:30": how far its clocks are ahead of UTC.
bool take_zone(std::string_view& text, DurationMs& ahead) {
  ahead = 0;
  if (take(text, "Zz")) return true;
  const bool west = text.starts_with('-');
  int hour = 0, minute = 0;
  if (!take(text, "+-") || !take_digits(text, 2, hour) || !take(text, ":") ||
      !take_digits(text, 2, minute) || hour > 23 || minute > 59) {
    return false;
  }
  ahead = (hour * limits::kHour + minute * limits::kMinute) * (west ? -1 : 1);
  return true;
}

// zoned: it says Z or an offset, which is taken off already.
bool parse_clock_time(std::string_view text, DurationMs& in_day, bool& zoned) {
  int hour = 0, minute = 0, second = 0, ms = 0;
  if (!take_digits(text, 2, hour) || !take(text, ":") || !take_digits(text, 2, minute))
    return false;
  if (take(text, ":")) {
    if (!take_digits(text, 2, second)) return false;
    if (take(text, ".") && !take_fraction(text, ms)) return false;
  }
  zoned = !text.empty();
  DurationMs ahead = 0;
  if (zoned && !take_zone(text, ahead)) return false;
  if (!text.empty() || hour > 23 || minute > 59 || second > 59) return false;
  in_day = hour * limits::kHour + minute * limits::kMinute + second * limits::kSecond + ms - ahead;
  return true;
}

// Milliseconds since 1970 have 12 digits from 1973 on; fewer are a year, seconds or a slip.
constexpr std::size_t kMsDigitsMin = 12;
Error too_short(std::string_view text, std::int64_t number) {
  if (text.size() == 4 && number >= 1970 && number < 2400) {
    return {Errc::invalid_document,
            fmt::format("{} is a year? write {}-01-01T00:00:00Z", text, text)};
  }
  return {Errc::invalid_document,
          fmt::format("{} has fewer than {} digits: no milliseconds since 1970; write "
                      "2026-04-01T09:00:00Z",
                      text, kMsDigitsMin)};
}

}  // namespace

Result<DurationMs> parse_duration(std::string_view text) {
  std::string_view rest = text;
  std::int64_t number = 0;
  if (!text.empty() && take_number(rest, number) && rest.empty()) {
    if (number <= limits::target_max_ms / limits::kSecond) return number * limits::kSecond;
  } else if (const auto span = config::parse_duration(text, config::Days::allowed); span.ok()) {
    return *span;
  }
  return Error{Errc::invalid_document,
               fmt::format("'{}' is not a duration; write 250ms, 90s, 30m, 1h30m or 2d", text)};
}

Result<TimeMs> parse_time(std::string_view text) {
  const Error error{Errc::invalid_document,
                    fmt::format("'{}' is not a time; write 2026-04-01T09:00:00Z (UTC), "
                                "2026-04-01T06:00:00-03:00 or milliseconds since 1970",
                                text)};
  std::string_view rest = text;
  std::int64_t number = 0;
  if (!text.empty() && take_number(rest, number) && rest.empty()) {
    if (text.size() < kMsDigitsMin) return too_short(text, number);
    return number;
  }
  rest = text;
  int year = 0, month = 0, day = 0;
  if (!take_digits(rest, 4, year) || !take(rest, "-") || !take_digits(rest, 2, month) ||
      !take(rest, "-") || !take_digits(rest, 2, day)) {
    return error;
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  DurationMs in_day = 0;
  if (!date.ok()) return error;
  bool zoned = true;  // a day alone is one of UTC
  if (!rest.empty() && (!take(rest, "Tt ") || !parse_clock_time(rest, in_day, zoned))) return error;
  if (!zoned) {
    return Error{Errc::invalid_document,
                 fmt::format("'{}' says no zone; say Z for UTC or an offset: {}Z, {}-03:00", text,
                             text, text)};
  }
  return std::chrono::sys_days(date).time_since_epoch().count() * limits::kDay + in_day;
}

TimeMs now_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::string time_text(TimeMs time) {
  using std::chrono::floor;
  const std::chrono::sys_time<std::chrono::milliseconds> instant{std::chrono::milliseconds(time)};
  const auto days = floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date{days};
  const auto ms = (instant - days).count();
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     ms / limits::kHour, ms / limits::kMinute % 60, ms / limits::kSecond % 60,
                     ms % limits::kSecond);
}

std::string duration_text(DurationMs duration) {
  const std::string sign = duration < 0 ? "-" : "";
  const DurationMs ms = std::abs(duration);
  const auto two = [&](DurationMs large, const char* large_unit, DurationMs small,
                       const char* small_unit) {
    const DurationMs rest = ms % large / small;
    if (rest == 0) return fmt::format("{}{}{}", sign, ms / large, large_unit);
    return fmt::format("{}{}{} {}{}", sign, ms / large, large_unit, rest, small_unit);
  };
  if (ms >= limits::kDay) return two(limits::kDay, "d", limits::kHour, "h");
  if (ms >= limits::kHour) return two(limits::kHour, "h", limits::kMinute, "m");
  if (ms >= limits::kMinute) return two(limits::kMinute, "m", limits::kSecond, "s");
  if (ms % limits::kSecond == 0) return fmt::format("{}{}s", sign, ms / limits::kSecond);
  if (ms > limits::kSecond)
    return fmt::format("{}{}.{:03}s", sign, ms / limits::kSecond, ms % limits::kSecond);
  return fmt::format("{}{}ms", sign, ms);
}

}  // namespace vencer::cli
