// Goal: `vencer` and `vencerd` as a person meets them: help, faults with their exit codes, and the
// import of a real log, also when the server dies in the middle. Method: the real programs, run as
// children.
#include <gtest/gtest.h>
#include <vencer_paths.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/process.h"
#include "tests/support/stream.h"

namespace vencer::testing {
namespace {

namespace fs = std::filesystem;
using Arguments = std::vector<std::string>;

const fs::path kExamples = fs::path(VENCER_SOURCE_DIR) / "tools/examples";

CommandResultText vencer(const Server& server, Arguments arguments) {
  arguments.insert(arguments.begin(), {VENCER_PROGRAM, "--endpoint", server.endpoint()});
  return run_command(arguments);
}

CommandResultText vencer(Arguments arguments) {
  arguments.insert(arguments.begin(), VENCER_PROGRAM);
  return run_command(arguments);
}

class Programs : public ::testing::Test {
 protected:
  fs::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_.path() / name) << text;
    return folder_.path() / name;
  }
  fs::path data(const std::string& name) const { return folder_.path() / name; }

  TemporaryFolder folder_;
};

TEST_F(Programs, HelpAndVersion) {
  const CommandResultText help = vencer({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  for (const char* command :
       {"put-tenant", "create", "status", "set", "activity", "get", "watch", "import", "load"}) {
    EXPECT_NE(help.out.find(command), std::string::npos) << command;
  }
  EXPECT_EQ(vencer({"--version"}).exit_code, 0);
  EXPECT_EQ(vencer({"import", "--help"}).exit_code, 0);
  EXPECT_EQ(run_command({VENCER_SERVER_PROGRAM, "--help"}).exit_code, 0);
}

TEST_F(Programs, FaultsGoToStandardErrorWithTheirExitCode) {
  const CommandResultText usage = vencer({"no-such-command"});
  EXPECT_EQ(usage.exit_code, 2);
  EXPECT_EQ(usage.out, "");
  EXPECT_TRUE(usage.err.starts_with("vencer: ")) << usage.err;
  // Port 1 of loopback: nobody listens there.
  const CommandResultText unreachable =
      vencer({"--endpoint", "127.0.0.1:1", "--tenant", "zen", "get", "T-1"});
  EXPECT_EQ(unreachable.exit_code, 3) << unreachable.err;
  const CommandResultText server = run_command({VENCER_SERVER_PROGRAM, "--no-such-flag"});
  EXPECT_EQ(server.exit_code, 1);
  EXPECT_TRUE(server.err.starts_with("vencerd: ")) << server.err;
  EXPECT_NE(server.err.find("--no-such-flag"), std::string::npos) << server.err;
}

// 2 as the help says: no server was asked, or could have been.
TEST_F(Programs, AWrongCommandLineIsNoRefusal) {
  for (const char* endpoint : {"foo", ":7401", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:65536"}) {
    const CommandResultText wrong = vencer({"--endpoint", endpoint, "--tenant", "zen", "get", "1"});
    EXPECT_EQ(wrong.exit_code, 2) << endpoint;
    EXPECT_NE(wrong.err.find("is not HOST:PORT"), std::string::npos) << wrong.err;
  }
  for (const Arguments& command : {Arguments{"create", "1"}, Arguments{"reload-zones"}}) {
    const CommandResultText nobody = vencer(command);
    EXPECT_EQ(nobody.exit_code, 2) << command[0];
    EXPECT_NE(nobody.err.find("--tenant NAME"), std::string::npos) << nobody.err;
  }
  const CommandResultText nowhere = vencer({"wal", "verify", data("none")});
  EXPECT_EQ(nowhere.exit_code, 2);
  EXPECT_NE(nowhere.err.find("there is no directory"), std::string::npos) << nowhere.err;
  const CommandResultText hold = vencer({"--tenant", "zen", "ack", "1", "--for", "0s"});
  EXPECT_EQ(hold.exit_code, 2);
  EXPECT_NE(hold.err.find("--for"), std::string::npos) << hold.err;
}

TEST_F(Programs, TheServersLogCountsEveryKindOfCommand) {
  Server server(data("data"));
  ASSERT_EQ(vencer(server, {"put-tenant", kExamples / "zen.toml"}).exit_code, 0);
  for (const char* key : {"T-1", "T-2"}) {
    ASSERT_EQ(vencer(server, {"--tenant", "zen", "create", key}).exit_code, 0);
  }
  ASSERT_EQ(vencer(server, {"--tenant", "zen", "link", "T-1", "related", "T-2"}).exit_code, 0);
  EXPECT_EQ(server.stop(), 0);
  const std::string log = server.log();
  for (const char* count : {" create=2", " set_status=0", " set_attributes=0", " activity=0",
                            " escalate=0", " acknowledge=0", " merge=0", " link=1", " extend=0",
                            " set_due=0", " cancel=0", " put_customer=0", " mute=0"}) {
    EXPECT_NE(log.find(count), std::string::npos) << count << " in " << log;
  }
}

TEST_F(Programs, ATicketFromCreationToItsState) {
  Server server(data("data"));
  EXPECT_EQ(vencer(server, {"put-tenant", kExamples / "zen.toml"}).exit_code, 0);
  EXPECT_EQ(
      vencer(server, {"--tenant", "zen", "create", "T-1", "plan=Soporte Cloud", "priority=Urgente"})
          .exit_code,
      0);
  EXPECT_EQ(vencer(server, {"--tenant", "zen", "status", "T-1", "En análisis"}).exit_code, 0);
  EXPECT_EQ(vencer(server, {"--tenant", "zen", "activity", "T-1", "agent_reply"}).exit_code, 0);
  const CommandResultText ticket = vencer(server, {"--tenant", "zen", "-o", "json", "get", "T-1"});
  EXPECT_EQ(ticket.exit_code, 0) << ticket.err;
  EXPECT_NE(ticket.out.find("En análisis"), std::string::npos) << ticket.out;
  for (const char* asks : {"get", "why"}) {
    const CommandResultText none = vencer(server, {"--tenant", "zen", asks, "T-2"});
    EXPECT_EQ(none.exit_code, 1);
    EXPECT_NE(none.err.find("this tenant has no ticket T-2"), std::string::npos) << none.err;
  }
  EXPECT_EQ(vencer(server, {"--tenant", "zen", "create", "T-1"}).exit_code, 1);
  const CommandResultText unknown = vencer(server, {"--tenant", "zen", "status", "T-1", "Perdido"});
  EXPECT_NE(unknown.exit_code, 0);
  EXPECT_NE(unknown.err.find("Perdido"), std::string::npos) << unknown.err;
  EXPECT_EQ(server.stop(), 0) << server.log();
}

TEST_F(Programs, ABrokenDocumentIsRefusedWithItsPlace) {
  Server server(data("data"));
  const fs::path broken = write("broken.toml", "format = 1\ntenant = \"x\"\nstatus = 7\n");
  const CommandResultText put = vencer(server, {"put-tenant", broken});
  EXPECT_NE(put.exit_code, 0);
  EXPECT_NE(put.err.find("broken.toml:3:"), std::string::npos) << put.err;
}

TEST_F(Programs, LoadReportsWhatItDid) {
  Server server(data("data"));
  ASSERT_EQ(vencer(server, {"put-tenant", kExamples / "demo.toml"}).exit_code, 0);
  const CommandResultText closed =
      vencer(server, {"--tenant", "demo", "-o", "json", "load", "-n", "2000", "-c", "2", "-P", "4",
                      "--frame", "8", "--exactly-once", "--subscribe"});
  ASSERT_EQ(closed.exit_code, 0) << closed.err;
  const auto report = nlohmann::json::parse(closed.out);
  EXPECT_EQ(report["commands"], 2000);
  EXPECT_EQ(report["errors"], nlohmann::json::object());
  EXPECT_EQ(report["unknown"], 0);
  EXPECT_LE(report["latency_us"]["p50"], report["latency_us"]["max"]);
  const CommandResultText open =
      vencer(server, {"--tenant", "demo", "-o", "json", "load", "-n", "300", "--rate", "3000"});
  ASSERT_EQ(open.exit_code, 0) << open.err;
  EXPECT_EQ(nlohmann::json::parse(open.out)["commands"], 300);
  EXPECT_EQ(vencer(server, {"--tenant", "demo", "load", "--mix", "sleep=1"}).exit_code, 2);
}

class Import : public Programs {
 protected:
  void SetUp() override {
    if (!fs::exists(kLog)) GTEST_SKIP() << "the incident log is not beside the project";
  }

  static Arguments import_of(const fs::path& log, const fs::path& map, const std::string& frame) {
    return {"--tenant", "servicenow", "import", "servicenow", log,  "--map",
            map,        "--summary",  "json",   "--frame",    frame};
  }
  static void put_tenant(const Server& server) {
    const CommandResultText put = vencer(server, {"put-tenant", kExamples / "servicenow.toml"});
    ASSERT_EQ(put.exit_code, 0) << put.err;
  }

  // The import, run once to its end on a server of its own.
  void import_whole(std::string& summary, std::vector<std::string>& events) {
    Server server(data("whole"), {"--clock", "input"});
    put_tenant(server);
    const CommandResultText result = vencer(server, import_of(kLog, kMap, "512"));
    ASSERT_EQ(result.exit_code, 0) << result.err;
    summary = result.out;
    Client client = connect(server.endpoint(), "servicenow");
    events = event_bytes(client);
  }

  const fs::path kLog = fs::path(VENCER_SOURCE_DIR) / "../shared/data/servicenow-incidents.csv";
  const fs::path kMap = kExamples / "servicenow-map.toml";
};

TEST_F(Import, ReproducesTheSourcesVerdicts) {
  std::string summary;
  std::vector<std::string> events;
  import_whole(summary, events);
  const auto json = nlohmann::json::parse(summary);
  const std::uint64_t incidents = json["incidents"], agree = json["agree"];
  EXPECT_EQ(incidents, 565u);
  EXPECT_GE(static_cast<double>(agree) / static_cast<double>(incidents), 0.99) << summary;
  EXPECT_EQ(json["undecided"], 0);
  EXPECT_EQ(agree + json["differ"].get<std::uint64_t>(), incidents);
  EXPECT_EQ(json["differing"].size(), json["differ"]);
  EXPECT_EQ(json["refused"], 5);  // rows after Closed, counted in the file
  std::uint64_t by_priority = 0;
  for (const auto& [priority, counts] : json["by_priority"].items()) {
    by_priority += counts["incidents"].get<std::uint64_t>();
  }
  EXPECT_EQ(by_priority, incidents);
}

TEST_F(Import, GoesOnAfterKillAndGivesTheSameSummaryAndEvents) {
  std::string whole_summary;
  std::vector<std::string> whole_events;
  import_whole(whole_summary, whole_events);
  ASSERT_GT(whole_events.size(), 2000u);
  Server first(data("killed"), {"--clock", "input"});
  put_tenant(first);
  Arguments arguments = import_of(kLog, kMap, "16");
  arguments.insert(arguments.begin(), {VENCER_PROGRAM, "--endpoint", first.endpoint()});
  Child importing(arguments, folder_.path() / "import.out");
  std::vector<std::string> seen;
  {
    Client client = connect(first.endpoint(), "servicenow");
    while (client.hello().last_sequence < whole_events.size() / 2)
      ASSERT_TRUE(client.refresh().ok());
    seen = event_bytes(client);
  }
  first.kill_hard();
  EXPECT_EQ(importing.wait(), 3);  // it says that the server has gone

  Server second(data("killed"), {"--clock", "input"});
  const CommandResultText again = vencer(second, import_of(kLog, kMap, "512"));
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(again.out, whole_summary);
  EXPECT_NE(again.err.find("going on after"), std::string::npos) << again.err;
  Client client = connect(second.endpoint(), "servicenow");
  const std::vector<std::string> events = event_bytes(client);
  ASSERT_GE(events.size(), seen.size());
  for (std::size_t i = 0; i < seen.size(); ++i) ASSERT_EQ(events[i], seen[i]) << "event " << i + 1;
  EXPECT_EQ(events.size(), whole_events.size());
  EXPECT_TRUE(events == whole_events);
  // A third time: nothing is left to send, and the answer stands.
  EXPECT_EQ(vencer(second, import_of(kLog, kMap, "512")).out, whole_summary);
}

TEST_F(Import, ABrokenRowOrMappingIsRefusedWithItsPlaceBeforeAnythingIsSent) {
  Server server(data("broken"), {"--clock", "input"});
  put_tenant(server);
  std::ifstream in(kLog);
  std::string header, row;
  std::getline(in, header);
  std::getline(in, row);
  const std::string state = "New";
  row.replace(row.find(state), state.size(), "Lost");
  const fs::path log = write("bad.csv", header + "\n" + row + "\n");
  const CommandResultText bad_row = vencer(server, import_of(log, kMap, "512"));
  EXPECT_EQ(bad_row.exit_code, 2);
  EXPECT_NE(bad_row.err.find("bad.csv:2:12: there is no status 'Lost'"), std::string::npos)
      << bad_row.err;
  const fs::path map = write("bad.toml", "status = \"incident_state\"\n");
  const CommandResultText bad_map = vencer(server, import_of(kLog, map, "512"));
  EXPECT_EQ(bad_map.exit_code, 2);
  EXPECT_NE(bad_map.err.find("bad.toml:1:1: row: is missing"), std::string::npos) << bad_map.err;
  Client client = connect(server.endpoint(), "servicenow");
  std::uint64_t created = 0;
  read_stream(client, 1, [&](const Event& event) { created += event.type == EventType::created; });
  EXPECT_EQ(created, 0u);
}

TEST_F(Import, AServerOnTheWallClockIsRefused) {
  Server server(data("wall"));
  put_tenant(server);
  const CommandResultText result = vencer(server, import_of(kLog, kMap, "512"));
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.err.find("--clock input"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace vencer::testing
