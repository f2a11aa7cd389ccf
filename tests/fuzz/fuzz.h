// A fuzz target: bytes from anywhere into a reader of ours, and what must hold of its answer.
//
//   VENCER_FUZZ_TARGET(wal, run, seeds);
//
// `run` takes any bytes; a crash, a sanitizer's finding, a failed FUZZ_CHECK or memory without
// bound is a bug. `seeds` makes inputs out of real traffic, so that a fuzzer starts behind the
// parser's door. Built twice: with clang's libFuzzer (one program a target, `tools/fuzz`), and
// with the tests' own compiler, where fuzz_test runs seeds and tests/corpus/fuzz/<target> through
// every target.
//
// Thread: one. Runs leave nothing behind: the same bytes give the same run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

namespace vencer::fuzz {

using Input = std::vector<std::byte>;
using Seeds = std::vector<Input>;

struct Target {
  const char* name;
  void (*run)(std::span<const std::byte> input);
  Seeds (*seeds)();
};

// Targets of this program: all in fuzz_test, one in a fuzzer.
std::vector<Target>& targets();

struct Registration {
  explicit Registration(const Target& target) { targets().push_back(target); }
};

inline Input input_of(const std::string& text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

[[noreturn]] inline void check_failed(const char* expression, const std::string& why,
                                      const char* file, int line) {
  std::fprintf(stderr, "fuzz: %s does not hold (%s:%d)%s%s\n", expression, file, line,
               why.empty() ? "" : ": ", why.c_str());
  std::abort();
}

}  // namespace vencer::fuzz

#define FUZZ_CHECK(expression, why) \
  (static_cast<bool>(expression)    \
       ? void(0)                    \
       : ::vencer::fuzz::check_failed(#expression, why, __FILE__, __LINE__))

#define VENCER_FUZZ_TARGET(name, run, seeds) \
  [[maybe_unused]] const ::vencer::fuzz::Registration registration_of_##name({#name, run, seeds})
