// The table of README.md and the tests of this folder name each other.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <vencer_paths.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

namespace vencer::test {
namespace {

constexpr int kRows = 34;

std::string text_of(const std::string& name) {
  std::ifstream file(std::string(VENCER_SOURCE_DIR) + "/tests/complaints/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::set<std::string> names_in(const std::string& text) {
  const std::regex name("complaint_[0-9]{2}_[a-z0-9_]+");
  return {std::sregex_token_iterator(text.begin(), text.end(), name), {}};
}

TEST(Readme, every_row_has_its_test_or_a_reason) {
  const std::string readme = text_of("README.md");
  std::set<std::string> tests;
  for (const char* file : {"time_test.cc", "clocks_test.cc", "ladders_test.cc"}) {
    tests.merge(names_in(text_of(file)));
  }
  EXPECT_EQ(names_in(readme), tests);
  for (int row = 1; row <= kRows; ++row) {
    std::smatch line;
    ASSERT_TRUE(std::regex_search(readme, line, std::regex(fmt::format("\n\\| {} \\|.*", row))));
    EXPECT_TRUE(line.str().find(fmt::format("`complaint_{:02}_", row)) != std::string::npos ||
                line.str().find("cannot arise: ") != std::string::npos)
        << line.str();
  }
}

}  // namespace
}  // namespace vencer::test
