// The rules of the house that a machine can check, over a tree of source files.
//
//   includes   run one way: schema <- wire -> core; config -> wire; log -> wire, core; runtime ->
//   log,
//              config; net/server, net/http -> runtime; net/client -> wire; tools, bench, tests see
//              all
//   core       is pure: the standard headers of a list, nothing that knows an OS, a thread or a
//   clock lengths    no source over 500 lines, the README within 150 paths      nothing names a
//   place on somebody's machine
//
// Cost: reads every file once.  Errors: a rule that is broken is a Finding, never an exception.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace vencer::tidy {

struct Finding {
  std::string where;  // "engine/core/clock.cc:12"
  std::string what;
};

// All findings in the project below `root`, in order of path and line.
std::vector<Finding> check_tree(const std::filesystem::path& root);

// How many files were looked at: a tree without any proves nothing.
std::size_t count_sources(const std::filesystem::path& root);

}  // namespace vencer::tidy
