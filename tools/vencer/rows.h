// Rows: a list as the output asks: a table with a header, one JSON object, JSON lines, or CSV
// (RFC 4180, a header line).
//
//   Rows rows(call.globals().output);
//   rows.add({text_field("ticket", "T-1"), number_field("open", 3)});
//   rows.finish({number_field("total", 3)}, "as of ...");
//
// All rows have the same fields. JSON lines and CSV go out row by row; the rest at finish().
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/client/client.h"
#include "tools/vencer/command.h"

namespace vencer::cli {

struct Field {
  static constexpr unsigned in_table = 1, in_csv = 2, in_json = 4, everywhere = 7;
  std::string name;
  std::string text;  // in tables and CSV
  std::string json;  // a JSON value; empty: left out
  unsigned where = everywhere;
};
using Row = std::vector<Field>;

Field text_field(std::string_view name, std::string_view text);
// An attribute's value; empty: it is not set, "-" in a table.
void add_value(Row& row, std::string_view name, std::string_view value);
Field number_field(std::string_view name, std::uint64_t number);
Field flag_field(std::string_view name, bool flag);
// "8h" in a table; milliseconds under "<name>_ms" elsewhere.
void add_duration(Row& row, std::string_view name, DurationMs duration);
// ISO-8601; in JSON also "<name>_ms". kNever: empty.
void add_time(Row& row, std::string_view name, TimeMs time);
// "plan=A team=N2" in a table, an object in JSON, a column an attribute in CSV.
void add_attributes(Row& row, const Names& names, std::span<const AttributeValue> attributes);
// now, epoch, event_sequence: as of which a JSON object is true.
void add_as_of(Row& row, const AsOf& as_of);
std::string as_of_text(const AsOf& as_of);

class Rows {
 public:
  explicit Rows(Output output) : output_(output) {}
  void add(const Row& row);
  // summary: further fields of the JSON object; note: a line below the table.
  void finish(const Row& summary, std::string_view note);

 private:
  void print_csv(const Row& row, bool header);
  void print_table() const;

  Output output_;
  bool first_ = true;
  std::string json_;
  std::vector<std::vector<std::string>> table_;  // the header first
};

// Words of a comma-separated option; none if it was not given.
std::vector<std::string> word_list(const Invocation& call, const std::string& option);

}  // namespace vencer::cli
