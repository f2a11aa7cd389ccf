#include "tools/vencer/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "tools/vencer/times.h"
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

template <typename Value>
std::string json_of(const Value& value) {
  JsonWriter json;
  json.value(value);
  return json.text();
}

std::string object_of(const Row& row) {
  std::string text;
  for (const Field& field : row) {
    if ((field.where & Field::in_json) == 0 || field.json.empty()) continue;
    if (!text.empty()) text += ',';
    text += fmt::format("{}:{}", json_of(std::string_view(field.name)), field.json);
  }
  return text;
}

std::string csv_of(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted(1, '"');
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  quoted += '"';
  return quoted;
}

// Columns, not bytes: the words are Spanish.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

}  // namespace

Field text_field(std::string_view name, std::string_view text) {
  return {std::string(name), std::string(text), text.empty() ? "" : json_of(text)};
}

void add_value(Row& row, std::string_view name, std::string_view value) {
  if (!value.empty()) return row.push_back(text_field(name, value));
  row.push_back({std::string(name), "-", "", Field::in_table});
  row.push_back({std::string(name), "", "", Field::in_csv});
}

Field number_field(std::string_view name, std::uint64_t number) {
  return {std::string(name), fmt::format("{}", number), fmt::format("{}", number)};
}

Field flag_field(std::string_view name, bool flag) {
  return {std::string(name), flag ? "yes" : "", json_of(flag)};
}

void add_duration(Row& row, std::string_view name, DurationMs duration) {
  row.push_back({std::string(name), duration_text(duration), "", Field::in_table});
  row.push_back({fmt::format("{}_ms", name), fmt::format("{}", duration),
                 fmt::format("{}", duration), Field::in_csv | Field::in_json});
}

void add_time(Row& row, std::string_view name, TimeMs time) {
  const bool never = time == kNever;
  row.push_back(text_field(name, never ? "" : time_text(time)));
  row.push_back(
      {fmt::format("{}_ms", name), "", never ? "" : fmt::format("{}", time), Field::in_json});
}

void add_attributes(Row& row, const Names& names, std::span<const AttributeValue> attributes) {
  JsonWriter json;
  json.begin_object();
  std::string all;
  std::vector<Field> columns;
  for (std::size_t i = 0; i < names.attributes.size(); ++i) {
    if (names.attributes[i].retired) continue;
    columns.push_back({names.attributes[i].name, "", "", Field::in_csv});
    for (const AttributeValue& attribute : attributes) {
      if (attribute.attribute != i) continue;
      columns.back().text = names.value_text(attribute.attribute, attribute.value);
      all +=
          fmt::format("{}{}={}", all.empty() ? "" : " ", columns.back().name, columns.back().text);
      json.key(columns.back().name);
      if (names.attributes[i].open) {
        json.value(attribute.value);
      } else {
        json.value(columns.back().text);
      }
    }
  }
  json.end_object();
  row.push_back({"attributes", all, json.text(), Field::in_table | Field::in_json});
  row.insert(row.end(), columns.begin(), columns.end());
}

void add_as_of(Row& row, const AsOf& as_of) {
  add_time(row, "now", as_of.now);
  row.push_back(number_field("epoch", as_of.epoch));
  row.push_back(number_field("event_sequence", as_of.event_sequence));
}

std::string as_of_text(const AsOf& as_of) {
  return fmt::format("as of {}, event {}", time_text(as_of.now), as_of.event_sequence);
}

void Rows::add(const Row& row) {
  switch (output_) {
    case Output::jsonl:
      put_line(fmt::format("{{{}}}", object_of(row)));
      break;
    case Output::json:
      json_ += fmt::format("{}{{{}}}", first_ ? "" : ",", object_of(row));
      break;
    case Output::csv:
      if (first_) print_csv(row, true);
      print_csv(row, false);
      break;
    case Output::table: {
      std::vector<std::string> header, cells;
      for (const Field& field : row) {
        if ((field.where & Field::in_table) == 0) continue;
        header.push_back(field.name);
        cells.push_back(field.text);
      }
      if (first_) table_.push_back(std::move(header));
      table_.push_back(std::move(cells));
    }
  }
  first_ = false;
}

void Rows::print_csv(const Row& row, bool header) {
  std::string line;
  bool first = true;
  for (const Field& field : row) {
    if ((field.where & Field::in_csv) == 0) continue;
    if (!first) line += ',';
    first = false;
    line += csv_of(header ? field.name : field.text);
  }
  put_line(line);
}

void Rows::print_table() const {
  std::vector<std::size_t> widths;
  for (const auto& cells : table_) {
    widths.resize(std::max(widths.size(), cells.size()));
    for (std::size_t i = 0; i < cells.size(); ++i) {
      widths[i] = std::max(widths[i], width_of(cells[i]));
    }
  }
  for (const auto& cells : table_) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      line += cells[i];
      if (i + 1 < cells.size()) line.append(widths[i] - width_of(cells[i]) + 2, ' ');
    }
    put_line(line);
  }
}

void Rows::finish(const Row& summary, std::string_view note) {
  if (output_ == Output::json) {
    const std::string rest = object_of(summary);
    put_line(fmt::format("{{\"rows\":[{}]{}{}}}", json_, rest.empty() ? "" : ",", rest));
  } else if (output_ == Output::table) {
    print_table();
    put_line(note);
  }
}

std::vector<std::string> word_list(const Invocation& call, const std::string& option) {
  std::vector<std::string> words;
  if (!call.given(option)) return words;
  const std::string text = call.text(option);
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

}  // namespace vencer::cli
