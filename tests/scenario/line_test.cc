// Goal: a pattern that does not fit is told so; a checker that takes anything checks nothing.
#include "tests/scenario/line.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace vencer::scenario {
namespace {

const Line kCame = parse_line(
    "breached T-1 clock=first_response due=2026-06-01 10:00 light=red .plan=Soporte + Cloud");

TEST(Line, FieldsGoOnUntilTheNextName) {
  EXPECT_EQ(kCame.head, "breached T-1");
  EXPECT_EQ(kCame.type(), "breached");
  EXPECT_EQ(*kCame.field("due"), "2026-06-01 10:00");
  EXPECT_EQ(*kCame.field(".plan"), "Soporte + Cloud");
  EXPECT_EQ(parse_line(kCame.text()).text(), kCame.text());
}

TEST(Line, WhatFits) {
  for (const char* pattern :
       {"breached T-1", "breached T-1 due=10:00", "breached T-1 due=2026-06-01 10:00 light=red",
        "breached T-1 .plan=Soporte + Cloud clock=first_response", "breached T-1 level=-"}) {
    EXPECT_EQ(misfit(kCame, parse_line(pattern)), "") << pattern;
  }
}

TEST(Line, WhatDoesNot) {
  for (const char* pattern :
       {"warning T-1", "breached T-2", "breached", "breached T-1 due=10:00:00.001",
        "breached T-1 due=0:00", "breached T-1 due=2026-06-02 10:00", "breached T-1 light=-",
        "breached T-1 level=Nivel 1", "breached T-1 .plan=Soporte"}) {
    EXPECT_NE(misfit(kCame, parse_line(pattern)), "") << pattern;
  }
}

TEST(Line, ListsAreWhatTheirReaderLooksFor) {
  const Names names;
  const LocalTime utc("UTC");
  Line line;
  add_json(line, nlohmann::ordered_json::parse(R"({"recipient": {"name": "todos", "routes": [
      {"to": "77", "via": "correo"}, {"to": "", "via": "correo"}, {"to": "turno"}]},
      "rows": [{"ticket": "T-2", "light": "red"}, {"ticket": "T-1"}]})"),
           {names, utc, {{"77", "ana"}}});
  EXPECT_EQ(line.text(), " recipient=todos routes=ana (correo), turno rows=T-2, T-1");
}

TEST(LocalTime, OnTheWallOfTheDesk) {
  const LocalTime santiago("America/Santiago");
  const TimeMs nine = santiago.parse("2026-06-01 09:00", 0);
  EXPECT_EQ(nine, 1'780'318'800'000);
  EXPECT_EQ(santiago.parse("09:00:00.001", nine), nine + 1);
  EXPECT_EQ(santiago.text(nine), "2026-06-01 09:00");
  EXPECT_EQ(santiago.text(nine + 1), "2026-06-01 09:00:00.001");
  EXPECT_EQ(santiago.text(nine + 5'000), "2026-06-01 09:00:05");
  // The night of 2026-04-04 has its last hour twice, that of 2026-09-05 lacks the first of the 6th.
  const TimeMs once = santiago.parse("2026-04-04 23:30", 0);
  EXPECT_EQ(santiago.parse("2026-04-04 23:30 again", 0) - once, 3'600'000);
  EXPECT_THROW((void)santiago.parse("2026-09-06 00:30", 0), std::invalid_argument);
  for (const char* text : {"", "9", "2026-06-01", "2026-06-31 09:00", "2026-06-01 24:00", "09:00x",
                           "09:00:", "soon"}) {
    EXPECT_THROW((void)santiago.parse(text, nine), std::invalid_argument) << text;
  }
  EXPECT_THROW(LocalTime("America/Atlantis"), std::invalid_argument);
}

TEST(LocalTime, Spans) {
  EXPECT_EQ(parse_span("7h59m"), 28'740'000);
  EXPECT_EQ(parse_span("2d"), 172'800'000);
  EXPECT_EQ(parse_span("1m250ms"), 60'250);
  EXPECT_EQ(span_text(28'740'001), "7h59m1ms");
  EXPECT_EQ(span_text(-900'000), "-15m");
  EXPECT_EQ(span_text(0), "0s");
  for (const char* text : {"", "h", "5", "5x", "1h5"}) {
    EXPECT_THROW((void)parse_span(text), std::invalid_argument) << text;
  }
}

}  // namespace
}  // namespace vencer::scenario
