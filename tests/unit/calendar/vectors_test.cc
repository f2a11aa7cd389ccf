// The shared vectors, sections `add` and `between`, where they are at hand. `vencer-vectors` runs
// the same files with better messages; here they guard the calendar wherever its tests run.
#include <gtest/gtest.h>
#include <vencer_paths.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/unit/calendar/test_calendars.h"

namespace vencer::test {
namespace {

using nlohmann::json;

CivilDay day_of(const std::string& date) {
  return civil_day(std::stoi(date.substr(0, 4)),
                   static_cast<unsigned>(std::stoi(date.substr(5, 2))),
                   static_cast<unsigned>(std::stoi(date.substr(8))));
}

std::vector<ShiftSpec> shifts_of(const json& list) {
  std::vector<ShiftSpec> shifts;
  for (const json& each : list) {
    shifts.push_back(shift(each[0].get<std::string>().c_str(), each[1].get<std::string>().c_str()));
  }
  return shifts;
}

Calendar calendar_of(const json& value) {
  if (value.value("always", false)) return Calendar::always_open();
  CalendarSpec spec = spec_in(value.at("tz").get<std::string>());
  const char* weekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  for (int day = 0; day < 7; ++day) {
    spec.weekly[day] = shifts_of(value.at("weekly").value(weekdays[day], json::array()));
  }
  for (const json& each : value.value("holidays", json::array())) {
    if (each.contains("yearly")) {
      const auto text = each.at("yearly").get<std::string>();
      spec.yearly_holidays.push_back({static_cast<std::uint8_t>(std::stoi(text.substr(0, 2))),
                                      static_cast<std::uint8_t>(std::stoi(text.substr(3)))});
      continue;
    }
    const bool range = each.contains("from");
    const CivilDay last = day_of(each.at(range ? "to" : "date").get<std::string>());
    for (CivilDay day = day_of(each.at(range ? "from" : "date").get<std::string>()); day <= last;
         ++day) {
      spec.holidays.push_back(day);
    }
  }
  const json special = value.value("special", json::object());
  for (const auto& [date, hours] : special.items()) {
    spec.special.push_back({day_of(date), shifts_of(hours)});
  }
  return compile(spec);
}

void run(const std::string& name) {
  const std::filesystem::path path =
      std::filesystem::path(VENCER_SOURCE_DIR) / ".." / "shared" / "vectors" / name;
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not here";
  std::ifstream file(path);
  const json document = json::parse(file);
  std::map<std::string, Calendar> calendars;
  for (const auto& [calendar, value] : document.at("calendars").items()) {
    calendars.emplace(calendar, calendar_of(value));
  }
  ASSERT_FALSE(document.at("add").empty());
  for (const json& test : document.at("add")) {
    EXPECT_EQ(calendars.at(test.at("calendar")).add(test.at("start"), test.at("target_ms")),
              test.at("expect").get<TimeMs>())
        << test.dump();
  }
  ASSERT_FALSE(document.at("between").empty());
  for (const json& test : document.at("between")) {
    EXPECT_EQ(calendars.at(test.at("calendar")).between(test.at("from"), test.at("to")),
              test.at("expect_ms").get<DurationMs>())
        << test.dump();
  }
}

TEST(CalendarVectors, Semantics) {
  run("semantics.json");
}
TEST(CalendarVectors, Random) {
  run("calendar-random.json");
}

}  // namespace
}  // namespace vencer::test
