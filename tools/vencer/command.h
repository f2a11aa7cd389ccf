// One subcommand of `vencer`: a file of its own that registers a CommandSpec; main.cc knows none by
// name.
//
//   namespace {
//   int run(Invocation& call) {
//     auto client = call.connect();
//     if (!client) return call.fail("get", client.error());
//     ...
//     return exit_ok;
//   }
//   const Registration registration({.name = "get", .summary = "show one ticket",
//                                    .options = {{"KEY", "the ticket", OptionKind::positional,
//                                    true}}, .run = run});
//   }  // namespace
//
// CLI11 is behind command_line.cc; nobody else includes it. Thread: the main one.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/result.h"
#include "engine/core/types.h"
#include "net/client/client.h"

namespace vencer::cli {

// Documented in --help and README.md; scripts rely on them.
enum ExitCode : int {
  exit_ok = 0,
  exit_refused = 1,      // the server, or a check, said no
  exit_usage = 2,        // the command line, or a file it names, is wrong
  exit_unreachable = 3,  // no server, one that recovers, connection lost, or no answer in time
};

enum class OptionKind {
  positional,  // name "KEY"
  list,        // positional, the rest of the line: name "ATTR=VALUE"
  value,       // name "--status"
  flag,        // name "--check"
};

struct OptionSpec {
  std::string name;
  std::string help;
  OptionKind kind = OptionKind::value;
  bool required = false;
  std::string fallback = {};     // shown in the help and returned by text() if it is not given
  std::string placeholder = {};  // of a value in the help: "STATUS"; default "TEXT"
};

enum class Output { table, json, jsonl, csv };

// The options before or after any subcommand.
struct Globals {
  std::string endpoint;
  std::string tenant;
  std::string token;
  std::string producer;
  Output output = Output::table;
  bool output_given = false;
  bool color = false;  // stdout is a terminal and NO_COLOR is not set
  DurationMs timeout_ms = 10'000;
};

class Invocation {
 public:
  Invocation(Globals globals, std::map<std::string, std::vector<std::string>> values)
      : globals_(std::move(globals)), values_(std::move(values)) {}

  const Globals& globals() const { return globals_; }
  // By the name in the spec ("KEY", "--status"); the fallback, or "", if not given.
  std::string text(const std::string& name) const;
  const std::vector<std::string>& list(const std::string& name) const;
  bool flag(const std::string& name) const { return given(name); }
  bool given(const std::string& name) const;
  // A whole number >= 0 of an option; usage error otherwise.
  Result<std::uint64_t> number(const std::string& name) const;

  // With the global options. needed: an error that says so if there is no --tenant; unused: it is
  // not named to the server, which may not know it yet.
  enum class Tenant { needed, optional, unused };
  // patience_ms: how long an answer may take at least, whatever --timeout says.
  Result<Client> connect(Tenant tenant = Tenant::needed, DurationMs patience_ms = 0) const;

  // Prints "vencer: what: why (hint)" to stderr; the exit code that fits the error.
  int fail(std::string_view what, const Error& error, std::string_view hint = {}) const;
  int usage(std::string_view what, std::string_view why, std::string_view hint = {}) const;

 private:
  friend int run_command_line(int argc, char** argv);
  Globals globals_;
  std::map<std::string, std::vector<std::string>> values_;
};

struct CommandSpec {
  std::string name;
  std::string summary;
  std::string details = {};  // below the options in its --help
  std::vector<OptionSpec> options = {};
  bool csv = false;  // it can write CSV
  int (*run)(Invocation&) = nullptr;
};

// A static object of it in a .cc makes the command known.
class Registration {
 public:
  explicit Registration(CommandSpec spec);
};
const std::vector<CommandSpec>& commands();

int run_command_line(int argc, char** argv);

}  // namespace vencer::cli
