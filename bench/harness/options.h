// Command lines of the programs under bench/: CLI11, with exit code 2 and one line for a fault.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdio>
#include <optional>
#include <string>

namespace vencer::bench {

// The exit code if the program is to end now (--help: 0, a fault: 2).
inline std::optional<int> parse_options(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "%s: %s\n", app.get_name().c_str(), error.what());
    return 2;
  }
  return std::nullopt;
}

}  // namespace vencer::bench
