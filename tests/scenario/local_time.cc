#include "tests/scenario/local_time.h"

#include <absl/time/civil_time.h>
#include <fmt/format.h>

#include <cstdio>
#include <stdexcept>

#include "engine/core/limits.h"

namespace vencer::scenario {
namespace {

using limits::kDay;
using limits::kHour;
using limits::kMinute;
using limits::kSecond;

struct Unit {
  std::string_view word;
  DurationMs ms;
};
// "ms" before "m": the first that fits is taken.
constexpr Unit kUnits[] = {{"d", kDay}, {"h", kHour}, {"ms", 1}, {"m", kMinute}, {"s", kSecond}};

std::invalid_argument wrong(std::string_view text, std::string_view what) {
  return std::invalid_argument(fmt::format("'{}' is no {}", text, what));
}

bool take_suffix(std::string& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.resize(text.size() - suffix.size());
  return true;
}

}  // namespace

LocalTime::LocalTime(const std::string& iana_name) {
  if (!absl::LoadTimeZone(iana_name, &zone_)) throw wrong(iana_name, "time zone");
}

TimeMs LocalTime::parse(std::string_view text, TimeMs now) const {
  std::string rest(text);
  const bool second_pass = take_suffix(rest, " again");
  if (rest.find('-') == std::string::npos) {
    rest = absl::FormatTime("%Y-%m-%d ", absl::FromUnixMillis(now), zone_) + rest;
  }
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0, end = 0;
  const int fields = std::sscanf(rest.c_str(), "%4d-%2d-%2d %2d:%2d%n:%2d%n.%3d%n", &year, &month,
                                 &day, &hour, &minute, &end, &second, &end, &ms, &end);
  const absl::CivilSecond civil(year, month, day, hour, minute, second);
  if (fields < 5 || static_cast<std::size_t>(end) != rest.size() || civil.month() != month ||
      civil.day() != day || civil.hour() != hour || civil.minute() != minute) {
    throw wrong(text, "time such as '2026-06-01 09:00'");
  }
  const absl::TimeZone::TimeInfo info = zone_.At(civil);
  if (info.kind == absl::TimeZone::TimeInfo::SKIPPED) throw wrong(text, "time of this zone");
  return absl::ToUnixMillis(second_pass ? info.post : info.pre) + ms;
}

std::string LocalTime::text(TimeMs at) const {
  if (at == kNever) return "never";
  const char* format = at % kMinute == 0   ? "%Y-%m-%d %H:%M"
                       : at % kSecond == 0 ? "%Y-%m-%d %H:%M:%S"
                                           : "%Y-%m-%d %H:%M:%E3S";
  return absl::FormatTime(format, absl::FromUnixMillis(at), zone_);
}

DurationMs parse_span(std::string_view text) {
  std::string_view rest = text;
  DurationMs span = 0;
  while (!rest.empty()) {
    std::size_t digits = 0;
    DurationMs number = 0;
    for (; digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9'; ++digits) {
      number = number * 10 + (rest[digits] - '0');
    }
    rest.remove_prefix(digits);
    const Unit* found = nullptr;
    for (const Unit& unit : kUnits) {
      if (found == nullptr && rest.starts_with(unit.word)) found = &unit;
    }
    if (digits == 0 || found == nullptr) throw wrong(text, "span such as '7h59m'");
    span += number * found->ms;
    rest.remove_prefix(found->word.size());
  }
  if (text.empty()) throw wrong(text, "span such as '7h59m'");
  return span;
}

std::string span_text(DurationMs span) {
  if (span == 0) return "0s";
  std::string text = span < 0 ? "-" : "";
  DurationMs rest = span < 0 ? -span : span;
  const Unit units[] = {{"h", kHour}, {"m", kMinute}, {"s", kSecond}, {"ms", 1}};
  for (const Unit& unit : units) {
    if (rest >= unit.ms) text += fmt::format("{}{}", rest / unit.ms, unit.word);
    rest %= unit.ms;
  }
  return text;
}

}  // namespace vencer::scenario
