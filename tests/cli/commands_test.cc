// Goal: each subcommand of `vencer` does what its help says, against a real server: what scripts
// rely on is its exit code, its JSON, and that a stream goes on where it was left.
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/cli/commands_fixture.h"

namespace vencer::testing {
namespace {

constexpr const char* kDocument = R"(
format = 1
tenant = "mesa"
status = [["Nuevo", "new"], ["Listo", "resolved"]]
level = ["N1", "N2"]
events_on = ["status_changed"]
[attribute]
plan = ["A", "B"]
customer = "open:100"
[[clock]]
name = "resolution"
start = ["created"]
stop = ["category:resolved"]
[[policy]]
name = "todo"
target = { resolution = "8h" }
calendar = "24x7"
ladder = "aviso"
[ladder.aviso]
steps = [ { at = "75%", warn = "turno" } ]
[recipient]
turno = [{ to = "turno", via = "correo" }]
)";

class Commands : public CommandsFixture {
 protected:
  void start(const std::vector<std::string>& flags = {}) {
    CommandsFixture::start(kDocument, flags);
  }
};

TEST_F(Commands, ATicketFromBeginningToEnd) {
  start();
  EXPECT_EQ(done({"create", "T-1", "plan=A", "customer=acme"})["version"], 1);
  EXPECT_EQ(done({"set", "T-1", "plan=B", "customer="})["version"], 2);
  done({"activity", "T-1", "agent_reply"});
  done({"escalate", "T-1", "--level", "N2", "--to", "turno"});
  done({"ack", "T-1", "--clock", "resolution", "--for", "30m"});
  json ticket = done({"get", "T-1"});
  EXPECT_EQ(ticket["ticket"], "T-1");
  EXPECT_EQ(ticket["status"], "Nuevo");
  EXPECT_EQ(ticket["level"], "N2");
  EXPECT_EQ(ticket["attributes"], (json{{"plan", "B"}}));
  EXPECT_EQ(ticket["clocks"][0]["phase"], "running");
  EXPECT_EQ(ticket["clocks"][0]["rule"], "todo");
  EXPECT_EQ(ticket["clocks"][0]["target_ms"], 28'800'000);
  EXPECT_TRUE(ticket["clocks"][0].contains("acknowledged_until_ms"));
  done({"status", "T-1", "Listo"});
  ticket = done({"get", "T-1"});
  EXPECT_EQ(ticket["clocks"][0]["phase"], "met");
  EXPECT_NE(vencer({"get", "T-1", "-o", "table"}).out.find("resolution"), std::string::npos);
  EXPECT_EQ(vencer({"escalate", "T-1", "--level", "N1"}).exit_code, 1);
  EXPECT_EQ(vencer({"set", "T-1", "plan=C"}).exit_code, 1);
  EXPECT_EQ(vencer({"set", "T-1", "plan"}).exit_code, 2);
  const CommandResultText twice = vencer({"set", "T-1", "plan=A", "plan=B"});
  EXPECT_EQ(twice.exit_code, 1);
  EXPECT_NE(twice.err.find("attribute 'plan' is given twice"), std::string::npos) << twice.err;
  EXPECT_EQ(vencer({"status", "T-1", "Nuevo", "--expected-version", "1"}).exit_code, 1);
}

TEST_F(Commands, KeysOfEveryKindComeBack) {
  start();
  for (const std::string key :
       {"4711", "text:4711", "00112233-4455-6677-8899-aabbccddeeff", "sixteen bytes 16"}) {
    done({"create", key});
    EXPECT_EQ(done({"get", key})["ticket"], key);
  }
  const std::string longer = "a text that is longer than sixteen bytes";
  done({"create", longer});
  const std::string shown = done({"get", longer})["ticket"];
  EXPECT_EQ(shown.substr(0, 5), "hash:");
  EXPECT_EQ(done({"get", shown})["ticket"], shown);
}

TEST_F(Commands, AStreamGoesOnWhereItWasLeft) {
  start();
  for (int i = 1; i <= 6; ++i) done({"create", std::to_string(i)});
  const auto all =
      lines_of(vencer({"watch", "--from", "earliest", "--count", "7", "--for", "20s"}).out);
  ASSERT_EQ(all.size(), 7u);  // config_applied and six
  EXPECT_EQ(all[0]["type"], "config_applied");
  for (std::size_t i = 1; i < 7; ++i) EXPECT_EQ(all[i]["ticket"], std::to_string(i));
  auto parts =
      lines_of(vencer({"watch", "--from", "earliest", "--count", "3", "--for", "20s"}).out);
  const std::string next = std::to_string(parts.back()["sequence"].get<int>() + 1);
  const auto rest = lines_of(
      vencer({"watch", "--from", next, "--epoch", "1", "--count", "4", "--for", "20s"}).out);
  parts.insert(parts.end(), rest.begin(), rest.end());
  EXPECT_EQ(parts, all);
  const auto some = vencer(
      {"watch", "--from", "earliest", "--types", "config_applied", "--count", "1", "--for", "20s"});
  EXPECT_EQ(lines_of(some.out).size(), 1u);
  EXPECT_EQ(vencer({"watch", "--from", "earliest", "--epoch", "7"}).exit_code, 1);
  EXPECT_EQ(vencer({"watch", "--from", "999"}).exit_code, 1);
  EXPECT_EQ(vencer({"watch", "--types", "x"}).exit_code, 2);
  EXPECT_EQ(vencer({"watch", "--for", "1ms"}).exit_code, 0);
}

TEST_F(Commands, AStreamOfEveryTenantHasTheirNames) {
  start();
  done({"create", "1", "plan=A"});
  std::string other = kDocument;
  other.replace(other.find("\"mesa\""), 6, "\"otra\"");
  other.replace(other.find("\"Nuevo\""), 7, "\"Fresco\"");
  done({"put-tenant", write("otra.toml", other)});
  const Arguments all = {VENCER_PROGRAM, "--endpoint", server_->endpoint()};
  const auto run = [&](const Arguments& arguments) {
    Arguments whole = all;
    whole.insert(whole.end(), arguments.begin(), arguments.end());
    return run_command(whole).out;
  };
  run({"--tenant", "otra", "create", "2"});
  const auto events =
      lines_of(run({"watch", "--from", "earliest", "--count", "4", "--for", "20s"}));
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[0]["tenant"], "mesa");
  EXPECT_EQ(events[1]["status"], "Nuevo");
  EXPECT_EQ(events[1]["attributes"]["plan"], "A");
  EXPECT_EQ(events[2]["tenant"], "otra");
  EXPECT_EQ(events[3]["status"], "Fresco");
  const std::string table =
      run({"watch", "--from", "earliest", "--count", "4", "--for", "20s", "-o", "table"});
  EXPECT_NE(table.find("otra"), std::string::npos) << table;
}

