// Goal: what a fuzzer found once is never back, and no target's seeds are stale. Method: every
// target runs its seeds and all inputs under tests/corpus/fuzz/<target>, without libFuzzer and
// with the compiler and sanitizers of all other tests.
//
//   fuzz_test TARGET FILE...    runs these inputs only, as a fuzzer's report asks for
#include <gtest/gtest.h>
#include <vencer_paths.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/fuzz/fuzz.h"

namespace vencer::fuzz {
namespace {

namespace fs = std::filesystem;

Input read_input(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return input_of({std::istreambuf_iterator<char>(in), {}});
}

const Target* find_target(std::string_view name) {
  for (const Target& target : targets()) {
    if (target.name == name) return &target;
  }
  return nullptr;
}

class Fuzzed : public ::testing::TestWithParam<std::string> {};

TEST_P(Fuzzed, SeedsAndWhatWasFoundBefore) {
  const Target* target = find_target(GetParam());
  ASSERT_NE(target, nullptr);
  const Seeds seeds = target->seeds();
  EXPECT_FALSE(seeds.empty());
  for (const Input& seed : seeds) {
    EXPECT_FALSE(seed.empty());
    target->run(seed);
  }
  target->run({});
  const fs::path folder = fs::path(VENCER_SOURCE_DIR) / "tests/corpus/fuzz" / GetParam();
  if (!fs::is_directory(folder)) return;
  std::vector<fs::path> files(fs::directory_iterator(folder), fs::directory_iterator{});
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    SCOPED_TRACE(file);
    target->run(read_input(file));
  }
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const Target& target : targets()) all.emplace_back(target.name);
  std::sort(all.begin(), all.end());
  return all;
}

INSTANTIATE_TEST_SUITE_P(Targets, Fuzzed, ::testing::ValuesIn(names()),
                         [](const auto& each) { return each.param; });

int replay(int count, char** arguments) {
  const Target* target = find_target(arguments[1]);
  if (target == nullptr) {
    std::fprintf(stderr, "fuzz_test: no target '%s'; there are", arguments[1]);
    for (const std::string& name : names()) std::fprintf(stderr, " %s", name.c_str());
    std::fprintf(stderr, "\n");
    return 2;
  }
  for (int i = 2; i < count; ++i) {
    std::ifstream in(arguments[i], std::ios::binary);
    if (!in) {
      std::fprintf(stderr, "fuzz_test: %s cannot be read\n", arguments[i]);
      return 2;
    }
    target->run(input_of({std::istreambuf_iterator<char>(in), {}}));
    std::printf("%s: fine\n", arguments[i]);
  }
  return 0;
}

}  // namespace
}  // namespace vencer::fuzz

int main(int count, char** arguments) {
  if (count > 2 && arguments[1][0] != '-') return vencer::fuzz::replay(count, arguments);
  ::testing::InitGoogleTest(&count, arguments);
  return RUN_ALL_TESTS();
}
