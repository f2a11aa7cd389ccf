// Opening hours made of bytes, in a zone of the database or in one made up.
//
// Holds: what compiles keeps the algebra of open time (add and between are each other's inverse,
// stretches add up, a day holds its instants), and in a zone of the database agrees with minute
// stepping to the millisecond.
#include <algorithm>
#include <optional>
#include <string>

#include "engine/config/zone.h"
#include "engine/core/calendar.h"
#include "engine/core/limits.h"
#include "tests/fuzz/byte_source.h"
#include "tests/unit/calendar/minute_oracle.h"

namespace vencer::fuzz {
namespace {

constexpr int kOracleDays = 8;
constexpr TimeMs kFirst = 100'000'000'000;    // 1973
constexpr TimeMs kLast = 13'500'000'000'000;  // 2397
constexpr const char* kZones[] = {
    "America/Santiago",    "Europe/Berlin",
    "Australia/Lord_Howe", "Pacific/Apia",
    "Africa/Casablanca",   "America/St_Johns",
    "Asia/Kathmandu",      "Antarctica/Troll",
    "America/Asuncion",    "UTC",
};
constexpr std::size_t kZoneCount = std::size(kZones);

ZoneSpec made_up_zone(ByteSource& source) {
  ZoneSpec zone;
  zone.name = "made up";
  const auto offset = [&] { return source.take<std::int16_t>() * std::int32_t{3}; };
  zone.initial_offset_s = offset();
  std::int64_t at_s = 0;
  for (std::size_t left = source.below(9); left > 0; --left) {
    at_s += source.take<std::uint32_t>();
    zone.transitions.push_back({at_s, offset()});
  }
  return zone;
}

std::vector<ShiftSpec> shifts(ByteSource& source, std::size_t most) {
  std::vector<ShiftSpec> made;
  for (std::size_t left = source.below(most + 1); left > 0; --left) {
    const auto minute = [&] {
      return static_cast<std::int16_t>(source.take<std::uint16_t>() % 1450);
    };
    const std::int16_t start = minute();
    made.push_back({start, minute()});
  }
  return made;
}

// `around` is where the oracle looks: days of the calendar's lists lie near it.
CalendarSpec read_spec(ByteSource& source, ZoneSpec zone, CivilDay around) {
  CalendarSpec spec;
  spec.name = "fuzzed";
  spec.zone = std::move(zone);
  for (auto& day : spec.weekly) day = shifts(source, 3);
  for (auto& day : spec.breaks) day = shifts(source, 1);
  const auto near_day = [&] { return around + source.take<std::int8_t>() / 8; };
  for (std::size_t left = source.below(4); left > 0; --left) spec.holidays.push_back(near_day());
  std::sort(spec.holidays.begin(), spec.holidays.end());
  for (std::size_t left = source.below(3); left > 0; --left) {
    const auto month = static_cast<std::uint8_t>(source.below(14));
    spec.yearly_holidays.push_back({month, static_cast<std::uint8_t>(source.below(33))});
  }
  for (std::size_t left = source.below(3); left > 0; --left) {
    const CivilDay day = near_day();
    spec.special.push_back({day, shifts(source, 2)});
  }
  return spec;
}

TimeMs read_instant(ByteSource& source, TimeMs begin, DurationMs span) {
  const std::uint64_t drawn = source.take<std::uint32_t>();
  const TimeMs at = begin + static_cast<TimeMs>(drawn * 1009 % static_cast<std::uint64_t>(span));
  // Edges: a whole quarter of an hour, a millisecond before and after.
  const auto edge = source.take<std::uint8_t>() % 5;
  return edge > 2 ? at : at - at % (15 * limits::kMinute) + edge - 1;
}

void check_algebra(const Calendar& calendar, TimeMs from, TimeMs to, DurationMs open_ms) {
  if (from > to) std::swap(from, to);
  const std::string where =
      std::to_string(from) + " to " + std::to_string(to) + ", " + std::to_string(open_ms) + " ms";
  const TimeMs middle = from + (to - from) / 3;
  FUZZ_CHECK(
      calendar.between(from, middle) + calendar.between(middle, to) == calendar.between(from, to),
      where);
  const TimeMs end = calendar.add(from, open_ms);
  if (end != kNever && open_ms > 0) {
    FUZZ_CHECK(calendar.between(from, end) == open_ms, where);
    FUZZ_CHECK(calendar.between(from, end - 1) == open_ms - 1, where + ": not the first instant");
    FUZZ_CHECK(calendar.is_open(end - 1), where);
  }
  const TimeMs opens = calendar.next_open(from);
  if (opens != kNever) {
    FUZZ_CHECK(opens >= from && calendar.is_open(opens), where);
    FUZZ_CHECK(calendar.between(from, opens) == 0, where);
    const TimeMs closes = calendar.next_close(from);
    FUZZ_CHECK(closes == kNever || (closes > opens && !calendar.is_open(closes)), where);
  }
  const Interval day = calendar.local_day(from);
  FUZZ_CHECK(day.begin <= from && from < day.end, where);
  const TimeMs due = calendar.business_due(from, 2);
  if (due != kNever) {
    FUZZ_CHECK(due > from && calendar.business_days_between(from, due) >= 1, where);
    FUZZ_CHECK(calendar.business_due(from, 1) <= due, where);
  }
}

void check_oracle(const Calendar& calendar, const test::MinuteOracle& oracle, TimeMs from,
                  TimeMs to, DurationMs open_ms) {
  const std::string where = std::to_string(from) + " to " + std::to_string(to);
  FUZZ_CHECK(calendar.between(from, to) == oracle.between(from, to), where);
  FUZZ_CHECK(calendar.is_open(from) == oracle.is_open(from), where);
  const TimeMs known = oracle.add(from, open_ms);
  const TimeMs got = calendar.add(from, open_ms);
  FUZZ_CHECK(known == kNever ? got > oracle.end() : got == known,
             where + " + " + std::to_string(open_ms));
}

void run(std::span<const std::byte> input) {
  ByteSource source(input);
  const std::size_t which = source.below(kZoneCount + 2);
  const bool real = which < kZoneCount;
  const Result<ZoneSpec> zone = real ? load_zone(kZones[which]) : made_up_zone(source);
  FUZZ_CHECK(zone.ok(), zone.error().message);
  TimeMs middle = kFirst + static_cast<TimeMs>(source.take<std::uint32_t>()) * 3000;
  if (const auto& all = zone->transitions; source.below(4) != 0 && !all.empty()) {
    middle = all[source.take<std::uint16_t>() % all.size()].at_s * 1000;
  }
  middle = std::clamp(middle, kFirst, kLast);
  const CalendarSpec spec = read_spec(source, *zone, static_cast<CivilDay>(middle / limits::kDay));
  const Result<Calendar> calendar = Calendar::compile(spec);
  if (!calendar.ok()) {
    FUZZ_CHECK(!calendar.error().message.empty(), "a refusal says why");
    return;
  }
  const TimeMs begin = middle - middle % limits::kMinute - kOracleDays / 2 * limits::kDay;
  const DurationMs span = kOracleDays * limits::kDay;
  std::optional<test::MinuteOracle> oracle;
  if (real) oracle.emplace(spec, begin, kOracleDays * 24 * 60);
  for (int queries = 0; queries < 40 && (queries == 0 || !source.empty()); ++queries) {
    const TimeMs from = read_instant(source, begin, span);
    const TimeMs to = read_instant(source, begin, span);
    const DurationMs open_ms = source.take<std::uint32_t>() % (3 * limits::kDay);
    check_algebra(*calendar, from, to, open_ms);
    const auto inside = [&](TimeMs at) { return at >= begin && at < begin + span; };
    if (oracle && inside(from) && inside(to)) check_oracle(*calendar, *oracle, from, to, open_ms);
  }
}

Seeds seeds() {
  Seeds all;
  for (std::size_t zone = 0; zone < kZoneCount + 2; ++zone) {
    ByteSink sink;
    sink.put(static_cast<std::uint8_t>(zone));
    if (zone >= kZoneCount) {
      sink.put(std::int16_t{1200}).put(std::uint8_t{2});
      sink.put(1'600'000'000u).put(std::int16_t{2400}).put(20'000'000u).put(std::int16_t{1200});
    }
    sink.put(std::uint32_t{500'000'000}).put(std::uint8_t{1});
    sink.put(static_cast<std::uint16_t>(zone * 3 + 40));
    for (int day = 0; day < 7; ++day) {  // 09:00-13:00 and 22:00-06:00
      sink.put(std::uint8_t{2}).put(std::uint16_t{540}).put(std::uint16_t{780});
      sink.put(std::uint16_t{1320}).put(std::uint16_t{360});
    }
    for (int day = 0; day < 7; ++day) {
      sink.put(std::uint8_t{1}).put(std::uint16_t{600}).put(std::uint16_t{615});
    }
    sink.put(std::uint8_t{1}).put(std::int8_t{8});                          // a holiday
    sink.put(std::uint8_t{1}).put(std::uint8_t{12}).put(std::uint8_t{25});  // each year
    sink.put(std::uint8_t{1}).put(std::int8_t{-8}).put(std::uint8_t{1});    // a special day
    sink.put(std::uint16_t{600}).put(std::uint16_t{840});
    for (std::uint32_t query = 1; query <= 12; ++query) {
      sink.put(query * 0x01010101u).put(static_cast<std::uint8_t>(query));
      sink.put(query * 0x10204081u).put(static_cast<std::uint8_t>(query + 2));
      sink.put(query * 7'654'321u);
    }
    all.push_back(sink.take());
  }
  return all;
}

VENCER_FUZZ_TARGET(calendars, run, seeds);

}  // namespace
}  // namespace vencer::fuzz
