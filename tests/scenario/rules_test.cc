// Goal: no rule of a procedure without its story, no story without its rule. Method: the table in
// README.md, the tests in *_test.cc and, where it is there, the page that numbers the rules are
// read as text and compared.
#include <gtest/gtest.h>
#include <vencer_paths.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace vencer::scenario {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(VENCER_SOURCE_DIR) / "tests" / "scenario";
const fs::path kRules = fs::path(VENCER_SOURCE_DIR) / ".." / "shared" / "design" / "domain.md";
const std::string kToCome = "to come";

std::string read_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

std::vector<std::smatch> all_of(const std::string& text, const std::regex& pattern) {
  return {std::sregex_iterator(text.begin(), text.end(), pattern), std::sregex_iterator()};
}

// "K20" -> "Kushki.K20_reopen_within_four_days" or "to come".
std::map<std::string, std::string> table() {
  static const std::regex kRow(
      R"(\n\| *([KOELZ][0-9]+) *\| *`?([A-Za-z0-9_. ]*[A-Za-z0-9_])`? *\|)");
  const std::string text = read_text(kFolder / "README.md");
  std::map<std::string, std::string> rows;
  for (const std::smatch& row : all_of(text, kRow)) {
    EXPECT_TRUE(rows.emplace(row[1], row[2]).second) << "twice in the table: " << row[1];
  }
  return rows;
}

// "Kushki.K20_reopen_within_four_days" of every story in this folder.
std::set<std::string> stories() {
  static const std::regex kTest(R"(\nTEST\(([A-Za-z]+), ([KOELZ][0-9]+_\w+)\))");
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    if (!entry.path().filename().string().ends_with("_test.cc")) continue;
    const std::string text = read_text(entry.path());
    for (const std::smatch& test : all_of(text, kTest)) {
      const std::string name = test[1].str() + "." + test[2].str();
      EXPECT_TRUE(names.insert(name).second) << "twice: " << name;
      std::string desk = test[1].str() + "_";
      desk[0] = static_cast<char>(std::tolower(desk[0]));
      EXPECT_TRUE(entry.path().filename().string().starts_with(desk)) << name;
    }
  }
  return names;
}

TEST(Rules, EveryRowOfTheTableHasItsStory) {
  const std::set<std::string> written = stories();
  const auto rows = table();
  EXPECT_GE(rows.size(), 1u);
  for (const auto& [rule, test] : rows) {
    if (test == kToCome) continue;
    EXPECT_TRUE(written.contains(test)) << rule << ": there is no " << test;
    EXPECT_NE(test.find("." + rule + "_"), std::string::npos) << test << " is no name for " << rule;
  }
}

TEST(Rules, EveryStoryIsInTheTable) {
  std::set<std::string> told;
  for (const auto& [rule, test] : table()) told.insert(test);
  for (const std::string& name : stories()) {
    EXPECT_TRUE(told.contains(name)) << name << " is not in README.md";
  }
}

TEST(Rules, EveryRuleOfTheProceduresIsInTheTable) {
  if (!fs::exists(kRules)) GTEST_SKIP() << "the procedures' rules are not here";
  static const std::regex kRow(R"(\n\| ([KOELZ][0-9]+) \|)");
  const std::string text = read_text(kRules);
  std::set<std::string> rules, rows;
  for (const std::smatch& row : all_of(text, kRow)) rules.insert(row[1]);
  for (const auto& [rule, test] : table()) rows.insert(rule);
  EXPECT_GT(rules.size(), 80u);
  EXPECT_EQ(rules, rows);
}

}  // namespace
}  // namespace vencer::scenario
