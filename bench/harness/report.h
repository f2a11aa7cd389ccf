// Report: what every table carries at its head (machine, commit, date, command), and the table.
#pragma once

#include <string>
#include <vector>

#include "bench/harness/calibration.h"

namespace vencer::bench {

// "2 x Intel(R) Xeon(R) ..., 23 GiB, Linux 6.1, g++ 12.2 -O3, LTO": this machine, this build.
std::string machine_text();
// Of the source tree that was built; "+" if files had changes. "unknown" outside a checkout.
std::string commit_text();
std::string date_text();  // UTC

// The lines above a table.
std::string report_head(const std::string& command, const Calibration& calibration);
// "a 'b c'": the command line as one could type it again.
std::string command_text(int argc, char** argv);

// Markdown, columns padded so that it can be read as it is.
class Table {
 public:
  explicit Table(std::vector<std::string> head) { rows_.push_back(std::move(head)); }
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace vencer::bench
