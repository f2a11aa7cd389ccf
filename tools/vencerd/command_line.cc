#include "tools/vencerd/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <string>

#include "engine/wire/frame.h"

namespace vencer {
namespace {

std::string version_text() {
  return fmt::format("vencerd {} (wire protocol {})", VENCER_VERSION, kProtocolVersion);
}

Status apply(const std::string& config_file, const std::map<std::string, std::string>& flags,
             ServerConfig& config) {
  if (!config_file.empty()) {
    if (Status s = apply_config_file(config, config_file); !s) return s;
  }
  for (const auto& [name, value] : flags) {
    if (Status s = set_config_option(config, name, value); !s) {
      return Error{s.error().code, "--" + s.error().message};
    }
  }
  return check_config(config);
}

}  // namespace

std::optional<CommandLine> read_command_line(int argc, char** argv, int* exit_code) {
  CommandLine result;
  CLI::App app(
      "vencerd: the Vencer server. Every flag below is a key of the configuration file, too.");
  app.set_version_flag("--version", version_text());
  std::string config_file;
  app.add_option("--config", config_file, "TOML file with keys of the same names")
      ->type_name("FILE");
  app.add_flag("--check-config", result.check_only,
               "check the configuration and end: 0 good, 1 bad");
  std::map<std::string, std::string> values;
  std::map<std::string, CLI::Option*> options;
  for (const ConfigOption& option : config_options()) {
    const std::string name(option.name);
    options[name] = app.add_option("--" + name, values[name], std::string(option.help))
                        ->type_name(std::string(option.value_name));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    *exit_code = app.exit(help);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "vencerd: %s (vencerd --help)\n", error.what());
    *exit_code = 1;
    return std::nullopt;
  }
  std::map<std::string, std::string> flags;
  for (const auto& [name, option] : options) {
    if (option->count() > 0) flags[name] = values[name];
  }
  if (Status applied = apply(config_file, flags, result.config); !applied) {
    std::fprintf(stderr, "vencerd: %s\n", applied.error().message.c_str());
    *exit_code = 1;
    return std::nullopt;
  }
  return result;
}

}  // namespace vencer
