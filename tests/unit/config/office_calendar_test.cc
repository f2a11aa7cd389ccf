// The calendar "oficina" of zen is the calendar "cl" of the vectors, by behaviour: it answers every
// question that they ask of it.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/config/support.h"

namespace vencer::config_test {
namespace {

class Office : public testing::Test {
 protected:
  void SetUp() override {
    const auto path = source("../shared/vectors/semantics.json");
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "no vectors beside the project";
    vectors_ = nlohmann::json::parse(read_file(path));
    const CompiledDocument document = compile_document(example("zen.toml"), "zen.toml", nullptr);
    ASSERT_TRUE(document.errors.empty()) << joined(document.errors);
    spec_ = named(document.spec.calendars, "oficina");
  }

  nlohmann::json vectors_;
  CalendarSpec spec_;
};

TEST_F(Office, AnswersTheVectorsOfCalendarCl) {
  const Result<Calendar> office = Calendar::compile(spec_);
  ASSERT_TRUE(office.ok());
  int asked = 0;
  for (const auto& vector : vectors_["add"]) {
    if (vector["calendar"] != "cl") continue;
    ++asked;
    EXPECT_EQ(office.value().add(vector["start"], vector["target_ms"]), vector["expect"]) << vector;
  }
  for (const auto& vector : vectors_["between"]) {
    if (vector["calendar"] != "cl") continue;
    ++asked;
    EXPECT_EQ(office.value().between(vector["from"], vector["to"]), vector["expect_ms"]) << vector;
  }
  EXPECT_GE(asked, 8);
}

TEST_F(Office, IsClosedOnItsHolidaysAndOpenAroundThem) {
  const Result<Calendar> office = Calendar::compile(spec_);
  ASSERT_TRUE(office.ok());
  constexpr TimeMs kNoon = 15 * 3'600'000;  // in Santiago, summer and winter: 11:00 or 12:00
  const auto open = [&](int year, unsigned month, unsigned day) {
    return office.value().is_open(civil_day(year, month, day) * TimeMs{86'400'000} + kNoon);
  };
  EXPECT_FALSE(open(2026, 4, 3));
  EXPECT_FALSE(open(2026, 9, 18));
  EXPECT_FALSE(open(2026, 12, 8));
  EXPECT_FALSE(open(2026, 12, 25));
  EXPECT_FALSE(open(2031, 1, 1));
  EXPECT_TRUE(open(2026, 4, 2));
  EXPECT_TRUE(open(2026, 9, 17));
  EXPECT_TRUE(open(2027, 12, 8)) << "not a yearly holiday here";
  EXPECT_FALSE(open(2026, 4, 4)) << "Saturday";
}

}  // namespace
}  // namespace vencer::config_test
