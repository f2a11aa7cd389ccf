// Every document in tests/corpus/documents, one per rule of the format, gives exactly the findings
// that its first lines name and no other:
//
//   # expect: LINE: fragment of the message      (an error)
//   # warns: LINE: fragment of the message       (a warning; the document is valid)
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/config/support.h"

namespace vencer::config_test {
namespace {

struct Finding {
  std::string line;
  std::string fragment;
};

std::vector<Finding> expected(const std::string& text, const std::string& kind) {
  std::vector<Finding> findings;
  std::istringstream lines(text);
  const std::string mark = "# " + kind + ": ";
  for (std::string line; std::getline(lines, line) && line.starts_with('#');) {
    if (!line.starts_with(mark)) continue;
    const std::size_t colon = line.find(": ", mark.size());
    findings.push_back({line.substr(mark.size(), colon - mark.size()), line.substr(colon + 2)});
  }
  return findings;
}

void expect_same(const std::vector<Finding>& expected_findings,
                 const std::vector<std::string>& found) {
  EXPECT_EQ(found.size(), expected_findings.size()) << joined(found);
  for (const Finding& finding : expected_findings) {
    const bool told = std::any_of(found.begin(), found.end(), [&](const std::string& message) {
      return message.starts_with("file:" + finding.line + ":") &&
             message.find(finding.fragment) != std::string::npos;
    });
    EXPECT_TRUE(told) << "line " << finding.line << ": " << finding.fragment << "\nfound:\n"
                      << joined(found);
  }
}

std::vector<std::string> corpus() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(source("tests/corpus/documents"))) {
    if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class Corpus : public testing::TestWithParam<std::string> {};

TEST_P(Corpus, GivesExactlyTheFindingsThatItNames) {
  const std::string text = read_file(source("tests/corpus/documents/" + GetParam() + ".toml"));
  const std::vector<Finding> errors = expected(text, "expect");
  const std::vector<Finding> warnings = expected(text, "warns");
  ASSERT_FALSE(errors.empty() && warnings.empty()) << "the document names no finding";
  const CompiledDocument compiled = compile_document(text, "file", nullptr);
  expect_same(errors, compiled.errors);
  if (errors.empty()) expect_same(warnings, compiled.warnings);
}

INSTANTIATE_TEST_SUITE_P(Documents, Corpus, testing::ValuesIn(corpus()),
                         [](const auto& parameter) { return parameter.param; });

TEST(CorpusSize, HasADocumentForEachRule) {
  EXPECT_GE(corpus().size(), 300u);
}

}  // namespace
}  // namespace vencer::config_test