TEST_F(Commands, AWatchThatLosesItsServerSaysWhereToGoOn) {
  start();
  done({"create", "1"});
  const fs::path output = folder_.path() / "watch.out";
  Child watch({VENCER_PROGRAM, "--endpoint", server_->endpoint(), "--tenant", "mesa", "watch",
               "--from", "earliest", "--for", "60s"},
              output);
  // It has connected once it has printed: ask the file, not the clock.
  std::string printed;
  while (watch.running() && printed.find("created") == std::string::npos) {
    std::ifstream file(output);
    printed.assign(std::istreambuf_iterator<char>(file), {});
  }
  server_->kill_hard();
  EXPECT_EQ(watch.wait(), 3);
  std::ifstream file(output);
  printed.assign(std::istreambuf_iterator<char>(file), {});
  EXPECT_NE(printed.find("go on with --from"), std::string::npos) << printed;
}

TEST_F(Commands, NumbersOfAProducer) {
  start();
  done({"--producer", "guion", "create", "1"});
  EXPECT_EQ(vencer({"--producer", "guion", "create", "1"}).exit_code, 1);  // refused, and counted
  EXPECT_EQ(done({"--producer", "guion", "info"})["last_number"], 2);
  EXPECT_EQ(done({"--producer", "otro", "info"})["last_number"], 0);
}

TEST_F(Commands, InfoShowsTheNames) {
  start();
  const json info = done({"info"});
  EXPECT_EQ(info["clock"], "wall");
  EXPECT_EQ(info["durable"], true);
  EXPECT_EQ(info["tenant"]["statuses"], (json{"Nuevo", "Listo"}));
  EXPECT_EQ(info["tenant"]["attributes"]["plan"], (json{"A", "B"}));
  EXPECT_EQ(vencer({"--tenant", "nadie", "info"}).exit_code, 1);
}

TEST_F(Commands, AdvanceMovesTimeOfInputOnly) {
  start({"--clock", "input"});
  EXPECT_EQ(vencer({"create", "1"}).exit_code, 1);  // it says no time
  done({"create", "1", "--occurred-at", "2026-04-01T09:00:00Z"});
  const json advanced = done({"advance", "2026-04-01T17:00:00.001Z"});
  EXPECT_EQ(advanced["now"], "2026-04-01T17:00:00.001Z");
  EXPECT_EQ(advanced["fired"].get<int>() >= 2, true);  // the warning, the breach
  const auto events = lines_of(vencer({"watch", "--from", "earliest", "--types", "warning,breached",
                                       "--count", "2", "--for", "20s"})
                                   .out);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0]["due"], "2026-04-01T15:00:00.000Z");
  EXPECT_EQ(events[0]["recipient"]["to"], "turno");
  EXPECT_EQ(events[1]["due"], "2026-04-01T17:00:00.000Z");
  EXPECT_EQ(events[1]["lag_ms"], 0);
}

