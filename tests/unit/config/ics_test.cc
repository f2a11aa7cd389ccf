// Every file in tests/corpus/ics says what must come of it:
//
//   X-SPAN:2026-01-01 2027-12-31     asked for; then
//   X-DAYS:2026-01-01 2026-09-18     the holidays, over several such lines; or
//   X-EXPECT:LINE: fragment          of the error
#include "engine/config/ics.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/config/civil_words.h"
#include "tests/unit/config/support.h"

namespace vencer::config_test {
namespace {

// What stands behind the lines that begin with `name`, blanks between them.
std::string values(const std::string& text, const std::string& name) {
  std::string found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(name + ":")) found += line.substr(name.size() + 1) + " ";
  }
  return found;
}

std::vector<CivilDay> dates(const std::string& text) {
  std::vector<CivilDay> days;
  std::istringstream words(text);
  for (std::string word; words >> word;) days.push_back(config::parse_date(word).value());
  return days;
}

std::vector<std::string> corpus() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(source("tests/corpus/ics"))) {
    if (entry.path().extension() == ".ics") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string with_crlf(const std::string& text) {
  std::string result;
  for (const char c : text) result += c == '\n' ? std::string("\r\n") : std::string(1, c);
  return result;
}

void check(const std::string& text, const std::string& told) {
  const std::string expected = values(told, "X-EXPECT");
  const std::vector<CivilDay> span =
      dates(expected.empty() ? values(told, "X-SPAN") : "1970-01-01 2399-12-31");
  ASSERT_EQ(span.size(), 2u);
  const auto days = config::read_ics_holidays(text, "file", span[0], span[1]);
  if (expected.empty()) {
    ASSERT_TRUE(days.ok()) << days.error().message;
    EXPECT_EQ(*days, dates(values(told, "X-DAYS")));
    return;
  }
  ASSERT_FALSE(days.ok());
  EXPECT_EQ(days.error().code, Errc::invalid_document);
  const std::size_t colon = expected.find(':');
  EXPECT_TRUE(days.error().message.starts_with("file:" + expected.substr(0, colon) + ": "))
      << days.error().message;
  const std::string fragment = expected.substr(colon + 2, expected.size() - colon - 3);
  EXPECT_NE(days.error().message.find(fragment), std::string::npos) << days.error().message;
}

class Ics : public testing::TestWithParam<std::string> {};

TEST_P(Ics, GivesWhatItSays) {
  const std::string text = read_file(source("tests/corpus/ics/" + GetParam() + ".ics"));
  ASSERT_EQ(GetParam().starts_with("bad_"), !values(text, "X-EXPECT").empty());
  check(text, text);
  check(with_crlf(text), text);
}

INSTANTIATE_TEST_SUITE_P(Files, Ics, testing::ValuesIn(corpus()),
                         [](const auto& parameter) { return parameter.param; });

// Whatever is cut off or overwritten: an answer, and none of days outside the span.
TEST(IcsHostile, EveryPrefixAndEveryChangedByteIsAnswered) {
  for (const char* name : {"rules", "folded", "moved"}) {
    const std::string text = read_file(source(std::string("tests/corpus/ics/") + name + ".ics"));
    for (std::size_t at = 0; at < text.size(); ++at) {
      std::string changed = text;
      changed[at] = "\0:;=,9\n-"[at % 8];
      for (const std::string& each : {text.substr(0, at), changed}) {
        const auto days = config::read_ics_holidays(each, "file", 20'000, 21'000);
        if (days) {
          EXPECT_TRUE(std::is_sorted(days->begin(), days->end()));
          EXPECT_TRUE(days->empty() || (days->front() >= 20'000 && days->back() <= 21'000));
        } else {
          EXPECT_TRUE(days.error().message.starts_with("file:")) << days.error().message;
        }
      }
    }
  }
}

TEST(IcsCorpus, HasNotMoreThanSoManyEvents) {
  std::string text = "BEGIN:VCALENDAR\n";
  for (std::size_t i = 0; i < config::ics_events_max; ++i) {
    text += "BEGIN:VEVENT\nDTSTART:20260918\nEND:VEVENT\n";
  }
  const std::string end = "END:VCALENDAR\n";
  EXPECT_TRUE(config::read_ics_holidays(text + end, "file", 0, 100'000).ok());
  text += "BEGIN:VEVENT\nDTSTART:20260918\nEND:VEVENT\n";
  const auto days = config::read_ics_holidays(text + end, "file", 0, 100'000);
  ASSERT_FALSE(days.ok());
  EXPECT_EQ(days.error().message, "file:15002: more than 5000 events");
}

TEST(IcsCorpus, HasAFileForEachRule) {
  EXPECT_GE(corpus().size(), 40u);
}

}  // namespace
}  // namespace vencer::config_test
