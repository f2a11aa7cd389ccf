// Goal: `vencer check-tenant` says what a document means, without a server: its exit codes, its
// words, its due times, and that the words are the document's.
#include <gtest/gtest.h>
#include <vencer_paths.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/process.h"

namespace vencer::testing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const fs::path kRoot = VENCER_SOURCE_DIR;

CommandResultText check(const fs::path& file, std::vector<std::string> options) {
  options.insert(options.begin(), {VENCER_PROGRAM, "check-tenant", file.string()});
  return run_command(options);
}

json explained(const fs::path& file, const std::string& at) {
  const CommandResultText result = check(file, {"--at", at, "-o", "json"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  return json::parse(result.out);
}

json example_of(const json& document, const std::string& rule, const std::string& clock,
                const std::string& calendar) {
  for (const json& example : document["examples"]) {
    if (example["rule"] == rule && example["clock"] == clock && example["calendar"] == calendar) {
      return example;
    }
  }
  ADD_FAILURE() << "no example of " << rule << " for " << clock << " in " << calendar;
  return json::object();
}

// All that is said of what is called so, in one text.
std::string said(const json& document, const std::string& name) {
  std::string text;
  for (const json& section : document["sections"]) {
    for (const json& entry : section["entries"]) {
      if (entry["name"] != name) continue;
      for (const json& line : entry["says"]) text += line.get<std::string>() + "\n";
    }
  }
  return text;
}

void expect_says(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << part << "\nis not in\n" << text;
}

TEST(CheckTenant, GivesEachCellItsDueTime) {
  const json desk = explained(kRoot / "tools/examples/servicenow.toml", "2026-11-23 10:00");
  EXPECT_FALSE(desk["examples"].empty());
  const json all = explained(kRoot / "tests/corpus/valid/everything.toml", "2026-11-23 17:00");
  const json eight = example_of(all, "todo", "resolution", "oficina");
  EXPECT_EQ(eight["target"], "8h");
  EXPECT_EQ(eight["zone"], "America/Santiago");
  EXPECT_EQ(eight["start"], "2026-11-23T20:00:00.000Z");
  EXPECT_EQ(eight["due"], "2026-11-24T19:00:00.000Z");
  EXPECT_EQ(eight["due_local"], "Tue 2026-11-24 16:00");
  expect_says(
      said(all, "todo"),
      "a ticket created Mon 2026-11-23 17:00 America/Santiago is due Tue 2026-11-24 16:00.");
}

TEST(CheckTenant, KnowsEveryKindOfTarget) {
  const json all = explained(kRoot / "tests/corpus/valid/everything.toml", "2026-11-23 10:00");
  const auto due = [&](const char* clock, const char* calendar) {
    const json example = example_of(all, "cambios", clock, calendar);
    return example.contains("due_local") ? example["due_local"].get<std::string>() : "";
  };
  EXPECT_EQ(due("resolution", "oficina"), "Mon 2027-01-04 18:00");
  EXPECT_EQ(due("resolution", "24x7"), "Thu 2026-12-24 00:00") << "days of UTC";
  EXPECT_EQ(due("etapa/Análisis", "oficina"), "Mon 2026-11-23 18:00");
  EXPECT_EQ(due("etapa/Desarrollo", "oficina"), "") << "the ticket says it";
  EXPECT_EQ(due("entrega", "oficina"), "Thu 2026-12-31 18:00");
  EXPECT_EQ(due("cierre", "oficina"), "Thu 2026-12-31 20:00") << "written at UTC-5";
  EXPECT_EQ(example_of(all, "cambios", "resolution", "24x7")["with"], "channel = telefono");
}

TEST(CheckTenant, SaysConstraintsDetectorsAndDigestsInWords) {
  const json all = explained(kRoot / "tests/corpus/valid/everything.toml", "2026-11-23 10:00");
  expect_says(
      said(all, "soporte sin backlog"),
      "for tickets with category = Soporte: it is refused if afterwards it is in Backlog or "
      "it is on N2.");
  expect_says(said(all, "chat solo +"),
              "it is taken only with plan = Soporte + Cloud and oficina being open.");
  expect_says(said(all, "evidencia antes del N2"),
              "When it rises to N2, for all tickets: it needs, recorded before: evidencia and "
              "approval.");
  expect_says(said(all, "evidencia antes del N2/approval/by"), "actors 101 or 102");
  expect_says(said(all, "un cambio a la vez"),
              "at most 1 of the same customer may be in Desarrollo");
  expect_says(said(all, "masivo"),
              "5 new tickets within 10m, for tickets with category is not Cambio");
  expect_says(said(all, "por vencer"), "At 08:30 on every day of oficina");
  expect_says(said(all, "cierre"), "15m before oficina closes");
  expect_says(said(all, "reapertura"), "A window: its end is no breach.");
  expect_says(said(all, "resolution"),
              "Stands still while it is in Espera, it is on N2, channel = telefono or agent = not "
              "set.");
  expect_says(said(all, "fin"), "escalates to N2");
  expect_says(said(all, "oficina"), "Mon-Fri 09:00-18:00 (America/Santiago).");
  expect_says(said(all, "todo"), "priority is filled from impact and urgency");
}

TEST(CheckTenant, EveryShippedTenantIsValidAndEachTargetHasAnExample) {
  int tenants = 0;
  for (const auto& entry : fs::directory_iterator(kRoot / "tools/examples")) {
    const std::string name = entry.path().stem().string();
    if (entry.path().extension() != ".toml" || name.ends_with("-map")) continue;
    SCOPED_TRACE(name);
    ++tenants;
    const json document = explained(entry.path(), "2026-11-23 10:00");
    EXPECT_TRUE(document["errors"].empty());
    EXPECT_FALSE(document["examples"].empty());
    for (const json& example : document["examples"]) {
      const bool of_the_ticket = example["target"] == "the ticket's own due_at";
      EXPECT_EQ(example.contains("due_ms"), !of_the_ticket) << example;
    }
  }
  EXPECT_GE(tenants, 8);
}

TEST(CheckTenant, TellsPeopleTheSame) {
  const CommandResultText result =
      check(kRoot / "tools/examples/minimal.toml", {"--at", "2026-11-23T10:00:00Z", "-o", "table"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err, "");
  expect_says(result.out,
              "# clocks\nresolution\n  Starts when the ticket is created.\n"
              "  Stops when it enters Resuelto.\n");
  expect_says(result.out, "a ticket created Mon 2026-11-23 10:00 UTC is due Mon 2026-11-23 18:00.");
  const CommandResultText offset = check(kRoot / "tools/examples/minimal.toml",
                                         {"--at", "2026-11-23T07:00:00-03:00", "-o", "table"});
  EXPECT_EQ(offset.out, result.out);
  expect_says(result.out, "tenant minimal: is valid, 0 warning(s)\n");
}

TEST(CheckTenant, WarnsAndRefuses) {
  const fs::path corpus = kRoot / "tests/corpus/documents";
  const CommandResultText shadowed = check(corpus / "warns_rule_shadowed.toml", {"-o", "table"});
  EXPECT_EQ(shadowed.exit_code, 0);
  expect_says(shadowed.err, "can never match");
  const CommandResultText wrong = check(corpus / "status_missing.toml", {"-o", "table"});
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_EQ(wrong.out, "");
  expect_says(wrong.err, "vencer: status_missing.toml:");
  const CommandResultText as_json = check(corpus / "status_missing.toml", {"-o", "json"});
  EXPECT_EQ(as_json.exit_code, 1);
  EXPECT_EQ(json::parse(as_json.out)["errors"].size(), 1u);
  EXPECT_EQ(check(corpus / "no_such_file.toml", {}).exit_code, 2);
  EXPECT_EQ(check(corpus / "status_missing.toml", {"--at", "soon"}).exit_code, 2);
}

}  // namespace
}  // namespace vencer::testing
