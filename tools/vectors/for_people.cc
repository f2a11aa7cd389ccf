#include "tools/vectors/for_people.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/config/zone.h"
#include "engine/core/calendar.h"
#include "engine/core/limits.h"

namespace vencer::vectors {
namespace {

std::int32_t offset_s(const ZoneSpec& zone, TimeMs at) {
  std::int32_t offset = zone.initial_offset_s;
  for (const ZoneTransition& each : zone.transitions) {
    if (each.at_s * limits::kSecond > at) break;
    offset = each.offset_s;
  }
  return offset;
}

}  // namespace

std::string instant_text(TimeMs at, const std::string& zone) {
  if (at == kNever) return "never";
  if (at < limits::time_min_ms || at > limits::time_max_ms) {
    return fmt::format("{} (not between 1970 and 2400)", at);
  }
  constexpr const char* kWeekdays[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
  const Result<ZoneSpec> spec = load_zone(zone);
  const std::int32_t offset = spec ? offset_s(*spec, at) : 0;
  const TimeMs local =
      at + offset * limits::kSecond + limits::kDay;  // from 1969-12-31: never negative
  const auto day = static_cast<CivilDay>(local / limits::kDay) - 1;
  const CivilDate date = civil_date(day);
  const DurationMs in_day = local % limits::kDay;
  return fmt::format(
      "{} ({} {:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03} {}{:02}{:02} {})", at,
      kWeekdays[(day + 7) % 7], date.year, date.month, date.day, in_day / limits::kHour,
      in_day / limits::kMinute % 60, in_day / limits::kSecond % 60, in_day % limits::kSecond,
      offset < 0 ? '-' : '+', std::abs(offset) / 3600, std::abs(offset) / 60 % 60, zone);
}

std::string duration_text(DurationMs duration) {
  const DurationMs magnitude = std::abs(duration);
  return fmt::format("{} ({}{}h{}m{}.{:03}s)", duration, duration < 0 ? "-" : "",
                     magnitude / limits::kHour, magnitude / limits::kMinute % 60,
                     magnitude / limits::kSecond % 60, magnitude % limits::kSecond);
}

}  // namespace vencer::vectors
