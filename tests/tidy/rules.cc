#include "tests/tidy/rules.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <set>
#include <string_view>

namespace vencer::tidy {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLinesMax = 500;
constexpr std::size_t kReadmeLinesMax = 150;
constexpr std::array kTopFolders = {"engine", "net", "schema", "bench", "tests", "tools", ".ci"};

// Folder -> the project's folders that its files may include, itself apart. A folder that is not
// named here (tools, bench, tests) sees all of engine and net.
const std::map<std::string, std::set<std::string>> kMayInclude = {
    {"engine/core", {}},
    {"engine/wire", {"engine/core"}},
    {"engine/config", {"engine/core", "engine/wire"}},
    {"engine/log", {"engine/core", "engine/wire"}},
    {"engine/runtime", {"engine/core", "engine/wire", "engine/log", "engine/config"}},
    {"net/server", {"engine/core", "engine/wire", "engine/log", "engine/config", "engine/runtime"}},
    {"net/http", {"engine/core", "engine/wire", "engine/log", "engine/config", "engine/runtime"}},
    {"net/client", {"engine/core", "engine/wire"}},
};

// Of engine/core a client sees the vocabulary that wire speaks, not the machine.
const std::set<std::string> kCoreForClients = {
    "engine/core/types.h",      "engine/core/result.h",  "engine/core/limits.h",
    "engine/core/assert.h",     "engine/core/command.h", "engine/core/event.h",
    "engine/core/query_rows.h",
};

// <chrono> for its civil dates; its clocks are among the forbidden words.
const std::set<std::string> kCoreStandardHeaders = {
    "algorithm",
    "array",
    "bit",
    "bitset",
    "cerrno",
    "chrono",
    "climits",
    "cmath",
    "compare",
    "concepts",
    "cstddef",
    "cstdint",
    "cstdio",
    "cstdlib",
    "cstring",
    "deque",
    "functional",
    "initializer_list",
    "iterator",
    "limits",
    "map",
    "memory",
    "new",
    "numeric",
    "optional",
    "queue",
    "set",
    "span",
    "string",
    "string_view",
    "tuple",
    "type_traits",
    "utility",
    "variant",
    "vector",
    "emmintrin.h",
    "nmmintrin.h",
    "absl/container/btree_map.h",  // as the next
    "absl/container/btree_set.h",  // an ordered set of millions; pure
};

// Words that no file of the core may hold outside comments.
constexpr std::array kCoreForbiddenWords = {
    "system_clock",  "steady_clock", "high_resolution_clock", "std::thread",
    "std::mutex",    "std::atomic",  "std::unordered_",       "std::rand",
    "fopen(",        "getenv(",      "clock_gettime",         "std::ofstream",
    "std::ifstream", "gettimeofday",
};

// Split so that this file does not hold what it looks for.
const std::array<std::string, 3> kMachinePaths = {
    std::string("/") + "work/", std::string("/") + "home/", std::string("/") + "root/"};

struct Source {
  std::string path;  // relative to the root, '/'
  std::vector<std::string> lines;
};

bool is_text(const fs::path& path) {
  static const std::set<std::string> extensions = {".h",    ".cc", ".fbs", ".txt",   ".md",
                                                   ".toml", ".sh", ".py",  ".cmake", ""};
  return extensions.contains(path.extension().string());
}

std::vector<Source> read_sources(const fs::path& root) {
  std::vector<fs::path> paths;
  for (const char* name : {"CMakeLists.txt", "README.md"}) {
    if (fs::is_regular_file(root / name)) paths.push_back(root / name);
  }
  for (const char* top : kTopFolders) {
    if (!fs::is_directory(root / top)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      if (entry.is_regular_file() && is_text(entry.path())) paths.push_back(entry.path());
    }
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Source> sources;
  for (const fs::path& path : paths) {
    Source source{fs::relative(path, root).generic_string(), {}};
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) source.lines.push_back(line);
    sources.push_back(std::move(source));
  }
  return sources;
}

// "engine/core/commands/create.cc" -> "engine/core"; "tools/vencer/main.cc" -> "tools".
std::string folder_of(const std::string& path) {
  const std::size_t first = path.find('/');
  if (first == std::string::npos) return "";
  const std::string top = path.substr(0, first);
  if (top != "engine" && top != "net") return top;
  const std::size_t second = path.find('/', first + 1);
  return second == std::string::npos ? top : path.substr(0, second);
}

bool is_code(const std::string& path) {
  return path.ends_with(".h") || path.ends_with(".cc");
}

std::string without_comment(const std::string& line) {
  return line.substr(0, line.find("//"));
}

class Checker {
 public:
  explicit Checker(const fs::path& root) : root_(root) {}

