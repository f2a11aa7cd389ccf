// No text makes the compiler of documents throw, crash or give a spec that breaks its own promises.
#include <gtest/gtest.h>

#include <random>

#include "engine/core/limits.h"
#include "tests/unit/config/support.h"

namespace vencer::config_test {
namespace {

// What holds of every answer, whatever was asked.
void expect_sane(const std::string& text) {
  CompiledDocument document;
  ASSERT_NO_THROW(document = compile_document(text, "x", nullptr));
  ASSERT_NO_THROW(document_tenant_name(text));
  for (const std::string& error : document.errors) ASSERT_TRUE(error.starts_with("x:")) << error;
  if (!document.errors.empty()) return;
  const TenantSpec& spec = document.spec;
  ASSERT_LT(spec.initial_status, spec.statuses.size());
  for (const RuleSpec& rule : spec.rules) {
    for (const TargetSpec& target : rule.targets) {
      ASSERT_LT(target.clock, spec.clocks.size());
      ASSERT_LT(target.calendar, spec.calendars.size());
      ASSERT_GE(target.target_ms, 0);
      if (target.ladder != kNoId16) {
        ASSERT_LT(target.ladder, spec.ladders.size());
      }
    }
  }
}

TEST(Hostile, EveryTruncationOfADocument) {
  const std::string zen = example("zen.toml");
  for (std::size_t size = 0; size < zen.size(); size += 7) expect_sane(zen.substr(0, size));
}

// Goal: no crash on slips and on malice. Method: change, drop, repeat or move a few bytes or lines.
TEST(Hostile, RandomMutationsOfADocument) {
  const std::string zen = example("zen.toml");
  std::mt19937_64 random(20261121);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  std::size_t valid = 0, refused = 0;
  for (int round = 0; round < 1000; ++round) {
    std::string text = zen;
    for (std::size_t edits = 1 + below(4); edits > 0; --edits) {
      const std::size_t at = below(text.size());
      const std::size_t size = 1 + below(20);
      switch (below(5)) {
        case 0:
          text[at] = static_cast<char>(below(256));
          break;
        case 1:
          text.erase(at, size);
          break;
        case 2:
          text.insert(at, text.substr(below(text.size()), size));
          break;
        case 3:
          text[at] = "[]{}\"'=,.#\n0 "[below(13)];
          break;
        default:
          std::swap(text[at], text[below(text.size())]);
      }
    }
    expect_sane(text);
    compile_document(text, "x", nullptr).errors.empty() ? ++valid : ++refused;
  }
  EXPECT_GT(valid, 50u) << "the mutations are too coarse to reach past the parser";
  EXPECT_GT(refused, 100u);
}

TEST(Hostile, DeepNestingIsRefusedBeforeParsing) {
  std::string keys = "a";
  for (int i = 0; i < 400'000; ++i) keys += ".a";
  expect_sane(keys + " = 1\n");
  expect_sane("[" + keys + "]\n");
  expect_sane("x = { " + keys + " = 1 }\n");
  expect_sane("x = " + std::string(500'000, '['));
  expect_sane("x = " + std::string(500'000, '{'));
}

TEST(Hostile, TheLargestDocuments) {
  std::string names = "format = 1\ntenant = \"t\"\nstatus = [\n";
  while (names.size() < limits::document_bytes_max - 100) names += "[\"a\", \"b\"],";
  names += "]\n";
  const CompiledDocument many = compile_document(names, "x", nullptr);
  ASSERT_EQ(many.errors.size(), 101u) << "at most a hundred findings, and how many more";
  EXPECT_NE(many.errors.back().find("more"), std::string::npos);
  expect_sane(names);

  const std::string too_long(limits::document_bytes_max + 1, '#');
  const CompiledDocument refused = compile_document(too_long, "x", nullptr);
  ASSERT_EQ(refused.errors.size(), 1u);
  EXPECT_NE(refused.errors[0].find("at most 1048576"), std::string::npos);
}

TEST(Hostile, BytesThatAreNoText) {
  expect_sane(std::string("format = 1\ntenant = \"\xff\xfe\"\n"));
  expect_sane(std::string("\xef\xbb\xbf") + example("demo.toml"));
  expect_sane(std::string(1000, '\0'));
  expect_sane("tenant = \"a\\u0000b\"\n");
}

TEST(Files, MayHaveTheLineEndsOfWindows) {
  std::string text;
  for (const char c : example("zen.toml")) text += c == '\n' ? "\r\n" : std::string(1, c);
  const CompiledDocument document = compile_document(text, "x", nullptr);
  EXPECT_TRUE(document.errors.empty()) << joined(document.errors);
}

}  // namespace
}  // namespace vencer::config_test
