#include "tools/vectors/run_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tools/vectors/sections.h"

namespace vencer::vectors {
namespace {

using nlohmann::json;

constexpr std::int64_t kFormat = 1;
// What stands beside the sections.
constexpr std::array<std::string_view, 4> kHeadings = {"format", "unit", "tzdata", "made_by"};

void print_indented(const std::string& text) {
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    fmt::print("    {}\n", text.substr(begin, end - begin));
    begin = end + 1;
  }
}

// What a person calls the case, as far as it says.
std::string label(const json& test, std::size_t index, const char* field) {
  const auto found = test.is_object() ? test.find(field) : test.end();
  if (found != test.end() && found->is_string()) return found->get<std::string>();
  return field == std::string_view("id") ? fmt::format("case {}", index) : "";
}

std::string run_case(RunCase run, const json& test, const Calendars& calendars) {
  try {
    Fields fields(test);
    fields.ignore("id");
    fields.ignore("note");
    fields.ignore("choice");
    const std::string difference = run(fields, calendars);
    fields.expect_no_others();
    return difference;
  } catch (const FieldError& error) {
    return error.what();
  }
}

void run_section(const std::string& path, const std::string& section, const json& tests,
                 const Calendars& calendars, Tally& tally) {
  const RunCase run = find_section(section);
  if (run == nullptr) {
    if (tests.empty()) return;
    fmt::print("{}: {} skipped (not supported yet)\n", section, tests.size());
    tally.skipped += static_cast<int>(tests.size());
    return;
  }
  for (std::size_t i = 0; i < tests.size(); ++i) {
    std::string difference;
    try {
      difference = run_case(run, tests[i], calendars);
    } catch (const NotSupported& reason) {
      fmt::print("{} {}: skipped ({})\n", section, label(tests[i], i, "id"), reason.what());
      ++tally.skipped;
      continue;
    }
    if (difference.empty()) {
      ++tally.passed;
      continue;
    }
    ++tally.failed;
    const std::string note = label(tests[i], i, "note");
    fmt::print("FAILED {}: {} {}{}{}\n", path, section, label(tests[i], i, "id"),
               note.empty() ? "" : ": ", note);
    print_indented(difference);
  }
}

void run_document(const std::string& path, const json& document, Tally& tally) {
  Fields top(document);
  for (const std::string_view heading : kHeadings) top.ignore(std::string(heading));
  if (const std::int64_t format = top.integer("format"); format != kFormat) {
    throw FieldError(fmt::format("is of format {}, this program knows {}", format, kFormat));
  }
  const Calendars calendars(top.any("calendars"));
  for (const auto& [name, value] : document.items()) {
    if (!is_section(name)) continue;
    if (!top.any(name).is_array()) throw FieldError("section '" + name + "' must be a list");
  }
  top.expect_no_others();
  for (const std::string& problem : calendars.problems()) {
    ++tally.failed;
    fmt::print("FAILED {}: calendar {}\n", path, problem);
  }
  for (const auto& [name, value] : document.items()) {
    if (is_section(name)) run_section(path, name, value, calendars, tally);
  }
}

}  // namespace

Status run_file(const std::string& path, Tally& tally) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{Errc::invalid_document, path + ": cannot be opened"};
  try {
    run_document(path, json::parse(file), tally);
  } catch (const json::exception& error) {
    return Error{Errc::invalid_document, path + ": is not JSON: " + error.what()};
  } catch (const FieldError& error) {
    return Error{Errc::invalid_document, path + ": " + error.what()};
  }
  return ok_status();
}

}  // namespace vencer::vectors