  void check(const Source& source) {
    check_length(source);
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
      where_ = source.path + ":" + std::to_string(i + 1);
      for (const std::string& place : kMachinePaths) {
        if (source.lines[i].find(place) != std::string::npos) add("names a place on a machine");
      }
      if (!is_code(source.path)) continue;
      check_include(source.path, source.lines[i]);
      if (folder_of(source.path) == "engine/core") check_core_words(source.lines[i]);
    }
  }

  std::vector<Finding> take() { return std::move(findings_); }

 private:
  void add(std::string what) { findings_.push_back({where_, std::move(what)}); }

  void check_length(const Source& source) {
    where_ = source.path;
    const bool readme = source.path == "README.md";
    const std::size_t lines_max = readme ? kReadmeLinesMax : kLinesMax;
    if ((readme || is_code(source.path)) && source.lines.size() > lines_max) {
      add(std::to_string(source.lines.size()) + " lines; the most is " + std::to_string(lines_max));
    }
  }

  void check_include(const std::string& path, const std::string& line) {
    if (!line.starts_with("#include ")) return;
    const std::size_t open = line.find_first_of("<\"");
    const std::size_t close = line.find_last_of(">\"");
    if (open == std::string::npos || close <= open) return add("an include that is none");
    const std::string name = line.substr(open + 1, close - open - 1);
    if (line[open] == '<') return check_outside(path, name);
    // A neighbour may be named without its folder; all else is a path from the root.
    const bool neighbour = name.find('/') == std::string::npos &&
                           fs::is_regular_file((root_ / path).parent_path() / name);
    if (neighbour) return;
    if (!fs::is_regular_file(root_ / name)) {
      return add("includes " + name + ", not a path from the root");
    }
    check_arrow(path, name);
  }

  void check_outside(const std::string& path, const std::string& name) {
    if (folder_of(path) == "engine/core" && !kCoreStandardHeaders.contains(name)) {
      add("engine/core includes <" + name + ">");
    }
  }

  void check_arrow(const std::string& path, const std::string& included) {
    const std::string from = folder_of(path);
    const std::string to = folder_of(included);
    if (from == to) return;
    const auto allowed = kMayInclude.find(from);
    if (allowed == kMayInclude.end()) {
      if (to == "tests" || to == "bench") add(from + " includes " + to);
      return;
    }
    if (!allowed->second.contains(to)) return add(from + " includes " + to);
    if (from == "net/client" && to == "engine/core" && !kCoreForClients.contains(included)) {
      add("net/client includes " + included);
    }
  }

  void check_core_words(const std::string& line) {
    const std::string code = without_comment(line);
    for (const char* word : kCoreForbiddenWords) {
      if (code.find(word) != std::string::npos) add("engine/core says " + std::string(word));
    }
  }

  fs::path root_;
  std::string where_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> check_tree(const fs::path& root) {
  Checker checker(root);
  for (const Source& source : read_sources(root)) checker.check(source);
  return checker.take();
}

std::size_t count_sources(const fs::path& root) {
  return read_sources(root).size();
}

}  // namespace vencer::tidy
