// Goal: the rarer subcommands do what their help says, against a real server, and a tenant that was
// deleted stays so after a crash.
#include "tests/cli/commands_fixture.h"

namespace vencer::testing {
namespace {

constexpr const char* kDocument = R"(
format = 1
tenant = "mesa"
status = [["Nuevo", "new"], ["En curso", "open"], ["Pendiente", "pending"], ["Listo", "resolved"],
          ["Anulado", "cancelled"]]
level = ["N1", "N2"]
events_on = ["status_changed"]
activity = ["evidencia"]
customers = { contract = "flag" }
[attribute]
plan = ["A", "B"]
customer = "open:100"
agent = "open:100"
team = ["Soporte", "Guardia"]
[[clock]]
name = "resolution"
start = ["created"]
stop = ["category:resolved"]
[[clock]]
name = "promesa"
start = ["created"]
stop = ["category:resolved"]
[[policy]]
name = "todo"
target = { resolution = "8h", promesa = "ticket" }
calendar = "24x7"
[[constraint]]
name = "evidencia antes de N2"
on = ["level:N2"]
needs = ["evidencia"]
)";

class DeskCommands : public CommandsFixture {
 protected:
  // Events of these types so far, by a stream from the oldest one.
  std::vector<json> events(const std::string& types, int count) const {
    return lines_of(vencer({"watch", "--from", "earliest", "--types", types, "--count",
                            std::to_string(count), "--for", "20s"})
                        .out);
  }
};

// Local days: in Panama the first ends at 05:00 UTC.
TEST_F(DeskCommands, TimeInStatusIsShownByDay) {
  const std::string asked = R"(
time_in_status = { when = { plan = "A" }, calendar = "oficina" }
[calendar.oficina]
zone = "America/Panama"
weekly = { mon-fri = ["09:00-18:00"] }
)";
  std::string document = kDocument;
  const std::size_t attributes = document.find("[attribute]");
  start(document.insert(attributes, asked), {"--clock", "input"});
  done({"create", "A-1", "plan=A", "--occurred-at", "2026-04-01T20:00:00Z"});
  done({"create", "B-1", "plan=B", "--occurred-at", "2026-04-01T20:00:00Z"});
  done({"status", "A-1", "En curso", "--occurred-at", "2026-04-01T21:30:00Z"});
  done({"advance", "2026-04-02T06:00:00Z"});
  const json rows = {{{"day", "2026-04-01"}, {"status", "Nuevo"}, {"ms", 5'400'000}},
                     {{"day", "2026-04-01"}, {"status", "En curso"}, {"ms", 27'000'000}},
                     {{"day", "2026-04-02"}, {"status", "En curso"}, {"ms", 3'600'000}}};
  EXPECT_EQ(done({"get", "A-1"})["time_in_status"], rows);
  EXPECT_EQ(done({"why", "A-1"})["time_in_status"], rows);
  EXPECT_FALSE(done({"get", "B-1"}).contains("time_in_status"));
  const std::string text = vencer({"get", "A-1", "-o", "table"}).out;
  EXPECT_NE(text.find("2026-04-01: Nuevo 1h 30m, En curso 7h 30m\n"), std::string::npos) << text;
  EXPECT_NE(vencer({"why", "A-1", "-o", "table"}).out.find("In status on 2026-04-02: En curso 1h."),
            std::string::npos);
}

TEST_F(DeskCommands, AssignSetsAgentAndTeam) {
  start(kDocument);
  done({"create", "T-1"});
  done({"assign", "T-1", "--agent", "12", "--team", "Guardia"});
  EXPECT_EQ(done({"get", "T-1"})["attributes"], (json{{"agent", 12}, {"team", "Guardia"}}));
  done({"assign", "T-1", "--agent", "none"});
  EXPECT_EQ(done({"get", "T-1"})["attributes"], (json{{"team", "Guardia"}}));
  EXPECT_EQ(vencer({"assign", "T-1"}).exit_code, 2);
  EXPECT_EQ(vencer({"assign", "T-1", "--team", "Nadie"}).exit_code, 1);
}

