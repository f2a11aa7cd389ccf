#include <fmt/format.h>

#include <cctype>

#include "engine/config/durations.h"
#include "engine/config/ladder_steps.h"

namespace vencer::config {
namespace {

constexpr std::uint32_t kPercentMilli = 1000;

Error refuse(std::string_view text, std::string_view what) {
  return {Errc::invalid_document, fmt::format("{} {}", quoted(text), what)};
}

// "75", "87.5": up to three decimals, in thousandths.
std::optional<std::uint32_t> parse_percent(std::string_view text) {
  std::uint32_t milli = 0;
  std::uint32_t unit = 0;  // of the last decimal read; 0: before the point
  std::size_t digits = 0;
  for (const char c : text) {
    if (c == '.' && unit == 0 && digits > 0) {
      unit = kPercentMilli;
    } else if (std::isdigit(static_cast<unsigned char>(c)) == 0 || milli > 1'000'000) {
      return std::nullopt;
    } else if (unit == 0) {
      milli = milli * 10 + static_cast<std::uint32_t>(c - '0') * kPercentMilli;
      ++digits;
    } else if (unit /= 10; unit == 0) {
      return std::nullopt;
    } else {
      milli += static_cast<std::uint32_t>(c - '0') * unit;
    }
  }
  if (digits == 0 || text.back() == '.') return std::nullopt;
  return milli;
}

}  // namespace

Result<StepOffset> parse_step_offset(std::string_view text) {
  StepOffset offset;
  if (text == "due") return offset;
  if (text.ends_with('%')) {
    const auto percent = parse_percent(text.substr(0, text.size() - 1));
    if (!percent) return refuse(text, "is not a percentage; write \"75%\" or \"87.5%\"");
    if (*percent >= 100 * kPercentMilli) {
      return refuse(text, "is not below 100%; at the end write \"due\", after it \"+2h\"");
    }
    offset.anchor = StepAnchor::percent;
    offset.percent_milli = *percent;
    return offset;
  }
  if (!text.starts_with('-') && !text.starts_with('+')) {
    return refuse(text, "is not a place on a ladder; write \"75%\", \"-30m\", \"due\" or \"+2h\"");
  }
  const Result<DurationMs> span = parse_duration(text.substr(1), Days::refused);
  if (!span) return span.error();
  if (*span == 0) return refuse(text, "is no distance; write \"due\"");
  offset.anchor = text.front() == '-' ? StepAnchor::before_due : StepAnchor::after_due;
  offset.offset_ms = *span;
  return offset;
}

}  // namespace vencer::config
