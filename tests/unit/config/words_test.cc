// The small words of the format: spans of time, offsets of steps, days and openings.
#include <gtest/gtest.h>

#include "engine/config/civil_words.h"
#include "engine/config/durations.h"
#include "engine/config/ladder_steps.h"
#include "engine/config/nesting.h"
#include "engine/core/limits.h"

namespace vencer::config {
namespace {

TEST(Durations, AreReadExactly) {
  const std::pair<const char*, DurationMs> cases[] = {{"90s", 90'000},
                                                      {"30m", 1'800'000},
                                                      {"8h", 28'800'000},
                                                      {"1h30m", 5'400'000},
                                                      {"250ms", 250},
                                                      {"72h", 259'200'000},
                                                      {"0s", 0},
                                                      {"1h1m1s1ms", 3'661'001},
                                                      {"876600h", limits::target_max_ms},
                                                      {"007s", 7'000}};
  for (const auto& [text, expected] : cases) {
    const Result<DurationMs> parsed = parse_duration(text, Days::refused);
    ASSERT_TRUE(parsed.ok()) << text << ": " << parsed.error().message;
    EXPECT_EQ(*parsed, expected) << text;
  }
  EXPECT_EQ(*parse_duration("7d", Days::allowed), 7 * limits::kDay);
  EXPECT_EQ(*parse_duration("1d12h", Days::allowed), 36 * limits::kHour);
}

TEST(Durations, RefuseWhatIsNotOne) {
  for (const char* text :
       {"", "8", "h", "8 h", "8H", "1h 30m", "1.5h", "-1h", "+1h", "1m1h", "1h1h", "8hm", "1w",
        "1y", "876600h1ms", "9223372036854775807ms", "99999999999999999999s", "8h\n", "d"}) {
    EXPECT_FALSE(parse_duration(text, Days::allowed).ok()) << text;
  }
  const Result<DurationMs> days = parse_duration("2d", Days::refused);
  ASSERT_FALSE(days.ok());
  EXPECT_NE(days.error().message.find("\"48h\""), std::string::npos);
}

// Goal: what is printed can be read again. Method: a walk over spans of all sizes.
TEST(Durations, TheirTextReadsBack) {
  for (DurationMs span = 0; span < limits::target_max_ms; span = span * 3 + 1) {
    EXPECT_EQ(*parse_duration(duration_text(span), Days::refused), span) << span;
  }
}

TEST(StepOffsets, AreReadExactly) {
  EXPECT_EQ(parse_step_offset("75%")->percent_milli, 75'000u);
  EXPECT_EQ(parse_step_offset("87.5%")->percent_milli, 87'500u);
  EXPECT_EQ(parse_step_offset("0%")->percent_milli, 0u) << "at the start";
  EXPECT_EQ(parse_step_offset("0.001%")->percent_milli, 1u);
  EXPECT_EQ(parse_step_offset("99.999%")->percent_milli, 99'999u);
  EXPECT_EQ(parse_step_offset("75%")->anchor, StepAnchor::percent);
  EXPECT_EQ(parse_step_offset("-30m")->anchor, StepAnchor::before_due);
  EXPECT_EQ(parse_step_offset("-30m")->offset_ms, 1'800'000);
  EXPECT_EQ(parse_step_offset("+2h")->anchor, StepAnchor::after_due);
  EXPECT_EQ(parse_step_offset("+2h")->offset_ms, 7'200'000);
  EXPECT_EQ(parse_step_offset("due")->anchor, StepAnchor::after_due);
  EXPECT_EQ(parse_step_offset("due")->offset_ms, 0);
}

TEST(StepOffsets, RefuseWhatIsNotOne) {
  for (const char* text :
       {"", "%", "75", "75 %", ".5%", "75.%", "7.5.5%", "100%", "101%", "99999999999%", "1.2345%",
        "2h", "-", "+", "+0s", "--1h", "+1d", "Due", "-75%"}) {
    EXPECT_FALSE(parse_step_offset(text).ok()) << text;
  }
}

TEST(Weekdays, AreDaysOrRanges) {
  EXPECT_EQ(*parse_weekdays("mon"), std::vector<int>{0});
  EXPECT_EQ(*parse_weekdays("mon-fri"), (std::vector<int>{0, 1, 2, 3, 4}));
  EXPECT_EQ(*parse_weekdays("sat-mon"), (std::vector<int>{5, 6, 0}));
  EXPECT_EQ(parse_weekdays("mon-sun")->size(), 7u);
  for (const char* text : {"", "-", "mon-", "-fri", "Mon", "monday", "mon-fri-sat", "lun"}) {
    EXPECT_FALSE(parse_weekdays(text).ok()) << text;
  }
}

TEST(Shifts, AreMinutesOfTheDay) {
  const ShiftSpec day{540, 1080}, night{1320, 360}, whole{0, 1440}, late{1320, 0};
  EXPECT_EQ(*parse_shift("09:00-18:00"), day);
  EXPECT_EQ(*parse_shift("22:00-06:00"), night);
  EXPECT_EQ(*parse_shift("00:00-24:00"), whole);
  EXPECT_EQ(*parse_shift("22:00-00:00"), late);
  for (const char* text : {"", "9:00-18:00", "09:00", "09:60-18:00", "09:00-24:01", "24:00-06:00",
                           "09:00-09:00", "09:00 18:00", "09:00-18:00 ", "aa:00-18:00"}) {
    EXPECT_FALSE(parse_shift(text).ok()) << text;
  }
}

TEST(Dates, ExistInTheCalendar) {
  EXPECT_EQ(*parse_date("1970-01-01"), 0);
  EXPECT_EQ(*parse_date("2026-09-18"), civil_day(2026, 9, 18));
  EXPECT_EQ(*parse_date("2028-02-29"), civil_day(2028, 2, 29));
  EXPECT_EQ(*parse_date("2399-12-31"), civil_day(2399, 12, 31));
  for (const char* text :
       {"", "2026-02-29", "2100-02-29", "2026-04-31", "2026-13-01", "2026-00-01", "2026-01-00",
        "1969-12-31", "2400-01-01", "26-01-01", "2026/01/01", "2026-1-01", "2026-01-01T"}) {
    EXPECT_FALSE(parse_date(text).ok()) << text;
  }
  EXPECT_EQ(parse_yearly("02-29")->day, 29);
  EXPECT_FALSE(parse_yearly("02-30").ok());
  EXPECT_FALSE(parse_yearly("2-29").ok());
}

TEST(Nesting, IsFoundOutsideStringsAndCommentsOnly) {
  const std::string dots(100, '.'), brackets(100, '[');
  EXPECT_FALSE(too_deep("a = \"" + dots + brackets + "\"", 32));
  EXPECT_FALSE(too_deep("a = '" + dots + brackets + "'", 32));
  EXPECT_FALSE(too_deep("a = \"\"\"\n" + brackets + "\n\"\"\"", 32));
  EXPECT_FALSE(too_deep("# " + dots + brackets, 32));
  EXPECT_FALSE(too_deep("a = [[1.5], [2.5]]\n[b.c.d]\n", 32));
  EXPECT_TRUE(too_deep("a = \"\\\"\" # x\nb = " + brackets, 32));
  EXPECT_TRUE(too_deep("a = \"#\", " + brackets, 32));
  EXPECT_TRUE(too_deep("\"a\"" + std::string(100, '.') + " = 1", 32));
  const auto mark = too_deep("x = 1\n  y = [[[[", 3);
  ASSERT_TRUE(mark);
  EXPECT_EQ(*mark, (Mark{2, 10}));
}

}  // namespace
}  // namespace vencer::config
