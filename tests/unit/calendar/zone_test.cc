// load_zone against the library it reads from, at random instants and around every transition.
#include "engine/config/zone.h"

#include <absl/time/time.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/core/limits.h"
#include "tests/unit/calendar/test_calendars.h"

namespace vencer::test {
namespace {

std::int32_t offset_s(const ZoneSpec& zone, std::int64_t at_s) {
  const auto after =
      std::upper_bound(zone.transitions.begin(), zone.transitions.end(), at_s,
                       [](std::int64_t at, const ZoneTransition& each) { return at < each.at_s; });
  return after == zone.transitions.begin() ? zone.initial_offset_s : std::prev(after)->offset_s;
}

TEST(Zone, HasTheOffsetOfTheDatabaseFrom1970To2400) {
  Random random(seed(21));
  const std::int64_t end_s = limits::time_max_ms / limits::kSecond;
  for (const std::string& name : odd_zones()) {
    SCOPED_TRACE(name);
    const Result<ZoneSpec> zone = load_zone(name);
    ASSERT_TRUE(zone.ok()) << zone.error().message;
    EXPECT_EQ(zone->name, name);
    absl::TimeZone expected;
    ASSERT_TRUE(absl::LoadTimeZone(name, &expected));
    const auto check = [&](std::int64_t at_s) {
      ASSERT_EQ(offset_s(*zone, at_s), expected.At(absl::FromUnixSeconds(at_s)).offset) << at_s;
    };
    for (const ZoneTransition& each : zone->transitions) {
      check(each.at_s - 1);
      check(each.at_s);
    }
    for (int i = 0; i < 5'000; ++i) check(pick(random, 0, end_s));
    // The last years, where the library's list of transitions may end before the rule does.
    for (int day = 0; day < 8 * 366; ++day) check(end_s - day * 86'400);
  }
}

TEST(Zone, ListsEachChangeOfOffsetOnce) {
  for (const std::string& name : odd_zones()) {
    SCOPED_TRACE(name);
    const ZoneSpec zone = spec_in(name).zone;
    std::int32_t offset = zone.initial_offset_s;
    std::int64_t at = INT64_MIN;
    for (const ZoneTransition& each : zone.transitions) {
      ASSERT_GT(each.at_s, at);
      ASSERT_NE(each.offset_s, offset);
      at = each.at_s;
      offset = each.offset_s;
    }
    EXPECT_LE(at, limits::time_max_ms / limits::kSecond);
  }
}

TEST(Zone, RulesThatRepeatReachTheEnd) {
  const ZoneSpec madrid = spec_in("Europe/Madrid").zone;
  ASSERT_FALSE(madrid.transitions.empty());
  EXPECT_EQ(madrid.transitions.back().at_s * limits::kSecond, utc(2399, 10, 31, 1));
  EXPECT_TRUE(spec_in("UTC").zone.transitions.empty());
}

TEST(Zone, RefusesWhatIsNoNameOfTheDatabase) {
  for (const char* name :
       {"", "America/Santiag", "america/santiago", "localtime", "posixrules", "right/UTC",
        "posix/UTC", "/etc/localtime", "../zoneinfo/UTC", "America/../UTC", "Fixed/UTC+05:00:00",
        "libc:UTC", "zone.tab", "America", "UTC+3"}) {
    const Result<ZoneSpec> zone = load_zone(name);
    ASSERT_FALSE(zone.ok()) << name;
    EXPECT_EQ(zone.error().code, Errc::invalid_document);
    EXPECT_EQ(zone.error().message, "unknown time zone '" + std::string(name) +
                                        "'; it must be a name of the IANA database, as "
                                        "\"America/Santiago\"");
  }
}

TEST(Zone, KnowsNamesWithSignsAndDigits) {
  for (const char* name : {"Etc/GMT+12", "Etc/GMT-14", "EST5EDT", "America/Port-au-Prince",
                           "America/Argentina/Buenos_Aires", "UTC", "GMT0"}) {
    EXPECT_TRUE(load_zone(name).ok()) << name;
  }
  EXPECT_EQ(spec_in("Etc/GMT-14").zone.initial_offset_s, 14 * 3600);
}

TEST(Zone, VersionIsAYearAndALetterOrUnknown) {
  const std::string version = tzdata_version();
  if (version == "unknown") return;
  ASSERT_EQ(version.size(), 5u) << version;
  EXPECT_GE(version.substr(0, 4), "2020");
  EXPECT_TRUE(version.back() >= 'a' && version.back() <= 'z') << version;
}

}  // namespace
}  // namespace vencer::test
