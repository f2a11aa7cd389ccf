// Walks every combination of facts through the table, and compares with the rule of the reliability
// page written as conditions instead of rows.
#include "engine/log/recovery_cases.h"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <vencer_paths.h>

namespace vencer::wal {
namespace {

TailCase rule(const TailFacts& f) {
  const bool flight_broken = f.beyond_flight && !f.all_unsynced;
  if (f.proven_beyond || f.cut_short || flight_broken) return TailCase::damaged;
  if (f.rest) return TailCase::torn;
  return f.proven ? TailCase::clean : TailCase::unsealed;
}

std::string_view word_of(TailCase what) {
  switch (what) {
    case TailCase::clean:
      return "clean";
    case TailCase::unsealed:
      return "unsealed";
    case TailCase::torn:
      return "torn";
    case TailCase::damaged:
      return "damaged";
  }
  return "";
}

TEST(RecoveryCases, EveryCombination) {
  std::set<const TailRow*> used;
  std::set<std::array<bool, kTailFacts>> walked;
  for (unsigned bits = 0; bits < (1u << kTailFacts); ++bits) {
    TailFacts facts;
    facts.proven_beyond = bits & 1;
    facts.beyond_flight = bits & 2;
    facts.all_unsynced = bits & 4;
    facts.cut_short = bits & 8;
    facts.rest = bits & 16;
    facts.proven = bits & 32;
    const TailRow& row = decide(facts);
    EXPECT_TRUE(matches(row, facts));
    EXPECT_EQ(row.what, rule(facts)) << "combination " << bits << ": " << row.why;
    used.insert(&row);
    walked.insert(as_array(facts));
  }
  EXPECT_EQ(walked.size(), 1u << kTailFacts) << "a fact that is set by no bit, or by two";
  EXPECT_EQ(used.size(), kTailTable.size()) << "a row that nothing reaches";
}

// engine/log/README.md has this table, row by row.
TEST(RecoveryCases, ThePageHasTheSameTable) {
  std::ifstream file(std::string(VENCER_SOURCE_DIR) + "/engine/log/README.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  std::string table;
  for (const TailRow& row : kTailTable) {
    table += "   |";
    for (const char fact : row.facts) {
      table += fact == 'y' ? " yes |" : fact == 'n' ? " no |" : " - |";
    }
    table.append(" ").append(word_of(row.what)).append(": ").append(row.why).append(" |\n");
  }
  EXPECT_NE(page.find("|---|---|---|---|---|---|---|\n" + table + "\n"), std::string::npos)
      << "it should say\n"
      << table;
}

TEST(RecoveryCases, RowsAreWellFormed) {
  for (const TailRow& row : kTailTable) {
    EXPECT_EQ(row.facts.size(), kTailFacts);
    EXPECT_EQ(row.facts.find_first_not_of("yn-"), std::string_view::npos);
    EXPECT_FALSE(row.why.empty());
  }
  EXPECT_EQ(kTailTable.back().facts, "------");
}

}  // namespace
}  // namespace vencer::wal
