// vencer-vectors FILE...: runs test vectors through the engine's core. See README.md.
#include <fmt/format.h>

#include <string_view>

#include "tools/vectors/run_file.h"

namespace {

constexpr const char* kUsage =
    "usage: vencer-vectors FILE...\n"
    "\n"
    "Runs the test vectors in each FILE (JSON) through the engine's core, prints every case that\n"
    "differs, and ends with the line \"N passed, N failed\" (\", N skipped\" for sections that "
    "are\n"
    "not supported yet).\n"
    "\n"
    "exit status: 0 all passed, 1 a case failed, 2 the arguments or a file cannot be used\n";

constexpr int kAllPassed = 0;
constexpr int kFailed = 1;
constexpr int kUnusable = 2;

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--help" || argument == "-h") {
      fmt::print("{}", kUsage);
      return kAllPassed;
    }
    if (argument.starts_with("-")) {
      fmt::print(stderr, "vencer-vectors: unknown option {}\n{}", argument, kUsage);
      return kUnusable;
    }
  }
  if (argc < 2) {
    fmt::print(stderr, "vencer-vectors: no file given\n{}", kUsage);
    return kUnusable;
  }
  vencer::vectors::Tally tally;
  bool unusable = false;
  for (int i = 1; i < argc; ++i) {
    const vencer::Status status = vencer::vectors::run_file(argv[i], tally);
    if (status) continue;
    unusable = true;
    fmt::print(stderr, "vencer-vectors: {}\n", status.error().message);
  }
  fmt::print("{} passed, {} failed", tally.passed, tally.failed);
  if (tally.skipped > 0) fmt::print(", {} skipped", tally.skipped);
  fmt::print("\n");
  if (unusable) return kUnusable;
  return tally.failed > 0 ? kFailed : kAllPassed;
}
