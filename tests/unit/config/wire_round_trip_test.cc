// What the log holds of a document is what was compiled: through the wire's codec and back, for
// every valid document at hand, and for one that carries retired names.
#include <gtest/gtest.h>

#include "engine/wire/step_codec.h"
#include "tests/unit/config/support.h"

namespace vencer::config_test {
namespace {

void expect_round_trip(const TenantSpec& spec) {
  const std::vector<std::byte> bytes = encode_tenant(spec);
  const Result<TenantSpec> back = decode_tenant(bytes);
  ASSERT_TRUE(back.ok()) << spec.name << ": " << back.error().message;
  EXPECT_EQ(back.value(), spec) << spec.name;
}

TEST(WireRoundTrip, OfTheExamples) {
  for (const char* name : {"minimal.toml", "kushki.toml", "openpyme.toml", "emoney.toml",
                           "luki.toml", "zen.toml", "demo.toml", "servicenow.toml"}) {
    const CompiledDocument document = compile_document(example(name), name, nullptr);
    ASSERT_TRUE(document.errors.empty()) << joined(document.errors);
    expect_round_trip(document.spec);
  }
}

TEST(WireRoundTrip, OfEveryConstruct) {
  const std::string text = read_file(source("tests/corpus/valid/everything.toml"));
  const CompiledDocument document = compile_document(text, "everything.toml", nullptr);
  ASSERT_TRUE(document.errors.empty()) << joined(document.errors);
  expect_round_trip(document.spec);
  const std::string rest =
      "format = 1\ntenant = \"todo\"\nlevel = [\"N1\", \"N2\"]\n"
      "status = [[\"Nuevo\", \"new\"], [\"Resuelto\", \"resolved\"]]\n";
  const CompiledDocument later = compile_document(rest, "later.toml", &document.spec);
  ASSERT_TRUE(later.errors.empty()) << joined(later.errors);
  expect_round_trip(later.spec);
}

TEST(WireRoundTrip, OfEveryValidDocumentOfTheCorpus) {
  int valid = 0;
  for (const auto& entry : std::filesystem::directory_iterator(source("tests/corpus/documents"))) {
    const CompiledDocument document = compile_document(read_file(entry.path()), "x", nullptr);
    if (!document.errors.empty()) continue;
    expect_round_trip(document.spec);
    ++valid;
  }
  EXPECT_GE(valid, 10);
}

TEST(WireRoundTrip, OfADocumentWithRetiredNames) {
  const TenantSpec zen = compile_document(example("zen.toml"), "zen.toml", nullptr).spec;
  const std::string next = R"(format = 1
tenant = "zen"
status = [["Entrada", "new"], ["Listo", "closed"]]
level = ["Nivel 1", "Nivel 2", "Jefatura", "Gerencia"]
events_on = ["light_changed"]
[attribute]
plan = { values = ["Soporte Único"], alias = { "Soporte Cloud" = "Soporte Único" } }
sede = "open"
[calendar.noche]
zone = "Australia/Lord_Howe"
weekly = { mon-sun = ["22:00-06:00"] }
breaks = { sat = ["02:00-03:00"] }
holidays = ["02-29", "2026-12-24/2026-12-31"]
special = { 2027-01-01 = [], 2027-01-02 = ["00:00-24:00"] }
[recipient]
todos = [{ in = "noche", to = "attribute:sede", via = "radio" }, { to = "turno" }]
[ladder.nueva]
steps = [{ at = "87.5%", name = "aviso", warn = true },
  { at = "due", to = "todos", set = { status = "Entrada", plan = "Soporte Único", sede = 7 } },
  { at = "+1h", level = "Gerencia", calendar = "24x7", every = "4h", times = 3 }]
[[clock]]
name = "noche"
run_while = ["status:Entrada"]
cycles = "each"
reopen = "fresh"
reset = ["set:sede", "level:Gerencia", "agent_reply"]
[[policy]]
name = "todo"
when = { plan = { not = ["Soporte Único"] }, sede = [0, 9007199254740993] }
target = { noche = "1ms" }
calendar = "noche"
ladder = "nueva"
)";
  const CompiledDocument document = compile_document(next, "next.toml", &zen);
  ASSERT_TRUE(document.errors.empty()) << joined(document.errors);
  EXPECT_TRUE(document.spec.clocks[0].retired);
  EXPECT_EQ(named(document.spec.rules, "todo").when[1].values[1], 9007199254740993u);
  expect_round_trip(document.spec);
}

}  // namespace
}  // namespace vencer::config_test
