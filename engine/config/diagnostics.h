// Diagnostics: everything that is wrong with a document, told where it stands in the text.
//
//   zen.toml:41:9: clock[2].stop: 'agent_repli' is not an activity; did you mean 'agent_reply'?
//
// Lists in paths count from 1, as people do. At most findings_max of each kind are kept; how many
// more there were is said at the end. Cost: O(findings).  Thread: one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/node.h"

namespace vencer::config {

class Diagnostics {
 public:
  static constexpr std::size_t findings_max = 100;

  explicit Diagnostics(std::string_view file) : file_(file) {}

  void error(Mark at, std::string_view path, std::string_view what) {
    add(errors_, at, path, what);
  }
  void warning(Mark at, std::string_view path, std::string_view what) {
    add(warnings_, at, path, what);
  }

  bool any_errors() const { return errors_.count > 0; }
  std::size_t error_count() const { return errors_.count; }
  // No further error would be kept: do not work on its wording.
  bool full() const { return errors_.count >= findings_max; }

  // As they stand in the text, from top to bottom.
  std::vector<std::string> errors() const { return sorted(errors_); }
  std::vector<std::string> warnings() const { return sorted(warnings_); }

 private:
  struct Finding {
    Mark at;
    std::string text;
  };
  struct Findings {
    std::vector<Finding> kept;
    std::size_t count = 0;
  };
  void add(Findings& to, Mark at, std::string_view path, std::string_view what);
  std::vector<std::string> sorted(const Findings& from) const;

  std::string file_;
  Findings errors_, warnings_;
};

// "; did you mean 'x'?" with the name most like `written`, or "; known: a, b, c" where nothing is
// near and the list is short, or "". Looks at the first few thousand names only.
std::string hint(std::string_view written, const std::vector<std::string_view>& known);

// 'text', shortened if it is long.
std::string quoted(std::string_view text);

}  // namespace vencer::config
