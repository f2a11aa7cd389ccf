// Node: a parsed document, free of the TOML library: tables in the order of the text, every key and
// value with its place.
//
// toml++ is slow to compile and throws; parse_toml() is the only place that sees it.
// Cost: O(text).  Thread: any.  Errors: only the first mistake of syntax; nesting deeper than
// nesting_max is refused before parsing (tables are walked and destroyed recursively).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace vencer::config {

// Line and column from 1, the column in characters. {0, 0}: no place of its own.
struct Mark {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  auto operator<=>(const Mark&) const = default;
};

enum class NodeKind : std::uint8_t {
  table,
  array,
  string,
  integer,
  real,
  boolean,
  date,
  time,
  date_time
};

struct Member;

struct Node {
  NodeKind kind = NodeKind::table;
  Mark at;
  std::string text;  // string: its content; other scalars: as a person would write them
  // integer: itself; date_time: ms since 1970-01-01 00:00, in UTC if it names an offset, else local
  std::int64_t integer = 0;
  bool boolean = false;         // boolean: itself; date_time: it names an offset
  std::vector<Member> members;  // table, in the order of the text
  std::vector<Node> items;      // array
};

struct Member {
  std::string key;
  Mark at;
  Node value;
};

struct SyntaxError {
  Mark at;
  std::string what;
};

inline constexpr std::size_t nesting_max = 32;  // brackets within brackets; parts of a dotted key

std::variant<Node, SyntaxError> parse_toml(std::string_view text);

}  // namespace vencer::config
