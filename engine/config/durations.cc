#include "engine/config/durations.h"

#include <fmt/format.h>

#include <array>
#include <cctype>

#include "engine/core/limits.h"

namespace vencer::config {
namespace {

struct Unit {
  std::string_view name;
  DurationMs ms;
};
constexpr std::array<Unit, 5> kUnits = {{{"d", limits::kDay},
                                         {"h", limits::kHour},
                                         {"m", limits::kMinute},
                                         {"s", limits::kSecond},
                                         {"ms", 1}}};

Error refuse(std::string message) {
  return {Errc::invalid_document, std::move(message)};
}

Error not_a_duration(std::string_view text) {
  return refuse(fmt::format(
      "{} is not a span of time; write whole numbers with h, m, s or ms, largest first: \"8h\", "
      "\"1h30m\", \"90s\"",
      quoted(text)));
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Takes the digits at the front; nothing if there are none or too many for a span of time.
std::optional<DurationMs> take_number(std::string_view& text) {
  DurationMs number = 0;
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) {
    if (number > limits::target_max_ms) return std::nullopt;
    number = number * 10 + (text[digits] - '0');
    ++digits;
  }
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

std::size_t take_unit(std::string_view& text) {
  std::size_t letters = 0;
  while (letters < text.size() && std::isalpha(static_cast<unsigned char>(text[letters])) != 0) {
    ++letters;
  }
  const std::string_view word = text.substr(0, letters);
  text.remove_prefix(letters);
  std::size_t unit = 0;
  while (unit < kUnits.size() && kUnits[unit].name != word) ++unit;
  return unit;
}

}  // namespace

Result<DurationMs> parse_duration(std::string_view text, Days days) {
  std::string_view rest = text;
  DurationMs total_ms = 0;
  std::size_t next_unit = 0;
  if (rest.empty()) return not_a_duration(text);
  while (!rest.empty()) {
    const auto number = take_number(rest);
    if (!number) return not_a_duration(text);
    const std::size_t unit = take_unit(rest);
    if (unit >= kUnits.size() || unit < next_unit) return not_a_duration(text);
    if (unit == 0 && days == Days::refused) {
      return refuse(fmt::format("{}: a day could mean 24 hours or a working day; write \"{}h\"",
                                quoted(text), *number * 24));
    }
    // Both factors are bounded: the product may exceed the limit, not 64 bits' worth of days.
    if (*number > limits::target_max_ms / kUnits[unit].ms ||
        (total_ms += *number * kUnits[unit].ms) > limits::target_max_ms) {
      return refuse(fmt::format("{} is longer than 100 years", quoted(text)));
    }
    next_unit = unit + 1;
  }
  return total_ms;
}

std::string duration_text(DurationMs duration_ms) {
  std::string text;
  for (const Unit& unit : kUnits) {
    if (unit.name == "d") continue;
    if (duration_ms >= unit.ms) text += fmt::format("{}{}", duration_ms / unit.ms, unit.name);
    duration_ms %= unit.ms;
  }
  return text.empty() ? "0s" : text;
}

std::optional<DurationMs> read_duration(const Cursor& at, Days days, DurationMs min_ms) {
  const auto text = at.string("8h");
  if (!text) return std::nullopt;
  const Result<DurationMs> parsed = parse_duration(*text, days);
  if (!parsed) {
    at.error(parsed.error().message);
    return std::nullopt;
  }
  if (*parsed < min_ms) {
    at.error(fmt::format("{} is too short; at least \"{}\"", quoted(*text), duration_text(min_ms)));
    return std::nullopt;
  }
  return *parsed;
}

}  // namespace vencer::config
