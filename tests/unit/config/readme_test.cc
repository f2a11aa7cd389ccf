// The README's tables of keys against the parser's: neither may know a key that the other does not.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "engine/config/keys.h"
#include "tests/unit/config/support.h"

namespace vencer::config_test {
namespace {

// Cells of the first column, by the heading that they stand under, without the quotes.
std::map<std::string, std::vector<std::string>> rows_of(const std::string& text) {
  std::map<std::string, std::vector<std::string>> rows;
  std::string heading;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("## ")) heading = line.substr(3);
    if (line.starts_with("| `")) rows[heading].push_back(line.substr(3, line.find('`', 3) - 3));
  }
  return rows;
}

std::set<std::string> unique(const std::vector<std::string>& rows) {
  std::set<std::string> names(rows.begin(), rows.end());
  EXPECT_EQ(names.size(), rows.size()) << "a key stands twice";
  return names;
}

TEST(Readme, HoldsEveryKeyThatTheParserKnowsAndNoOther) {
  auto rows = rows_of(read_file(source("engine/config/README.md")));
  std::set<std::string> known;
  for (const config::KeyRow& key : config::all_keys()) known.insert(key.path);
  EXPECT_GT(known.size(), 100u);
  EXPECT_EQ(unique(rows["Keys"]), known);
}

// A key that must be there has no default, and the other way round.
TEST(Readme, GivesADefaultToEveryOptionalKeyAndAUnitAndAnExampleToAll) {
  std::map<std::string, config::Need> needs;
  for (const config::KeyRow& key : config::all_keys()) needs[key.path] = key.need;
  // Their values stand for a name of the tenant's own, which has no default.
  for (const char* name :
       {"attribute.*", "recipient.*", "role.*", "policy.calendar.*", "constraint.only.*"}) {
    needs[name] = config::Need::required;
  }
  std::istringstream lines(read_file(source("engine/config/README.md")));
  int checked = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| `") || !needs.contains(line.substr(3, line.find('`', 3) - 3)))
      continue;
    const config::Need need = needs[line.substr(3, line.find('`', 3) - 3)];
    std::vector<std::string> cells;
    std::istringstream columns(line);
    for (std::string cell; std::getline(columns, cell, '|');) cells.push_back(cell);
    ASSERT_EQ(cells.size(), 6u) << line;
    const bool has_default = cells[3].find_first_not_of(' ') != std::string::npos;
    EXPECT_EQ(has_default, need == config::Need::optional) << line;
    const bool has_unit = cells[4].find_first_not_of(' ') != std::string::npos;
    EXPECT_EQ(has_unit, cells[1] != " `format` ") << "no unit: " << line;
    EXPECT_NE(cells[5].find('`'), std::string::npos) << "no example: " << line;
    ++checked;
  }
  EXPECT_GT(checked, 100);
}

}  // namespace
}  // namespace vencer::config_test
