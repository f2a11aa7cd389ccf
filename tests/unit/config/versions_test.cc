// A later document against the version in force: ids never move, dropped names are retired, and
// come back to life under the same id.
#include <gtest/gtest.h>

#include "tests/unit/config/support.h"

namespace vencer::config_test {
namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  if (at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

const std::string kFirst = R"(format = 1
tenant = "t"
status = [["Nuevo", "new"], ["En curso", "open"], ["Hecho", "resolved"]]
level = ["N1", "N2"]
activity = ["visita", "llamada"]
[attribute]
plan = ["Oro", "Plata", "Bronce"]
team = "open"
[calendar.oficina]
zone = "America/Santiago"
weekly = { mon-fri = ["09:00-18:00"] }
[recipient]
agente = [{ to = "attribute:team" }]
[ladder.l]
steps = [{ at = "75%", warn = "agente" }, { at = "due", level = "N2" }]
[[clock]]
name = "a"
start = ["created"]
stop = ["category:resolved"]
[[clock]]
name = "b"
start = ["visita"]
stop = ["agent_reply"]
[[policy]]
name = "tabla"
by = ["plan"]
clocks = ["a", "b"]
calendar = "oficina"
ladder = "l"
[policy.target]
Oro = ["1h", "2h"]
Plata = ["3h", "4h"]
Bronce = ["5h", "6h"]
)";

TenantSpec compiled(const std::string& text, const TenantSpec* previous) {
  const CompiledDocument document = compile_document(text, "t.toml", previous);
  EXPECT_TRUE(document.errors.empty()) << joined(document.errors);
  return document.spec;
}

std::vector<std::string> errors(const std::string& text, const TenantSpec& previous) {
  return compile_document(text, "t.toml", &previous).errors;
}

TEST(Versions, TheSameTextIsNoNewVersion) {
  const TenantSpec first = compiled(kFirst, nullptr);
  const CompiledDocument again = compile_document(kFirst, "t.toml", &first);
  EXPECT_TRUE(again.unchanged);
  EXPECT_EQ(again.spec, first);
  const CompiledDocument spaced = compile_document(kFirst + "\n", "t.toml", &first);
  EXPECT_FALSE(spaced.unchanged);
  EXPECT_EQ(spaced.spec.version, 2u);
}

TEST(Versions, AnEqualDocumentGivesTheSameSpecButForItsNumber) {
  const TenantSpec first = compiled(kFirst, nullptr);
  TenantSpec second = compiled(kFirst + "# a remark\n", &first);
  EXPECT_NE(second.source_hash, first.source_hash);
  second.version = first.version;
  second.source_hash = first.source_hash;
  EXPECT_EQ(second, first);
}

TEST(Versions, ADroppedStatusIsRetiredAndComesBack) {
  const TenantSpec first = compiled(kFirst, nullptr);
  const std::string without = replaced(kFirst, R"(["Nuevo", "new"], ["En curso", "open"])",
                                       R"(["Entrada", "new"], ["Otro", "open"])");
  const TenantSpec second = compiled(without, &first);
  ASSERT_EQ(second.statuses.size(), 5u);
  EXPECT_EQ(second.statuses[0].name, "Nuevo");
  EXPECT_TRUE(second.statuses[0].retired);
  EXPECT_TRUE(second.statuses[1].retired);
  EXPECT_FALSE(second.statuses[2].retired);
  EXPECT_EQ(second.statuses[3].name, "Entrada");
  EXPECT_EQ(second.initial_status, 3);
  const TenantSpec third = compiled(kFirst, &second);
  ASSERT_EQ(third.statuses.size(), 5u);
  EXPECT_FALSE(third.statuses[0].retired);
  EXPECT_TRUE(third.statuses[3].retired);
  EXPECT_EQ(third.initial_status, 0);
  EXPECT_EQ(third.version, 3u);
}

TEST(Versions, CategoriesAreReadAnewWithEachStatus) {
  const TenantSpec first = compiled(kFirst, nullptr);
  EXPECT_EQ(first.clocks[0].stop.statuses, 0b100u);
  const std::string more = replaced(kFirst, R"(["Hecho", "resolved"])",
                                    R"(["Hecho", "resolved"], ["Listo", "resolved"])");
  EXPECT_EQ(compiled(more, &first).clocks[0].stop.statuses, 0b1100u);
  const std::string moved =
      replaced(kFirst, R"(["Hecho", "resolved"])", R"(["Listo", "resolved"])");
  EXPECT_EQ(compiled(moved, &first).clocks[0].stop.statuses, 0b1000u)
      << "a retired status is of no category";
}

TEST(Versions, ValuesKeepTheirNumbers) {
  const TenantSpec first = compiled(kFirst, nullptr);
  const std::string fewer = replaced(replaced(kFirst, R"(plan = ["Oro", "Plata", "Bronce"])",
                                              R"(plan = ["Platino", "Plata", "Oro"])"),
                                     "Bronce = ", "Platino = ");
  const TenantSpec second = compiled(fewer, &first);
  const AttributeSpec& plan = second.attributes[0];
  EXPECT_EQ(plan.values, (std::vector<std::string>{"Oro", "Plata", "Bronce", "Platino"}));
  EXPECT_EQ(plan.value_retired, (std::vector<bool>{false, false, true, false}));
  const RuleSpec& added = named(second.rules, "tabla/Platino");
  EXPECT_EQ(added.when[0].values, std::vector<Value>{4});
  EXPECT_TRUE(named(second.rules, "tabla/Bronce").retired);
  EXPECT_EQ(second.rule_order, (std::vector<RuleId>{0, 1, 3}));
}

TEST(Versions, ClocksKeepTheirPlaceInTheOrderOfEqualDeadlines) {
  const TenantSpec first = compiled(kFirst, nullptr);
  const std::string swapped = replaced(
      replaced(replaced(kFirst, "name = \"a\"", "name = \"x\""), "name = \"b\"", "name = \"a\""),
      "name = \"x\"", "name = \"b\"");
  const CompiledDocument second = compile_document(swapped, "t.toml", &first);
  ASSERT_TRUE(second.errors.empty()) << joined(second.errors);
  EXPECT_EQ(second.spec.clocks[0].name, "a");
  EXPECT_EQ(second.spec.clocks[0].start, first.clocks[1].start);
  EXPECT_NE(joined(second.warnings).find("'a' stood earlier"), std::string::npos);
}

TEST(Versions, StepNamesOfAClockAreNeverReused) {
  const TenantSpec first = compiled(kFirst, nullptr);
  const TenantSpec second = compiled(replaced(kFirst, "\"75%\"", "\"80%\""), &first);
  EXPECT_EQ(second.clocks[0].step_names, (std::vector<std::string>{"75%", "due", "80%"}));
  EXPECT_EQ(compiled(kFirst, &second).clocks[0].step_names, second.clocks[0].step_names);
}

TEST(Versions, LaddersRecipientsAndCalendarsKeepTheirIds) {
  const TenantSpec first = compiled(kFirst, nullptr);
  std::string other = replaced(kFirst, "[ladder.l]", "[ladder.m]");
  other = replaced(other, "ladder = \"l\"", "ladder = \"m\"");
  other = replaced(other, "agente = [", "guardia = [");
  other = replaced(other, "warn = \"agente\"", "warn = \"guardia\"");
  other = replaced(other, "[calendar.oficina]", "[calendar.sede]");
  other = replaced(other, "calendar = \"oficina\"", "calendar = \"sede\"");
  const TenantSpec second = compiled(other, &first);
  EXPECT_TRUE(second.ladders[0].retired);
  EXPECT_EQ(second.ladders[1].name, "m");
  EXPECT_TRUE(second.recipients[0].retired);
  EXPECT_EQ(second.ladders[1].steps[0].recipient, 1);
  ASSERT_EQ(second.calendars.size(), 3u);
  EXPECT_EQ(second.calendars[1], first.calendars[1]);
  EXPECT_EQ(second.rules[0].targets[0].calendar, 2);
  const TenantSpec third = compiled(kFirst, &second);
  EXPECT_FALSE(third.ladders[0].retired);
  EXPECT_EQ(third.rules[0], first.rules[0]);
}

TEST(Versions, ADroppedCalendarCannotBeUsed) {
  const TenantSpec first = compiled(kFirst, nullptr);
  const std::string renamed = replaced(kFirst, "[calendar.oficina]", "[calendar.sede]");
  EXPECT_NE(joined(errors(renamed, first)).find("'oficina' is not a calendar"), std::string::npos);
}

TEST(Versions, LevelsMayOnlyBeAddedOnTop) {
  const TenantSpec first = compiled(kFirst, nullptr);
  const std::string more = replaced(kFirst, R"(["N1", "N2"])", R"(["N1", "N2", "N3"])");
  EXPECT_EQ(compiled(more, &first).levels.size(), 3u);
  for (const char* bad : {R"(["N2", "N1"])", R"(["N1"])", R"(["N0", "N1", "N2"])", R"([])"}) {
    const std::string text = replaced(kFirst, R"(["N1", "N2"])", bad);
    EXPECT_NE(joined(errors(text, first)).find("in the version in force"), std::string::npos)
        << bad;
  }
  const std::string none = replaced(kFirst, "level = [\"N1\", \"N2\"]\n", "");
  EXPECT_NE(joined(errors(none, first)).find("the key 'level' is missing"), std::string::npos);
}

TEST(Versions, AnAttributeStaysOpenOrClosed) {
  const TenantSpec first = compiled(kFirst, nullptr);
  const std::string closed = replaced(kFirst, "team = \"open\"", "team = [\"Redes\"]");
  EXPECT_NE(joined(errors(closed, first)).find("was open in an earlier version"),
            std::string::npos);
  const std::string open =
      replaced(kFirst, R"(plan = ["Oro", "Plata", "Bronce"])", "plan = \"open\"");
  EXPECT_NE(joined(errors(open, first)).find("was a list of values"), std::string::npos);
}

TEST(Versions, ADocumentOfAnotherTenantIsRefused) {
  const TenantSpec first = compiled(kFirst, nullptr);
  const std::string other = replaced(kFirst, "tenant = \"t\"", "tenant = \"u\"");
  EXPECT_NE(joined(errors(other, first)).find("'u' is not the tenant"), std::string::npos);
}

TEST(Versions, LimitsCountTheNamesOfEarlierVersions) {
  TenantSpec spec = compiled(kFirst, nullptr);
  for (int i = 0; i < 30; ++i) {
    const std::string name = "\"c" + std::to_string(i) + "\"";
    std::string text = replaced(kFirst, "name = \"b\"", "name = " + name);
    text = replaced(text, "clocks = [\"a\", \"b\"]", "clocks = [\"a\", " + name + "]");
    spec = compiled(text, &spec);
  }
  ASSERT_EQ(spec.clocks.size(), 32u);
  std::string text = replaced(kFirst, "name = \"b\"", "name = \"last\"");
  text = replaced(text, "\"a\", \"b\"", "\"a\", \"last\"");
  EXPECT_NE(joined(errors(text, spec)).find("those of earlier versions counted (31)"),
            std::string::npos)
      << joined(errors(text, spec));
}

TEST(Versions, SettingsThatAreLeftOutTakeTheirDefaultsAgain) {
  const std::string life =
      "events_on = [\"light_changed\"]\nlife = { survey = \"status:Hecho\", "
      "keep_closed = \"1h\" }\n[attribute]";
  const TenantSpec first = compiled(replaced(kFirst, "[attribute]", life), nullptr);
  EXPECT_EQ(first.survey_status, 2);
  const TenantSpec second = compiled(kFirst, &first);
  EXPECT_EQ(second.survey_status, kNoId8);
  EXPECT_EQ(second.events_on, 0u);
  EXPECT_EQ(second.keep_closed_ms, 7 * 86'400'000);
}

TEST(TenantName, IsReadWithoutCompiling) {
  EXPECT_EQ(document_tenant_name(kFirst), "t");
  EXPECT_EQ(document_tenant_name("tenant = \"x\"\nnonsense = 1\n"), "x");
  EXPECT_EQ(document_tenant_name("tenant = 5\n"), "");
  EXPECT_EQ(document_tenant_name("tenant = \"x\n"), "");
  EXPECT_EQ(document_tenant_name(""), "");
}

}  // namespace
}  // namespace vencer::config_test
