#include "engine/config/node.h"

#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

#include "engine/config/nesting.h"
#include "engine/core/calendar_spec.h"

namespace vencer::config {
namespace {

Mark mark_of(const toml::source_region& region) {
  return {region.begin.line, region.begin.column};
}

Node convert(const toml::node& from, Mark fallback);

template <typename Scalar>
std::string written(const Scalar& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

std::int64_t instant_ms(const toml::date_time& from) {
  const std::int64_t day = civil_day(from.date.year, from.date.month, from.date.day);
  const std::int64_t minute = day * 1440 + from.time.hour * 60 + from.time.minute -
                              (from.offset ? from.offset->minutes : 0);
  return minute * 60'000 + from.time.second * 1000 + from.time.nanosecond / 1'000'000;
}

void convert_table(const toml::table& from, Node& to) {
  to.kind = NodeKind::table;
  for (const auto& [key, value] : from) {
    const Mark at = mark_of(key.source());
    to.members.push_back({std::string(key.str()), at, convert(value, at)});
  }
  std::stable_sort(to.members.begin(), to.members.end(),
                   [](const Member& a, const Member& b) { return a.at < b.at; });
}

void convert_scalar(const toml::node& from, Node& to) {
  if (const auto* string = from.as_string()) {
    to.kind = NodeKind::string;
    to.text = string->get();
  } else if (const auto* integer = from.as_integer()) {
    to.kind = NodeKind::integer;
    to.integer = integer->get();
    to.text = std::to_string(to.integer);
  } else if (const auto* boolean = from.as_boolean()) {
    to.kind = NodeKind::boolean;
    to.boolean = boolean->get();
    to.text = to.boolean ? "true" : "false";
  } else if (const auto* real = from.as_floating_point()) {
    to.kind = NodeKind::real;
    to.text = written(real->get());
  } else if (const auto* date = from.as_date()) {
    to.kind = NodeKind::date;
    to.text = written(date->get());
  } else if (const auto* time = from.as_time()) {
    to.kind = NodeKind::time;
    to.text = written(time->get());
  } else if (const auto* instant = from.as_date_time()) {
    to.kind = NodeKind::date_time;
    to.text = written(instant->get());
    to.integer = instant_ms(instant->get());
    to.boolean = instant->get().offset.has_value();
  }
}

// Tables that only a dotted key or a longer header made have no place of their own: their key's.
Node convert(const toml::node& from, Mark fallback) {
  Node to;
  to.at = mark_of(from.source());
  if (to.at.line == 0) to.at = fallback;
  if (const auto* table = from.as_table()) {
    convert_table(*table, to);
  } else if (const auto* array = from.as_array()) {
    to.kind = NodeKind::array;
    for (const toml::node& item : *array) to.items.push_back(convert(item, to.at));
  } else {
    convert_scalar(from, to);
  }
  return to;
}

}  // namespace

std::variant<Node, SyntaxError> parse_toml(std::string_view text) {
  if (const auto place = too_deep(text, nesting_max)) {
    return SyntaxError{*place, "nested deeper than " + std::to_string(nesting_max) + " levels"};
  }
  try {
    const toml::table root = toml::parse(text, std::string_view("document"));
    return convert(root, {1, 1});
  } catch (const toml::parse_error& error) {
    return SyntaxError{mark_of(error.source()), std::string(error.description())};
  } catch (const std::exception& error) {
    return SyntaxError{{1, 1}, error.what()};
  }
}

}  // namespace vencer::config
