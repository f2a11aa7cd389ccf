// What is expected in a story.
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "tests/scenario/story.h"

namespace vencer::scenario {
namespace {

void check_types(const std::vector<std::string>& types) {
  for (const std::string& type : types) {
    bool known = false;
    for (int number = 1; number < kEventTypes; ++number) {
      known = known || to_string(static_cast<EventType>(number)) == type;
    }
    if (!known) throw std::invalid_argument("there are no events '" + type + "'");
  }
}

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// "" or what is wrong with the first one that does not fit.
std::string compare(const std::vector<Line>& came, const std::vector<Line>& patterns) {
  for (std::size_t i = 0; i < std::max(came.size(), patterns.size()); ++i) {
    if (i >= patterns.size()) return fmt::format("event {} was not expected", i + 1);
    if (i >= came.size()) return fmt::format("event {} did not come", i + 1);
    if (std::string wrong = misfit(came[i], patterns[i]); !wrong.empty()) {
      return fmt::format("event {}: {}", i + 1, wrong);
    }
  }
  return "";
}

std::string numbered(const std::vector<Line>& lines) {
  std::string text = lines.empty() ? "    nothing\n" : "";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += fmt::format("  {:2} {}\n", i + 1, lines[i].text());
  }
  return text;
}

}  // namespace

bool Story::is_told_of(const SeenEvent& event, const std::vector<std::string>& types) const {
  const std::string* clock = event.line.field("clock");
  if (clock != nullptr && !only_clocks_.empty() && !contains(only_clocks_, *clock)) return false;
  return contains(types, event.line.type());
}

void Story::expect(const Lines& lines, Where where) {
  std::vector<Line> patterns, came;
  std::vector<std::string> types;
  for (const std::string& line : lines) {
    patterns.push_back(parse_line(line));
    types.emplace_back(patterns.back().type());
  }
  check_types(types);
  if (types.empty()) throw std::invalid_argument("expect() without events: use expect_no()");
  for (; expected_ < events_.size(); ++expected_) {
    if (is_told_of(events_[expected_], types)) came.push_back(events_[expected_].line);
  }
  expected_after_crash_ = expected_after_crash_ || crashes_ > 0;
  const std::string wrong = compare(came, patterns);
  if (wrong.empty()) return;
  fail(wrong + "\nexpected:\n" + numbered(patterns) + "came, of these types:\n" + numbered(came),
       where);
}

void Story::expect_no(const std::vector<std::string>& types, Where where) {
  check_types(types);
  for (std::size_t i = expected_; i < events_.size(); ++i) {
    if (is_told_of(events_[i], types)) {
      return fail("came, and should not: " + events_[i].line.text(), where);
    }
  }
}

Line Story::line_of_ticket(const std::string& key) {
  const Result<Ticket> ticket = client_->get(key);
  if (ticket) return ticket_line(key, *ticket, wording());
  return {key + " " + std::string(to_string(ticket.error().code)), {}};
}

void Story::expect_ticket(std::string_view line, Where where) {
  const Line pattern = parse_line(line);
  const std::string key = pattern.head.substr(0, pattern.head.find(' '));
  expect_line(line_of_ticket(key), line, where);
}

void Story::expect_line(const Line& came, std::string_view line, Where where) {
  note("? " + came.text());
  expected_after_crash_ = expected_after_crash_ || crashes_ > 0;
  const std::string wrong = misfit(came, parse_line(line));
  if (wrong.empty()) return;
  fail(wrong + "\nexpected:\n  " + std::string(line) + "\ncame:\n  " + came.text(), where);
}

}  // namespace vencer::scenario
