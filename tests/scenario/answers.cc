#include "tests/scenario/answers.h"

#include <absl/time/civil_time.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "net/client/key.h"

namespace vencer::scenario {
namespace {

template <typename T>
T answered(Result<T> reply) {
  if (!reply) throw std::runtime_error(reply.error().message);
  return std::move(*reply);
}

std::string word_of(const std::string& text, const Wording& wording) {
  const auto word = wording.words.find(text);
  return word == wording.words.end() ? text : word->second;
}

std::string value_word(AttributeId attribute, Value value, const Wording& wording) {
  return value == 0 ? "-" : word_of(wording.names.value_text(attribute, value), wording);
}

Line row_line(const ClockRow& row, const Wording& wording) {
  Line line;
  line.head = word_of(key_text(row.key), wording);
  line.fields.emplace_back("clock", wording.names.clock_name(row.clock));
  line.fields.emplace_back("due", wording.local.text(row.due));
  line.fields.emplace_back("light", std::string(to_string(row.light)));
  line.fields.emplace_back("status", wording.names.status_name(row.status));
  line.fields.emplace_back("elapsed", span_text(row.elapsed_ms));
  for (const AttributeValue& value : row.attributes) {
    line.fields.emplace_back(fmt::format(".{}", wording.names.attribute_name(value.attribute)),
                             value_word(value.attribute, value.value, wording));
  }
  return line;
}

std::vector<Line> row_lines(const DueRows& reply, const Wording& wording) {
  std::vector<Line> lines;
  for (const ClockRow& row : reply.rows) lines.push_back(row_line(row, wording));
  return lines;
}

}  // namespace

std::vector<Line> due_rows(Story& story, const NextDueOptions& options) {
  return row_lines(answered(story.client().next_due(options)), story.wording());
}

std::vector<Line> overdue_rows(Story& story, const TicketFilter& filter) {
  return row_lines(answered(story.client().overdue(filter)), story.wording());
}

std::vector<Line> count_rows(Story& story, const std::vector<std::string>& by) {
  const CountsReply reply = answered(story.client().counts(by));
  const Wording wording = story.wording();
  std::vector<Line> lines;
  for (const CountsRow& row : reply.rows) {
    Line& line = lines.emplace_back();
    line.head = "tickets";
    for (std::size_t i = 0; i < reply.by.size(); ++i) {
      line.fields.emplace_back(wording.names.attribute_name(reply.by[i]),
                               value_word(reply.by[i], row.values[i], wording));
    }
    for (const Light light : {Light::none, Light::green, Light::amber, Light::red}) {
      line.fields.emplace_back(std::string(to_string(light)),
                               std::to_string(row.lights[static_cast<std::size_t>(light)]));
    }
  }
  return lines;
}

std::vector<Line> attainment_rows(Story& story, const AttainmentOptions& options) {
  const AttainmentReply reply = answered(story.client().attainment(options));
  const Wording wording = story.wording();
  std::vector<Line> lines;
  for (const AttainmentRow& row : reply.rows) {
    Line& line = lines.emplace_back();
    line.head = wording.names.clock_name(row.clock);
    const auto add = [&](std::string name, std::string value) {
      line.fields.emplace_back(std::move(name), std::move(value));
    };
    if (reply.by_day) add("day", absl::FormatCivilTime(absl::CivilDay(1970, 1, 1) + row.day));
    if (reply.by != kNoId8) {
      add(wording.names.attribute_name(reply.by), value_word(reply.by, row.value, wording));
    }
    add("met", std::to_string(row.met));
    add("missed", std::to_string(row.missed));
    add("p50", span_text(row.p50_ms));
  }
  return lines;
}

std::uint64_t forecast_at(Story& story, std::string_view time) {
  const ForecastReply reply = answered(story.client().forecast());
  const auto span = (story.time(time) - reply.begin) / reply.span_ms;
  if (span < 0) throw std::invalid_argument("a forecast is of times to come");
  return reply.dues.at(static_cast<std::size_t>(span));
}

void expect_rows(Story& story, const std::vector<Line>& came, const Story::Lines& lines,
                 std::source_location where) {
  std::string all;
  for (const Line& line : came) all += "  " + line.text() + "\n";
  if (came.size() != lines.size()) {
    ADD_FAILURE_AT(where.file_name(), static_cast<int>(where.line()))
        << came.size() << " rows came, not " << lines.size() << ":\n"
        << all;
  }
  for (std::size_t i = 0; i < std::min(came.size(), lines.size()); ++i) {
    story.expect_line(came[i], lines[i], where);
  }
}

}  // namespace vencer::scenario
