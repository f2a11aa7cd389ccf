// The table of README.md and the tests of this folder name each other.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <vencer_paths.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace vencer::test {
namespace {

constexpr int kRows = 34;
constexpr const char* kNameLetters = "abcdefghijklmnopqrstuvwxyz0123456789_";

std::string text_of(const std::string& name) {
  std::ifstream file(std::string(VENCER_SOURCE_DIR) + "/tests/complaints/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::set<std::string> names_in(const std::string& text) {
  std::set<std::string> names;
  for (std::size_t at = text.find("complaint_"); at != std::string::npos;) {
    const std::size_t end = text.find_first_not_of(kNameLetters, at);
    names.insert(text.substr(at, end - at));
    at = text.find("complaint_", end);
  }
  return names;
}

// The line of the table that begins with the number.
std::string row_of(const std::string& readme, int number) {
  const std::size_t at = readme.find(fmt::format("\n| {} |", number));
  if (at == std::string::npos) return {};
  return readme.substr(at + 1, readme.find('\n', at + 1) - at - 1);
}

TEST(Readme, every_row_has_its_test_or_a_reason) {
  const std::string readme = text_of("README.md");
  std::set<std::string> tests;
  for (const char* file : {"time_test.cc", "clocks_test.cc", "ladders_test.cc"}) {
    tests.merge(names_in(text_of(file)));
  }
  EXPECT_EQ(names_in(readme), tests);
  for (int number = 1; number <= kRows; ++number) {
    const std::string row = row_of(readme, number);
    EXPECT_TRUE(row.find(fmt::format("`complaint_{:02}_", number)) != std::string::npos ||
                row.find("cannot arise: ") != std::string::npos)
        << number << ": " << row;
  }
}

}  // namespace
}  // namespace vencer::test
