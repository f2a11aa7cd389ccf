// What the calendar's tests share: specs made by hand and at random, and seeds that can be given
// again.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "engine/core/calendar.h"

namespace vencer::test {

using Random = std::mt19937_64;

// The seed of this run: VENCER_SEED if set, else `otherwise`. Printed, so that a failure can be run
// again.
std::uint64_t seed(std::uint64_t otherwise);
// Uniform in [from, to].
std::int64_t pick(Random& random, std::int64_t from, std::int64_t to);

// Zones with odd rules: changes at midnight, of half an hour, for good, in Ramadan, of two hours,
// over the date line, with a skipped day, at 00:01 back into the day before.
const std::vector<std::string>& odd_zones();

// Minutes of "HH:MM".
ShiftSpec shift(const char* start, const char* end);
CalendarSpec spec_in(const std::string& zone);
// Monday to Friday.
CalendarSpec office(const std::string& zone, const char* start, const char* end);
// Every day of the week.
CalendarSpec daily(const std::string& zone, const char* start, const char* end);
Calendar compile(const CalendarSpec& spec);

// Shifts that overlap, touch, cross midnight; breaks; holidays, yearly ones and special days within
// a month of `around`. Always opens.
CalendarSpec random_spec(Random& random, const std::string& zone, CivilDay around);

// UTC.
TimeMs utc(int year, unsigned month, unsigned day, int hour = 0, int minute = 0, int second = 0,
           int ms = 0);

}  // namespace vencer::test
