// The command line of vencerd: flags and the configuration file -> ServerConfig. A flag goes before
// the file.
#pragma once

#include <optional>

#include "engine/runtime/server_config.h"

namespace vencer {

struct CommandLine {
  ServerConfig config;
  bool check_only = false;
};

// Nothing: the process is to end with `exit_code` (help, version, an error that was printed).
std::optional<CommandLine> read_command_line(int argc, char** argv, int* exit_code);

}  // namespace vencer
