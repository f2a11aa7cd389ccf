// Documents with files in them: what a calendar's `holidays_ics` comes to, and how a program puts
// the texts there.
#include "engine/config/files.h"

#include <gtest/gtest.h>

#include "engine/config/node.h"
#include "tests/unit/config/support.h"

namespace vencer::config_test {
namespace {

constexpr const char* kHead =
    "format = 1\ntenant = \"t\"\nstatus = [[\"Nuevo\", \"new\"], [\"Hecho\", \"resolved\"]]\n";

std::string calendar(const std::string& name, const std::string& rest) {
  return "[calendar." + name +
         "]\nzone = \"America/Santiago\"\nweekly = { mon-fri = [\"09:00-18:00\"] }\n" + rest;
}

const std::string kFeast =
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:\"Día\" \\, x\r\nDTSTART:20260918\r\n"
    "RRULE:FREQ=YEARLY;COUNT=2\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

TEST(Files, HolidaysOfAFileComeBesideThoseOfTheDocument) {
  const std::string document = kHead +
                               calendar("a",
                                        "holidays = [\"12-25\", 2027-09-18, 2026-01-02]\n"
                                        "holidays_ics = [\"chile.ics\"]\n") +
                               calendar("b", "holidays_ics = [\"chile.ics\"]\n") +
                               calendar("c", "");
  const Result<std::string> whole = with_file(document, "chile.ics", kFeast);
  ASSERT_TRUE(whole.ok()) << whole.error().message;
  const CompiledDocument compiled = compile_document(*whole, "file", nullptr);
  ASSERT_TRUE(compiled.errors.empty()) << joined(compiled.errors);
  const auto& calendars = compiled.spec.calendars;
  const std::vector<CivilDay> feast = {civil_day(2026, 9, 18), civil_day(2027, 9, 18)};
  EXPECT_EQ(named(calendars, "a").holidays,
            (std::vector<CivilDay>{civil_day(2026, 1, 2), feast[0], feast[1]}));
  EXPECT_EQ(named(calendars, "a").yearly_holidays.size(), 1u);
  EXPECT_EQ(named(calendars, "b").holidays, feast);
  EXPECT_TRUE(named(calendars, "c").holidays.empty());
}

TEST(Files, AnotherTextIsAnotherDocument) {
  const std::string document = kHead + calendar("a", "holidays_ics = [\"x\"]\n");
  const auto first = compile_document(*with_file(document, "x", kFeast), "file", nullptr);
  ASSERT_TRUE(first.errors.empty()) << joined(first.errors);
  const std::string other = "BEGIN:VCALENDAR\nEND:VCALENDAR\n";
  const auto second = compile_document(*with_file(document, "x", other), "file", &first.spec);
  ASSERT_TRUE(second.errors.empty()) << joined(second.errors);
  EXPECT_FALSE(second.unchanged);
  EXPECT_TRUE(named(second.spec.calendars, "a").holidays.empty());
}

TEST(Files, MissingOnesAreNamedOnceInTheOrderOfTheText) {
  const std::string document =
      kHead + calendar("b", "holidays_ics = [\"z.ics\", \"sub/a.ics\"]\n") +
      calendar("a", "holidays_ics = [\"a \\\"b\\\".ics\", \"z.ics\", 3, \"\"]\n");
  const std::vector<std::string> all = {"z.ics", "sub/a.ics", "a \"b\".ics"};
  EXPECT_EQ(missing_files(document), all);
  std::string whole = document;
  for (const std::string& name : all) {
    const std::vector<std::string> missing = missing_files(whole);
    EXPECT_EQ(missing.front(), name);
    whole = with_file(whole, name, kFeast).value();
  }
  EXPECT_TRUE(missing_files(whole).empty());
  EXPECT_TRUE(missing_files("calendar = 3").empty());
  EXPECT_TRUE(missing_files("calendar = [").empty());
  EXPECT_TRUE(missing_files(example("zen.toml")).empty());
}

TEST(Files, ATextComesBackAsItWasButForItsLineEnds) {
  const std::string text = "\n \"\"\" \\u0041 \t\x01\x7f tab, 'x' \xC3\xB1 \xF0\x9F\x8E\x89\\\n\\";
  const std::string whole = with_file("", "f", text).value();
  const auto parsed = config::parse_toml(whole);
  const auto* root = std::get_if<config::Node>(&parsed);
  ASSERT_NE(root, nullptr) << std::get<config::SyntaxError>(parsed).what;
  const config::Node& file = root->members.at(0).value.members.at(0).value;
  EXPECT_EQ(file.members.at(0).value.text, text);
  EXPECT_NE(with_file("", "f", "a\r\nb").value().find("a\nb"), std::string::npos);
}

TEST(Files, WhatIsNoTextIsRefusedWithItsLine) {
  const Result<std::string> latin = with_file("", "chile.ics",
                                              "BEGIN:VCALENDAR\nSUMMARY:D\xED"
                                              "a\n");
  ASSERT_FALSE(latin.ok());
  EXPECT_EQ(latin.error().message, "chile.ics:2: is not UTF-8");
  for (const char* cut : {"\xC3", "\xE2\x82", "\xF0\x9F\x8E", "\xFF", "\x80"}) {
    EXPECT_FALSE(with_file("", "f", cut).ok());
  }
  EXPECT_FALSE(with_file("", "a\nb", "").ok());
}

}  // namespace
}  // namespace vencer::config_test
