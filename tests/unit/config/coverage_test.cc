// Goal: a rule that earlier ones take all tickets of is told, and no other; so is a value that no
// rule at all gives a target.
#include <gtest/gtest.h>

#include "tests/unit/config/support.h"

namespace vencer::config_test {
namespace {

constexpr const char* kHead = R"(
format = 1
tenant = "t"
status = [["Nuevo", "new"], ["Resuelto", "resolved"]]
[attribute]
priority = ["Alta", "Media", "Baja"]
team     = ["x", "y"]
customer = "open"
[[clock]]
name  = "resolution"
start = ["created"]
stop  = ["category:resolved"]
)";

// One policy for each condition, in order.
std::string warnings_of(const std::vector<std::string>& conditions) {
  std::string text = kHead;
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    text += "[[policy]]\nname = \"r" + std::to_string(i + 1) + "\"\nwhen = {" + conditions[i] +
            "}\ntarget = { resolution = \"8h\" }\n";
  }
  const CompiledDocument document = compile_document(text, "t.toml", nullptr);
  EXPECT_TRUE(document.errors.empty()) << joined(document.errors);
  return joined(document.warnings);
}

void expect_dead(const std::vector<std::string>& conditions) {
  const std::string last = ": policy[" + std::to_string(conditions.size()) + "]";
  const std::string warnings = warnings_of(conditions);
  EXPECT_NE(warnings.find(last), std::string::npos) << warnings;
  EXPECT_NE(warnings.find("can never match"), std::string::npos) << warnings;
}

TEST(Shadowing, TellsARuleThatSeveralTakeTogether) {
  const std::string told = warnings_of({"priority = { not = [\"Alta\"] }, team = \"x\"",
                                        "priority = \"Alta\", team = \"x\"", "team = \"x\""});
  EXPECT_NE(told.find("can never match for clock 'resolution': the rules 'r1', 'r2' before it "
                      "take all of its tickets between them"),
            std::string::npos)
      << told;
  expect_dead({"priority = \"Alta\"", "priority = { not = [\"Alta\"] }", ""});
  expect_dead({"customer = 7", "customer = { not = [7, 8] }", "customer = 8", ""});
  expect_dead({"priority = \"Alta\"", "priority = \"Baja\"", "priority = [\"Alta\", \"Baja\"]"});
  expect_dead({"priority = \"Alta\"", "priority = { not = [\"Alta\", \"Baja\"] }",
               "priority = { not = [\"Baja\"] }, team = \"y\""});
}

TEST(Shadowing, IsSilentWhereTicketsAreLeft) {
  const std::vector<std::string> near_misses[] = {
      // A ticket may have no priority at all.
      {"priority = \"Alta\"", "priority = \"Media\"", "priority = \"Baja\"", ""},
      {"priority = { not = [\"Alta\"] }, team = \"y\"", "priority = \"Alta\", team = \"x\"",
       "team = \"x\""},
      {"priority = \"Alta\"", "priority = { not = [\"Alta\", \"Baja\"] }", ""},
      {"customer = 7", "customer = { not = [7, 8] }", ""},
      {"customer = [1, 2, 3]", "priority = { not = [\"Alta\"] }", ""},
      {"team = \"x\"", "priority = \"Alta\"", ""},
      {
          "",
      }};
  for (const std::vector<std::string>& conditions : near_misses) {
    EXPECT_EQ(warnings_of(conditions), "") << joined(conditions);
  }
}

std::string gaps_of(const std::string& others) {
  const std::string text = std::string(kHead) + others +
                           "[[policy]]\nname = \"tabla\"\nby = [\"priority\"]\n"
                           "clocks = [\"resolution\"]\n[policy.target]\nAlta = [\"1h\"]\n";
  const CompiledDocument document = compile_document(text, "t.toml", nullptr);
  EXPECT_TRUE(document.errors.empty()) << joined(document.errors);
  return joined(document.warnings);
}

TEST(TableGaps, AreAllToldUnlessAnotherRuleFillsThem) {
  EXPECT_NE(gaps_of("").find("has nothing for priority 'Media', 'Baja'\n"), std::string::npos);
  const std::string media =
      "[[policy]]\nname = \"media\"\nwhen = { priority = \"Media\" }\n"
      "target = { resolution = \"8h\" }\n";
  EXPECT_NE(gaps_of(media).find("has nothing for priority 'Baja'\n"), std::string::npos);
  const std::string rest =
      "[[policy]]\nname = \"resto\"\nwhen = { priority = { not = [\"Alta\"] } }\n"
      "target = { resolution = \"8h\" }\n";
  EXPECT_EQ(gaps_of(rest), "");
}

// Kushki's area table leaves the desk itself out, and says so.
TEST(ShippedTenants, HaveNoWarningButOneThatIsMeant) {
  int tenants = 0;
  for (const auto& entry : std::filesystem::directory_iterator(source("tools/examples"))) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() != ".toml" || name.ends_with("-map.toml")) continue;
    ++tenants;
    const CompiledDocument document = compile_document(read_file(entry.path()), name, nullptr);
    EXPECT_EQ(joined(document.errors), "");
    if (name == "kushki.toml") {
      ASSERT_EQ(document.warnings.size(), 1u) << joined(document.warnings);
      EXPECT_NE(document.warnings[0].find("has nothing for team 'Soporte'"), std::string::npos);
    } else {
      EXPECT_EQ(joined(document.warnings), "") << name;
    }
  }
  EXPECT_GE(tenants, 8);
}

}  // namespace
}  // namespace vencer::config_test