TEST_F(Commands, AdvanceIsRefusedOnTheWallClock) {
  start();
  EXPECT_EQ(vencer({"advance", "2030-01-01"}).exit_code, 1);
}

// A document's files travel inside it, from its folder only.
TEST_F(Commands, PutTenantBringsItsFiles) {
  start();
  const auto document = [](const std::string& ics) {
    return std::string(kDocument) +
           "[calendar.oficina]\nzone = \"America/Santiago\"\nweekly = { mon-fri = " +
           "[\"09:00-18:00\"] }\nholidays_ics = [\"" + ics + "\"]\n";
  };
  write("sub/feriados.ics",
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:"
        "20260918\r\n"
        "SUMMARY:Fiestas\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
  EXPECT_EQ(done({"put-tenant", write("con.toml", document("sub/feriados.ics"))})["version"], 2);
  EXPECT_EQ(
      done({"put-tenant", "--check", write("con.toml", document("sub/feriados.ics"))})["unchanged"],
      true);
  const CommandResultText missing = vencer({"put-tenant", write("sin.toml", document("no.ics"))});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_NE(missing.err.find("no.ics"), std::string::npos) << missing.err;
  EXPECT_EQ(vencer({"put-tenant", write("fuera.toml", document("../x.ics"))}).exit_code, 2);
  EXPECT_EQ(vencer({"put-tenant", write("fuera.toml", document("/etc/hostname"))}).exit_code, 2);
  EXPECT_EQ(vencer({"put-tenant", folder_.path() / "none.toml"}).exit_code, 2);
}

// Goal: new tzdata reaches open tickets by a command, is logged, and needs no restart. Method: the
// server's database is a folder of one zone, whose file is replaced by that of another zone.
TEST_F(Commands, NewZonesMoveOpenTickets) {
  const fs::path zones = folder_.path() / "zones";
  fs::create_directories(zones / "America");
  const auto install = [&](const char* like) {
    fs::copy_file(fs::path("/usr/share/zoneinfo") / like, zones / "America/Santiago",
                  fs::copy_options::overwrite_existing);
  };
  install("America/Lima");
  ASSERT_EQ(setenv("TZDIR", zones.c_str(), 1), 0);
  server_ = std::make_unique<Server>(folder_.path() / "data");
  ASSERT_EQ(unsetenv("TZDIR"), 0);
  std::string text = kDocument;
  const auto replace = [&](const std::string& from, const std::string& to) {
    text.replace(text.find(from), from.size(), to);
  };
  replace("calendar = \"24x7\"", "calendar = \"oficina\"");
  replace("resolution = \"8h\"", "resolution = \"30m\"");
  text +=
      "[calendar.oficina]\nzone = \"America/Santiago\"\n"
      "weekly = { mon-sun = [\"12:00-12:30\"] }\n";
  done({"put-tenant", write("mesa.toml", text)});
  done({"create", "T-1"});
  const auto due = [&] { return done({"get", "T-1"})["clocks"][0]["due_ms"].get<std::int64_t>(); };
  const std::int64_t before = due();
  EXPECT_EQ(done({"reload-zones"}),
            (json{{"tenant", "mesa"}, {"version", 1}, {"unchanged", true}}));
  EXPECT_EQ(due(), before);
  install("Asia/Tokyo");  // 14 hours from Lima: half an hour at noon is another one, at any time
  EXPECT_EQ(done({"reload-zones"}),
            (json{{"tenant", "mesa"}, {"version", 2}, {"unchanged", false}}));
  const std::int64_t after = due();
  EXPECT_NE(after, before);
  server_->kill_hard();
  server_ = std::make_unique<Server>(folder_.path() / "data");
  EXPECT_EQ(due(), after) << "the zones are in the log, whatever database the machine has";
  const auto reload = [&](const Arguments& globals) {
    Arguments words{VENCER_PROGRAM, "--endpoint", server_->endpoint(), "reload-zones"};
    words.insert(words.end(), globals.begin(), globals.end());
    const CommandResultText result = run_command(words);
    EXPECT_EQ(result.exit_code, globals.empty() ? 2 : 1);  // no tenant named; none of that name
    return result.err;
  };
  EXPECT_NE(reload({}).find("--tenant"), std::string::npos) << reload({});
  EXPECT_NE(reload({"--tenant", "nadie"}).find("nadie"), std::string::npos);
}

}  // namespace
}  // namespace vencer::testing
