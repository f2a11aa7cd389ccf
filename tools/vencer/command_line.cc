// The only file that includes CLI11: turns the registered specs into its options and back into
// plain text.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <deque>

#include "engine/wire/frame.h"
#include "tools/vencer/command.h"
#include "tools/vencer/times.h"

namespace vencer::cli {
namespace {

// In order of registration; behind a function, because the order of static objects between files is
// open.
std::vector<CommandSpec>& registry() {
  static std::vector<CommandSpec> specs;
  return specs;
}

using Values = std::map<std::string, std::vector<std::string>>;

// One subcommand as CLI11 knows it, and where it leaves what it read.
struct Parsed {
  const CommandSpec* spec = nullptr;
  CLI::App* app = nullptr;
  std::deque<std::pair<const OptionSpec*, std::vector<std::string>>> texts;
  std::deque<std::pair<const OptionSpec*, bool>> flags;

  Values values() const {
    Values given;
    for (const auto& [option, text] : texts) {
      if (!text.empty()) {
        given[option->name] = text;
      } else if (!option->fallback.empty()) {
        given[option->name] = {option->fallback};
      }
    }
    for (const auto& [option, set] : flags) {
      if (set) given[option->name] = {"true"};
    }
    return given;
  }
};

void add_option(Parsed& parsed, const OptionSpec& option) {
  if (option.kind == OptionKind::flag) {
    auto& slot = parsed.flags.emplace_back(&option, false);
    parsed.app->add_flag(option.name, slot.second, option.help);
    return;
  }
  auto& slot = parsed.texts.emplace_back(&option, std::vector<std::string>());
  CLI::Option* added = parsed.app->add_option(option.name, slot.second, option.help);
  added->required(option.required);
  if (option.kind == OptionKind::list) {
    added->expected(option.required ? 1 : 0, -1);
  } else {
    // One, so that the next positional gets the next word.
    added->expected(1)->allow_extra_args(false);
  }
  added->type_name(option.placeholder.empty() ? "TEXT" : option.placeholder);
  if (!option.fallback.empty()) added->default_str(option.fallback);
}

struct RawGlobals {
  std::string endpoint = "127.0.0.1:7401";
  std::string tenant, token, producer, output;
  std::string timeout = "10s";
};

void add_globals(CLI::App& app, RawGlobals& raw) {
  app.add_option("--endpoint", raw.endpoint, "the server")
      ->type_name("HOST:PORT")
      ->envname("VENCER_ENDPOINT")
      ->capture_default_str();
  app.add_option("--tenant", raw.tenant, "whose tickets")
      ->type_name("NAME")
      ->envname("VENCER_TENANT");
  app.add_option("--token", raw.token, "for a server that asks for one")
      ->type_name("TEXT")
      ->envname("VENCER_TOKEN");
  app.add_option("--producer", raw.producer,
                 "number the commands under this name or UUID: each is applied exactly once")
      ->type_name("ID");
  app.add_option("-o,--output", raw.output, "default: table on a terminal, json otherwise")
      ->type_name("table|json|jsonl|csv")
      ->check(CLI::IsMember({"table", "json", "jsonl", "csv"}));
  app.add_option("--timeout", raw.timeout, "of connecting and of each answer")
      ->type_name("DURATION")
      ->capture_default_str();
  // Given twice, the later one counts: a script's defaults can be overridden.
  for (CLI::Option* option : app.get_options()) option->take_last();
}

bool host_and_port(std::string_view endpoint) {
  const std::size_t colon = endpoint.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view port = endpoint.substr(colon + 1);
  unsigned number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  return error == std::errc() && end == port.data() + port.size() && number <= 65'535;
}

Result<Globals> globals_of(const RawGlobals& raw) {
  Globals globals;
  globals.endpoint = raw.endpoint;
  globals.tenant = raw.tenant;
  globals.token = raw.token;
  globals.producer = raw.producer;
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  globals.output_given = !raw.output.empty();
  globals.output = raw.output == "json"                ? Output::json
                   : raw.output == "jsonl"             ? Output::jsonl
                   : raw.output == "csv"               ? Output::csv
                   : raw.output == "table" || terminal ? Output::table
                                                       : Output::jsonl;
  const char* no_color = std::getenv("NO_COLOR");
  globals.color = terminal && (no_color == nullptr || *no_color == '\0');
  const Result<DurationMs> timeout = parse_duration(raw.timeout);
  if (!timeout) return Error{timeout.error().code, "--timeout: " + timeout.error().message};
  if (!host_and_port(raw.endpoint)) {
    return Error{Errc::invalid_document,
                 "--endpoint: '" + raw.endpoint + "' is not HOST:PORT, as in 127.0.0.1:7401"};
  }
  globals.timeout_ms = *timeout;
  return globals;
}

std::string version_text() {
  return "vencer " VENCER_VERSION " (wire protocol " + std::to_string(kProtocolVersion) + ")";
}

int usage_failure(std::string_view what, std::string_view why,
                  std::string_view help = "vencer --help") {
  return Invocation({}, {}).usage(what, why, help);
}

constexpr const char* kMoreHelp =
    "--endpoint, --tenant, -o, --timeout and the other options of every subcommand: vencer --help";

// "verify, dump" of the group; "" for a command.
std::string commands_of(const std::string& group) {
  std::string names;
  for (const CommandSpec& spec : commands()) {
    if (spec.name == group && spec.run != nullptr) return "";
    if (!spec.name.starts_with(group + " ")) continue;
    names += (names.empty() ? "" : ", ") + spec.name.substr(group.size() + 1);
  }
  return names;
}

// What CLI11 found wrong, in our words where it says too little.
int parse_failure(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<CLI::App*> subcommands = app.get_subcommands();
  if (!subcommands.empty()) {
    const CLI::App& first = *subcommands.front();
    std::string name = first.get_name();
    const std::string members = commands_of(name);
    if (!members.empty() && first.get_subcommands().empty()) {
      const std::vector<std::string> rest = app.remaining();
      const std::string why =
          rest.empty() ? "say what to do" : "'" + rest.front() + "' is not something it does";
      return usage_failure(name, why, members);
    }
    if (!first.get_subcommands().empty()) {
      name += " " + first.get_subcommands().front()->get_name();
    }
    return usage_failure(name, error.what(), "vencer " + name + " --help");
  }
  const std::vector<std::string> rest = app.remaining();
  if (rest.empty()) return usage_failure("command line", error.what());
  return usage_failure(rest.front(), "there is no such subcommand or option");
}

// The command's place among the others: below its group, which stands before it.
CLI::App* add_command(CLI::App& app, const CommandSpec& spec) {
  const std::size_t space = spec.name.find(' ');
  CLI::App* parent = &app;
  if (space != std::string::npos) parent = app.get_subcommand(spec.name.substr(0, space));
  const std::string name = space == std::string::npos ? spec.name : spec.name.substr(space + 1);
  CLI::App* command = parent->add_subcommand(name, spec.summary);
  command->fallthrough();
  if (spec.run == nullptr) command->require_subcommand(1);
  command->footer(spec.details.empty() ? kMoreHelp : spec.details + "\n" + kMoreHelp);
  return command;
}

constexpr const char* kFooter =
    "Exit codes: 0 done; 1 refused by the server or a check; 2 the command line or a file it names "
    "is wrong;\n"
    "3 no server, connection lost, or no answer in time.\n"
    "A KEY: digits are a number, 8-4-4-4-12 hex a UUID, anything else text; text:4711 is text.\n"
    "A TIME: 2026-04-01T09:00:00Z, 2026-04-01T06:00:00-03:00, 2026-04-01 (its begin in UTC), or "
    "milliseconds since 1970.\n"
    "A DURATION: 250ms, 90s, 1h30m, 2d; a plain number is seconds.";

}  // namespace

Registration::Registration(CommandSpec spec) {
  registry().push_back(std::move(spec));
}

const std::vector<CommandSpec>& commands() {
  auto& specs = registry();
  std::sort(specs.begin(), specs.end(),
            [](const CommandSpec& a, const CommandSpec& b) { return a.name < b.name; });
  return specs;
}

int run_command_line(int argc, char** argv) {
  CLI::App app("Vencer: deadlines of tickets, kept to the millisecond.", "vencer");
  app.set_version_flag("--version", version_text());
  app.require_subcommand(1);
  app.fallthrough();
  app.footer(kFooter);
  RawGlobals raw;
  add_globals(app, raw);
  std::deque<Parsed> parsed;
  for (const CommandSpec& spec : commands()) {
    Parsed& command = parsed.emplace_back();
    command.spec = &spec;
    command.app = add_command(app, spec);
    for (const OptionSpec& option : spec.options) add_option(command, option);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    return parse_failure(app, error);
  }
  const Result<Globals> globals = globals_of(raw);
  if (!globals) return usage_failure("command line", globals.error().message);
  for (const Parsed& command : parsed) {
    // Of a group and its command both were parsed; the command it is.
    if (!command.app->parsed() || !command.app->get_subcommands().empty()) continue;
    Invocation invocation(*globals, command.values());
    if (globals->output == Output::csv && !command.spec->csv) {
      return usage_failure(command.spec->name, "it writes no CSV");
    }
    return command.spec->run(invocation);
  }
  return usage_failure("command line", "no subcommand");
}

}  // namespace vencer::cli