TEST_F(DeskCommands, ARefusalNamesTheConstraint) {
  start(kDocument);
  done({"create", "T-1"});
  const CommandResultText refused = vencer({"escalate", "T-1"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.err.find("refused by constraint 'evidencia antes de N2'"), std::string::npos)
      << refused.err;
  done({"activity", "T-1", "evidencia"});
  done({"escalate", "T-1"});
  const CommandResultText above = vencer({"escalate", "T-1"});
  EXPECT_NE(above.err.find("the last is 'N2'"), std::string::npos) << above.err;
}

TEST_F(DeskCommands, MergeAndLink) {
  start(kDocument);
  for (const char* key : {"1", "2", "3"}) done({"create", key});
  done({"merge", "1", "2"});
  EXPECT_EQ(done({"get", "1"})["status"], "Anulado");
  done({"link", "2", "problem", "3"});
  const auto told = events("merged,linked", 2);
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0]["other"], "2");
  EXPECT_EQ(told[1]["link"], "problem");
  EXPECT_EQ(told[1]["other"], "3");
  EXPECT_EQ(vencer({"merge", "2", "2"}).exit_code, 1);
  const CommandResultText nobody = vencer({"merge", "2", "77"});
  EXPECT_NE(nobody.err.find("no such other ticket: 77"), std::string::npos) << nobody.err;
  EXPECT_EQ(vencer({"link", "2", "friend", "3"}).exit_code, 2);
}

TEST_F(DeskCommands, DeadlinesThatAreMoved) {
  start(kDocument);
  done({"create", "T-1", "--due-at", "2099-01-01T00:00:00Z"});
  const json before = done({"get", "T-1"});
  EXPECT_EQ(before["clocks"][1]["due"], "2099-01-01T00:00:00.000Z");
  done({"extend", "T-1", "resolution", "--by", "2h", "--reason", "espera al proveedor"});
  done({"extend", "T-1", "resolution", "--by", "-30m"});
  done({"set-due", "T-1", "2099-02-01T00:00:00Z"});
  const json after = done({"get", "T-1"});
  EXPECT_EQ(after["clocks"][0]["due_ms"].get<std::int64_t>(),
            before["clocks"][0]["due_ms"].get<std::int64_t>() + 90 * 60'000);
  EXPECT_EQ(after["clocks"][1]["due"], "2099-02-01T00:00:00.000Z");
  done({"set-due", "T-1", "none"});
  EXPECT_FALSE(done({"get", "T-1"})["clocks"][1].contains("due"));
  const auto told = events("deadline_extended", 2);
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0]["reason"], "espera al proveedor");
  EXPECT_FALSE(told[1].contains("reason"));
  EXPECT_EQ(vencer({"extend", "T-1", "resolution", "--by", "soon"}).exit_code, 2);
  EXPECT_EQ(vencer({"extend", "T-1", "x", "--by", "1h"}).exit_code, 1);
  EXPECT_EQ(vencer({"set-due", "T-1", "soon"}).exit_code, 2);
}

TEST_F(DeskCommands, PendingUntilAndCancel) {
  start(kDocument, {"--clock", "input"});
  done({"create", "T-1", "--occurred-at", "2026-04-01T09:00:00Z"});
  done({"status", "T-1", "Pendiente", "--until", "2026-04-01T12:00:00Z", "--then", "En curso",
        "--occurred-at", "2026-04-01T10:00:00Z"});
  EXPECT_EQ(done({"get", "T-1"})["status"], "Pendiente");
  done({"advance", "2026-04-01T13:00:00Z"});
  EXPECT_EQ(done({"get", "T-1"})["status"], "En curso");
  done({"cancel", "T-1", "--occurred-at", "2026-04-01T14:00:00Z"});
  EXPECT_EQ(done({"get", "T-1"})["status"], "Anulado");
  EXPECT_EQ(vencer({"status", "T-1", "Nuevo", "--then", "Listo"}).exit_code, 2);
  EXPECT_EQ(vencer({"status", "T-1", "Nuevo", "--until", "soon"}).exit_code, 2);
  EXPECT_EQ(vencer({"status", "T-1", "Nuevo", "--until", "2026"}).exit_code, 2);
}

