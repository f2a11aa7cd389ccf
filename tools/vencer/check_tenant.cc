// vencer check-tenant FILE: what a tenant document means, in plain words, without a server.
#include <fmt/format.h>

#include <chrono>
#include <filesystem>

#include "engine/config/document.h"
#include "tools/vencer/document_file.h"
#include "tools/vencer/explain.h"
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

Result<ExampleTime> example_time(const Invocation& call) {
  if (call.given("--at")) return parse_example_time(call.text("--at"));
  using std::chrono::milliseconds;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return monday_at_ten(std::chrono::duration_cast<milliseconds>(now).count());
}

void print_text(const CompiledDocument& document, const Explanation& explanation) {
  for (const ExplainedSection& section : explanation.sections) {
    print_line(fmt::format("# {}", section.title));
    for (const ExplainedEntry& entry : section.entries) {
      print_line(entry.name);
      for (const std::string& line : entry.says) print_line("  " + line);
    }
    print_line("");
  }
  print_line(fmt::format("tenant {}: is valid, {} warning(s)", document.spec.name,
                         document.warnings.size()));
}

void texts_field(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
  json.key(name).begin_array();
  for (const std::string& text : texts) json.value(text);
  json.end_array();
}

void example_object(JsonWriter& json, const DueExample& example) {
  json.begin_object().field("rule", example.rule).field("clock", example.clock);
  json.field("target", example.target).field("calendar", example.calendar);
  json.field("zone", example.zone).field_if("with", example.with);
  time_field(json, "start", example.start);
  time_field(json, "due", example.due);
  json.field_if("due_local", example.due_text).end_object();
}

void print_json(const CompiledDocument& document, const Explanation& explanation) {
  JsonWriter json;
  json.begin_object().field("tenant", document.spec.name);
  texts_field(json, "errors", document.errors);
  texts_field(json, "warnings", document.warnings);
  json.key("sections").begin_array();
  for (const ExplainedSection& section : explanation.sections) {
    json.begin_object().field("title", section.title).key("entries").begin_array();
    for (const ExplainedEntry& entry : section.entries) {
      json.begin_object().field("name", entry.name);
      texts_field(json, "says", entry.says);
      json.end_object();
    }
    json.end_array().end_object();
  }
  json.end_array().key("examples").begin_array();
  for (const DueExample& example : explanation.examples) example_object(json, example);
  json.end_array().end_object();
  print_line(json.text());
}

int run(Invocation& call) {
  const std::filesystem::path path = call.text("FILE");
  const Result<ExampleTime> at = example_time(call);
  if (!at) return call.usage("check-tenant", "--at: " + at.error().message);
  const Result<std::string> text = read_document(path);
  if (!text) return call.usage("check-tenant", text.error().message);
  const CompiledDocument document = compile_document(*text, path.filename().string(), nullptr);
  const bool table = call.globals().output == Output::table;
  if (table) {
    for (const std::string& error : document.errors) {
      std::fprintf(stderr, "vencer: %s\n", error.c_str());
    }
    for (const std::string& warning : document.warnings) {
      std::fprintf(stderr, "vencer: warning: %s\n", warning.c_str());
    }
  }
  const bool valid = document.errors.empty();
  const Explanation explanation = valid ? explain(document.spec, *at) : Explanation{};
  if (!table) {
    print_json(document, explanation);
  } else if (valid) {
    print_text(document, explanation);
  }
  return valid ? exit_ok : exit_refused;
}

const Registration registration({
    .name = "check-tenant",
    .summary = "say what a tenant document means, without a server",
    .details =
        "Each clock, rule, ladder, constraint, detector and digest in plain words, with an example "
        "due time for\neach target. Warns of rules that never match and steps that never fire. "
        "Exit code 1 if it is wrong.",
    .options = {{.name = "FILE",
                 .help = "the TOML document",
                 .kind = OptionKind::positional,
                 .required = true},
                {.name = "--at",
                 .help =
                     "start of the examples, local time of each calendar, UTC with a Z; default "
                     "next Monday 10:00",
                 .placeholder = "TIME"}},
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
