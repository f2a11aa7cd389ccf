#include "engine/config/zone.h"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <optional>

#include "engine/core/limits.h"

namespace vencer {
namespace {

// Gregorian dates and weekdays repeat after 400 years, so whatever rule a zone follows does too.
constexpr absl::Duration kCycle = absl::Hours(24 * 146'097);

// The library opens files by name: only what can be a name of the database may get there, and none
// of its files that are no zones of their own (right/ counts leap seconds).
bool is_zone_name(std::string_view name) {
  constexpr std::string_view kSymbols = "/_+-";
  const auto in_name = [&](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           kSymbols.find(c) != std::string_view::npos;
  };
  return !name.empty() && name.front() >= 'A' && name.front() <= 'Z' &&
         std::all_of(name.begin(), name.end(), in_name) && !name.starts_with("Fixed/");
}

std::int32_t offset_at(const absl::TimeZone& zone, absl::Time at) {
  return zone.At(at).offset;
}

// The instant of the next transition that the library lists. Not FromCivil(to): where the clock
// goes back that is an earlier instant, for ever.
std::optional<absl::Time> next_listed(const absl::TimeZone& zone, absl::Time after) {
  absl::TimeZone::CivilTransition transition;
  if (!zone.NextTransition(after, &transition)) return std::nullopt;
  return zone.At(transition.to).trans;
}

// The list may end before our time does (400 years after the last change of rule), the rule does
// not: then what came 400 years earlier comes again, if the offset says so.
std::optional<absl::Time> next_transition(const absl::TimeZone& zone, absl::Time after) {
  if (const auto listed = next_listed(zone, after)) return listed;
  const absl::Time end = absl::FromUnixMillis(limits::time_max_ms);
  for (auto earlier = next_listed(zone, after - kCycle); earlier && *earlier + kCycle <= end;
       earlier = next_listed(zone, *earlier)) {
    const absl::Time at = *earlier + kCycle;
    if (offset_at(zone, at) != offset_at(zone, at - absl::Seconds(1))) return at;
  }
  return std::nullopt;
}

// Where the library looks, too.
std::string directory() {
  const char* named = std::getenv("TZDIR");
  return named != nullptr ? named : "/usr/share/zoneinfo";
}

// `from` is what the library is asked for: the zone's name or its file.
Result<ZoneSpec> take(std::string_view iana_name, const std::string& from) {
  const std::string name(iana_name);
  absl::TimeZone zone;
  if (!is_zone_name(name) || !absl::LoadTimeZone(from, &zone)) {
    return Error{Errc::invalid_document,
                 "unknown time zone '" + name +
                     "'; it must be a name of the IANA database, as \"America/Santiago\""};
  }
  // Some local days of a calendar begin before 1970 does in UTC.
  absl::Time at = absl::FromUnixMillis(limits::time_min_ms) - absl::Hours(24 * 14);
  const absl::Time end = absl::FromUnixMillis(limits::time_max_ms);
  ZoneSpec spec{name, offset_at(zone, at), {}};
  std::int32_t offset_s = spec.initial_offset_s;
  while (const auto next = next_transition(zone, at)) {
    if (*next <= at || *next > end) break;
    at = *next;
    // Changes of abbreviation or of the DST flag alone do not matter here.
    if (offset_at(zone, at) == offset_s) continue;
    offset_s = offset_at(zone, at);
    spec.transitions.push_back({absl::ToUnixSeconds(at), offset_s});
  }
  return spec;
}

}  // namespace

Result<ZoneSpec> load_zone(std::string_view iana_name) {
  return take(iana_name, std::string(iana_name));
}

// The library remembers zones by the name that it was asked for, so each time another way to write
// the same path: "/" and "./" as the bits of a count.
Result<ZoneSpec> load_zone_anew(std::string_view iana_name) {
  static std::atomic<std::uint64_t> times{0};
  std::string path = directory();
  for (std::uint64_t bits = ++times; bits != 0; bits >>= 1) path += (bits & 1) != 0 ? "/." : "/";
  path += '/';
  path += iana_name;
  return take(iana_name, path);
}

std::string tzdata_version() {
  constexpr std::string_view kPrefix = "# version ";
  std::ifstream file(directory() + "/tzdata.zi");
  std::string line;
  if (std::getline(file, line) && line.starts_with(kPrefix)) return line.substr(kPrefix.size());
  return "unknown";
}

}  // namespace vencer
