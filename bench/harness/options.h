// Command lines of the programs under bench/: CLI11, with exit code 2 and one line for a fault.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>

#include "bench/harness/child.h"

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

// main() of a program: 1 and one line for what `run` throws; its servers end with it.
inline int run_main(const char* name, int (*run)(int, char**), int argc, char** argv) {
  end_cleanly_on_signals();
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", name, error.what());
    return 1;
  }
}

}  // namespace vencer::bench
