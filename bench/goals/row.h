// Row: one row of the table of goals: how it is measured, and what came out.
//
// A row gives one or more lines, each with its goal. A line that was measured at a smaller size, or
// in another way than the goal says, says so in its note: it is then no proof, but an indication.
//
// Rows register themselves in all_rows(); main.cc knows none by name. Thread: main.
// Errors: exceptions; the row is then "not measured" with the reason.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/harness/child.h"
#include "bench/harness/vencer_server.h"

namespace vencer::bench {

struct Goal {
  bool at_least = true;  // else at most
  double must = 0, stretch = 0;
  const char* unit = "";  // of goal and figure: "x", "ms", "ns", "B"
};

struct Line {
  std::string what;
  Goal goal;
  std::vector<double> runs;  // the figure, once a round
  std::string detail = {};   // what it was made from: "2.9 M/s over 191 k/s"
  std::string note = {};     // scaled down, another way, not measured because
};

// What all rows share.
struct Context {
  std::filesystem::path scratch;
  std::filesystem::path log;  // of programs
  bool quick = false;
  int rounds = 3;
  double seconds = 3;         // of each load
  std::uint64_t tickets = 0;  // of rows at size: the goal's size scaled down to this
  std::uint64_t storm = 1'000'000;

  std::vector<std::string> server_flags(std::uint64_t capacity,
                                        const std::vector<std::string>& more = {}) const;
};

struct Row {
  std::string id;     // "durable"
  std::string title;  // as in the table of goals
  std::vector<Line> (*measure)(const Context&) = nullptr;
};
const std::vector<Row>& all_rows();
// The rows of each file, in the table's order.
std::vector<Row> command_rows();
std::vector<Row> partition_rows();
std::vector<Row> deadline_rows();
std::vector<Row> core_rows();
std::vector<Row> size_rows();

struct Verdict {
  double figure = 0;  // median
  double ratio = 0;   // how many times as good as `must`: 1 meets it
  bool must = false, stretch = false, measured = false;
};
Verdict judge(const Line& line);

// "at 1 M tickets in the place of 10 M" or "".
std::string scaled(std::uint64_t measured, std::uint64_t wanted, const char* of,
                   bool in_proportion = false);

// A server in a folder of its own, both gone at the end.
struct FreshServer {
  FreshServer(const Context& context, std::uint64_t capacity,
              const std::vector<std::string>& more = {});
  ScratchFolder folder;
  std::unique_ptr<VencerServer> server;
};

}  // namespace vencer::bench