TEST_F(DeskCommands, StartLaterAndQuietly) {
  start(kDocument, {"--clock", "input"});
  done({"create", "1", "--start-at", "2026-04-02T09:00:00Z", "--occurred-at",
        "2026-04-01T09:00:00Z"});
  EXPECT_EQ(done({"get", "1"})["clocks"][0]["phase"], "idle");
  done({"create", "2", "--quiet", "--occurred-at", "2026-04-01T09:00:00Z"});
  done({"advance", "2026-04-02T10:00:00Z"});
  EXPECT_EQ(done({"get", "1"})["clocks"][0]["due"], "2026-04-02T17:00:00.000Z");
  const auto told = events("created,imported,breached", 3);
  ASSERT_EQ(told.size(), 3u);
  EXPECT_EQ(told[0]["type"], "created");
  EXPECT_EQ(told[1]["type"], "imported");
  EXPECT_EQ(told[1]["ticket"], "2");
}

TEST_F(DeskCommands, CustomersWithAndWithoutContract) {
  start(kDocument);
  done({"put-customer", "acme"});
  done({"put-customer", "7", "--no-contract"});
  done({"create", "1", "customer=acme"});
  done({"create", "2", "customer=7"});
  const auto told = events("contract_missing", 1);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0]["ticket"], "2");
  EXPECT_EQ(told[0]["customer"], 7);
  EXPECT_EQ(
      vencer({"put-customer", "7", "--no-contract", "--contract-until", "2099-01-01"}).exit_code,
      2);
}

TEST_F(DeskCommands, MuteAndUnmute) {
  start(kDocument);
  done({"mute", "plan=A", "--for", "1h"});
  done({"create", "1", "plan=A"});
  done({"create", "2", "plan=B"});
  done({"unmute", "plan=A"});
  done({"create", "3", "plan=A"});
  const auto told = events("created", 3);
  ASSERT_EQ(told.size(), 3u);
  EXPECT_EQ(told[0]["muted"], true);
  EXPECT_FALSE(told[1].contains("muted"));
  EXPECT_FALSE(told[2].contains("muted"));
  EXPECT_EQ(vencer({"mute"}).exit_code, 2);
  EXPECT_EQ(vencer({"mute", "plan=A", "team=Guardia", "--for", "1h"}).exit_code, 2);
}

TEST_F(DeskCommands, ADeletedTenantStaysDeleted) {
  start(kDocument);
  done({"create", "1"});
  EXPECT_EQ(vencer({"delete-tenant", "mesa"}).exit_code, 2);  // without --yes
  EXPECT_EQ(done({"delete-tenant", "mesa", "--yes"})["open_tickets"], 1);
  EXPECT_EQ(vencer({"get", "1"}).exit_code, 1);
  EXPECT_EQ(vencer({"delete-tenant", "mesa", "--yes"}).exit_code, 1);
  server_->kill_hard();
  server_ = std::make_unique<Server>(folder_.path() / "data", std::vector<std::string>());
  EXPECT_EQ(vencer({"get", "1"}).exit_code, 1);
  // The name is free for another tenant, which knows nothing of the first.
  EXPECT_EQ(done({"put-tenant", write("mesa.toml", kDocument)})["version"], 1);
  EXPECT_EQ(vencer({"get", "1"}).exit_code, 1);
  done({"create", "1"});
}

TEST_F(DeskCommands, EverySubcommandHasHelp) {
  start(kDocument);
  for (const char* name : {"merge", "link", "extend", "set-due", "cancel", "assign", "put-customer",
                           "mute", "unmute", "delete-tenant", "create", "status"}) {
    const CommandResultText help = vencer({name, "--help"});
    EXPECT_EQ(help.exit_code, 0) << name;
    EXPECT_NE(help.out.find("Usage: vencer " + std::string(name)), std::string::npos) << help.out;
  }
}

}  // namespace
}  // namespace vencer::testing
