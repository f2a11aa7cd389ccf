// Goal: the commands that read a data directory without a server say in words what stands there,
// and of a damaged one exactly what is wrong where, with exit code 1. Method: a real server leaves
// a directory behind, the commands read it; then bytes of its files are changed.
#include <gtest/gtest.h>

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
)";

class LogTools : public CommandsFixture {
 protected:
  fs::path segment(int number) const {
    return data() / "wal" / ("wal-000000000000000" + std::to_string(number) + ".seg");
  }
  // A directory with two tickets, the server that made it stopped.
  void desk() {
    start(kDocument);
    done({"create", "T-1", "plan=A", "customer=7"});
    done({"--producer", "mesa-1", "create", "T-2", "plan=B"});
    done({"status", "T-1", "Listo"});
    done({"extend", "T-2", "resolution", "--by", "2h", "--reason", "falta un dato"});
  }
};

std::vector<json> of_kind(const std::vector<json>& lines, const std::string& kind) {
  std::vector<json> found;
  for (const json& line : lines) {
    if (line["kind"] == kind) found.push_back(line);
  }
  return found;
}

TEST_F(LogTools, EachStepInWords) {
  desk();
  stop();
  const CommandResultText dump = offline({"-o", "jsonl", "wal", "dump", data()});
  ASSERT_EQ(dump.exit_code, 0) << dump.err;
  const std::vector<json> lines = lines_of(dump.out);
  EXPECT_EQ(lines[0]["kind"], "settings");
  EXPECT_EQ(lines[0]["step"], 1);
  EXPECT_EQ(lines[0]["clock"], "wall");
  EXPECT_EQ(lines.back()["kind"], "seal");
  const auto documents = of_kind(lines, "tenant_document");
  ASSERT_EQ(documents.size(), 1u);
  EXPECT_EQ(documents[0]["tenant"], "mesa");
  EXPECT_EQ(documents[0]["id"], 1);
  EXPECT_EQ(documents[0]["version"], 1);
  const auto commands = of_kind(lines, "commands");
  ASSERT_EQ(commands.size(), 4u);
  EXPECT_EQ(commands[0]["tenant"], "mesa");
  const json create = {
      {"kind", "create"}, {"ticket", "T-1"}, {"attributes", {{"plan", "A"}, {"customer", 7}}}};
  EXPECT_EQ(commands[0]["commands"], json::array({create}));
  EXPECT_EQ(commands[1]["commands"][0]["number"], 1);
  EXPECT_TRUE(commands[1].contains("producer"));
  EXPECT_EQ(commands[2]["commands"][0],
            (json{{"kind", "status"}, {"ticket", "T-1"}, {"status", "Listo"}}));
  EXPECT_EQ(commands[3]["commands"][0]["by_ms"], 7'200'000);
  EXPECT_EQ(commands[3]["commands"][0]["reason"], "falta un dato");
}

TEST_F(LogTools, OneStepAsAReplayNamesIt) {
  desk();
  stop();
  const auto all = lines_of(offline({"-o", "jsonl", "wal", "dump", data()}).out);
  const json wanted = of_kind(all, "commands")[2];
  const std::string number = wanted["step"].dump();
  const CommandResultText one =
      offline({"-o", "jsonl", "wal", "dump", data(), "--step", number, "--raw"});
  ASSERT_EQ(one.exit_code, 0) << one.err;
  auto lines = lines_of(one.out);
  ASSERT_EQ(lines.size(), 1u) << one.out;
  // The bytes that stand in the file at that place, behind the step's header.
  std::ifstream file(data() / "wal" / wanted["segment"].get<std::string>(), std::ios::binary);
  file.seekg(static_cast<std::streamoff>(wanted["offset"].get<std::uint64_t>() + 32));
  std::string hex;
  for (std::size_t i = 0; i < lines[0]["payload"].get<std::string>().size() / 2; ++i) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", file.get());
    hex += digits;
  }
  EXPECT_GT(hex.size(), 32u);
  EXPECT_EQ(lines[0]["payload"], hex);
  lines[0].erase("payload");
  EXPECT_EQ(lines[0], wanted);
  const CommandResultText beyond = offline({"wal", "dump", data(), "--step", "4711"});
  EXPECT_EQ(beyond.exit_code, 1);
  EXPECT_NE(beyond.err.find("there is no step 4711"), std::string::npos) << beyond.err;
}

TEST_F(LogTools, OnlyWhatIsAskedFor) {
  desk();
  stop();
  const auto ticket =
      lines_of(offline({"-o", "jsonl", "wal", "dump", data(), "--ticket", "T-2"}).out);
  ASSERT_EQ(ticket.size(), 2u);
  EXPECT_EQ(ticket[0]["commands"][0]["kind"], "create");
  EXPECT_EQ(ticket[1]["commands"][0]["kind"], "extend");
  const auto tenant =
      lines_of(offline({"-o", "jsonl", "--tenant", "mesa", "wal", "dump", data()}).out);
  EXPECT_EQ(tenant.size(), 5u);  // its document, four frames
  EXPECT_EQ(offline({"-o", "jsonl", "--tenant", "otra", "wal", "dump", data()}).out, "");
  const auto groups = lines_of(
      offline({"-o", "jsonl", "wal", "dump", data(), "--from-group", "2", "--to-group", "3"}).out);
  ASSERT_FALSE(groups.empty());
  for (const json& line : groups) EXPECT_TRUE(line["group"] == 2 || line["group"] == 3) << line;
  const CommandResultText table = offline({"-o", "table", "wal", "dump", data()});
  EXPECT_NE(table.out.find("create T-1 plan=A customer=7"), std::string::npos) << table.out;
  EXPECT_NE(table.out.find("mesa (id 1), version 1"), std::string::npos) << table.out;
  EXPECT_EQ(offline({"wal", "dump", data(), "--step", "x"}).exit_code, 2);
  EXPECT_EQ(offline({"wal", "dump", data() / "none"}).exit_code, 2);
  EXPECT_EQ(offline({"wal"}).exit_code, 2);
  const CommandResultText unknown = offline({"wal", "burn", data()});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_NE(unknown.err.find("dump"), std::string::npos) << unknown.err;
}

TEST_F(LogTools, ARunningServersFilesAreReadAsTheyAre) {
  desk();
  const CommandResultText dump = offline({"-o", "jsonl", "wal", "dump", data()});
  EXPECT_EQ(dump.exit_code, 0) << dump.err;
  EXPECT_EQ(of_kind(lines_of(dump.out), "commands").size(), 4u);
  EXPECT_EQ(offline({"wal", "verify", data()}).exit_code, 0);
  EXPECT_EQ(offline({"events", "dump", data()}).exit_code, 0);
  EXPECT_EQ(done({"create", "T-3"})["version"], 1);  // the server has not noticed
}

TEST_F(LogTools, ADamagedLogIsShownUpToTheDamage) {
  desk();
  stop();
  const auto all = lines_of(offline({"-o", "jsonl", "wal", "dump", data()}).out);
  const json third = of_kind(all, "commands")[2];
  const auto offset = static_cast<std::streamoff>(third["offset"].get<std::uint64_t>());
  change_byte(segment(1), offset + 32 + 4);
  const CommandResultText dump = offline({"-o", "jsonl", "wal", "dump", data()});
  EXPECT_EQ(dump.exit_code, 1);
  auto lines = lines_of(dump.out);
  EXPECT_EQ(of_kind(lines, "commands").size(), 2u);
  const json damage = lines.back();
  EXPECT_EQ(damage["kind"], "damage");
  EXPECT_EQ(damage["after_step"], third["step"].get<std::uint64_t>() - 1);
  for (const std::string& part :
       {segment(1).string(), std::string("at byte"),
        "group " + third["group"].dump() + " (step " + third["step"].dump() + ")",
        std::string("wal verify")}) {
    EXPECT_NE(dump.err.find(part), std::string::npos) << part << " in " << dump.err;
  }
  const CommandResultText verify = offline({"-o", "json", "wal", "verify", data()});
  EXPECT_EQ(verify.exit_code, 1);
  const json report = json::parse(verify.out);
  EXPECT_EQ(report["verdict"], "damaged");
  EXPECT_EQ(report["last_group"], third["group"].get<std::uint64_t>() - 1);
  EXPECT_EQ(report["row"], "y-----");
  const CommandResultText lines_text = offline({"wal", "verify", data()});
  for (const char* part : {"row 1 of 6", "DAMAGED", "wal repair"}) {
    EXPECT_NE(lines_text.out.find(part), std::string::npos) << part << " in " << lines_text.out;
  }
}

TEST_F(LogTools, ADamagedLogIsRepairedOnlyByOneWhoSaysSo) {
  desk();
  const std::uint64_t epoch = done({"info"})["epoch"];
  stop();
  const auto all = lines_of(offline({"-o", "jsonl", "wal", "dump", data()}).out);
  const json third = of_kind(all, "commands")[2];
  const std::uint64_t last = third["group"].get<std::uint64_t>() - 1;
  change_byte(segment(1), static_cast<std::streamoff>(third["offset"].get<std::uint64_t>()) + 36);
  // A server refuses it, and without the word nothing is changed.
  const CommandResultText refused = refused_start();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.err.find("wal verify"), std::string::npos) << refused.err;
  const CommandResultText asked = offline({"-o", "json", "wal", "repair", data()});
  EXPECT_EQ(asked.exit_code, 1);
  EXPECT_NE(asked.err.find("--accept-loss"), std::string::npos) << asked.err;
  EXPECT_EQ(asked.err.find("is whole"), std::string::npos) << asked.err;
  json would = json::parse(asked.out);
  EXPECT_EQ(would["damaged"], true);
  EXPECT_EQ(would["repaired"], false);
  EXPECT_EQ(would["last_group"], last);
  EXPECT_GE(would["groups_lost_at_least"], 2);
  EXPECT_EQ(offline({"wal", "verify", data()}).exit_code, 1);

  const CommandResultText repaired =
      offline({"-o", "json", "wal", "repair", data(), "--accept-loss"});
  ASSERT_EQ(repaired.exit_code, 0) << repaired.err;
  const json did = json::parse(repaired.out);
  EXPECT_EQ(did["last_group"], last);
  ASSERT_FALSE(did["kept"].empty());
  for (const json& file : did["kept"]) EXPECT_TRUE(fs::exists(file.get<std::string>())) << file;
  EXPECT_EQ(offline({"wal", "verify", data()}).exit_code, 0);

  // What was before the damage is there, and a consumer of before is told.
  serve();
  EXPECT_EQ(done({"get", "T-1"})["status"], "Nuevo");
  EXPECT_EQ(done({"get", "T-2"})["ticket"], "T-2");
  EXPECT_GT(done({"info"})["epoch"], epoch);
  const CommandResultText continued =
      vencer({"watch", "--from", "1", "--epoch", std::to_string(epoch), "--count", "1"});
  EXPECT_EQ(continued.exit_code, 1);
  EXPECT_NE(continued.err.find("epoch"), std::string::npos) << continued.err;
  stop();
  const CommandResultText whole = offline({"wal", "repair", data()});
  EXPECT_EQ(whole.exit_code, 0) << whole.err;  // nothing to do
  EXPECT_NE(whole.err.find("the log itself is whole"), std::string::npos) << whole.err;
}

TEST_F(LogTools, ATornTailIsNoDamage) {
  desk();
  server_->kill_hard();
  std::fstream file(segment(1), std::ios::binary | std::ios::in | std::ios::out);
  const auto all = lines_of(offline({"-o", "jsonl", "wal", "dump", data()}).out);
  const auto behind = static_cast<std::streamoff>(all.back()["offset"].get<std::uint64_t>());
  file.seekp((behind / 4096 + 1) * 4096);
  file << "half a group";
  file.close();
  const CommandResultText dump = offline({"-o", "jsonl", "wal", "dump", data()});
  EXPECT_EQ(dump.exit_code, 0);
  EXPECT_EQ(lines_of(dump.out).size(), all.size());
  EXPECT_NE(dump.err.find("a start would cut here"), std::string::npos) << dump.err;
  const CommandResultText verify = offline({"-o", "json", "wal", "verify", data()});
  EXPECT_EQ(verify.exit_code, 0);
  EXPECT_EQ(json::parse(verify.out)["verdict"], "torn");
}

TEST_F(LogTools, EventsInTheWordsOfWatch) {
  desk();
  const json info = done({"info"});
  const std::string last = info["last_sequence"].dump();
  const CommandResultText watched =
      vencer({"-o", "jsonl", "watch", "--from", "earliest", "--count", last, "--for", "60s"});
  ASSERT_EQ(watched.exit_code, 0) << watched.err;
  stop();
  const CommandResultText dump = offline({"-o", "jsonl", "events", "dump", data()});
  EXPECT_EQ(dump.exit_code, 0) << dump.err;
  EXPECT_EQ(dump.out, watched.out);
  const auto some =
      lines_of(offline({"-o", "jsonl", "events", "dump", data(), "--from", "2", "--to", "3"}).out);
  ASSERT_EQ(some.size(), 2u);
  EXPECT_EQ(some[0]["sequence"], 2);
  const auto of_ticket = lines_of(offline({"-o", "jsonl", "events", "dump", data(), "--ticket",
                                           "T-1", "--types", "created,clock_met"})
                                      .out);
  ASSERT_EQ(of_ticket.size(), 2u);
  EXPECT_EQ(of_ticket[1]["type"], "clock_met");
  EXPECT_EQ(offline({"events", "dump", data(), "--types", "burnt"}).exit_code, 2);
}

TEST_F(LogTools, ADamagedEventIsNamedAndTheRestShown) {
  desk();
  stop();
  const auto whole = lines_of(offline({"-o", "jsonl", "events", "dump", data()}).out);
  ASSERT_GE(whole.size(), 4u);
  const fs::path path = data() / "events" / "events-00000000000000000001.seg";
  change_byte(path, 64 + 8 + 30);  // within the first event
  const CommandResultText dump = offline({"-o", "jsonl", "events", "dump", data()});
  EXPECT_EQ(dump.exit_code, 1);
  const auto rest = lines_of(dump.out);
  ASSERT_EQ(rest.size(), whole.size() - 1);
  EXPECT_EQ(rest[0], whole[1]);
  EXPECT_NE(dump.err.find(path.string() + " at byte 64: event 1 cannot be read"), std::string::npos)
      << dump.err;
}

TEST_F(LogTools, AnArchiveHoldsFullSegments) {
  desk();
  stop();
  const CommandResultText before = offline({"-o", "jsonl", "wal", "dump", data()});
  // Each start goes on in a segment of its own.
  serve();
  done({"create", "T-3"});
  stop();
  const fs::path archive = folder_.path() / "archive";
  const CommandResultText made =
      offline({"-o", "json", "wal", "archive", data(), "--to", archive, "--compress"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_EQ(json::parse(made.out)["added"], 1);
  EXPECT_TRUE(fs::exists(archive / "wal-0000000000000001.seg.zst"));
  EXPECT_LT(fs::file_size(archive / "wal-0000000000000001.seg.zst"), fs::file_size(segment(1)));
  const CommandResultText verify = offline({"-o", "json", "wal", "verify", archive});
  EXPECT_EQ(verify.exit_code, 0) << verify.err << verify.out;
  const CommandResultText dump = offline({"-o", "jsonl", "wal", "dump", archive});
  EXPECT_EQ(dump.exit_code, 0) << dump.err;
  EXPECT_EQ(dump.out, before.out);
  // Again: what is there is left, what is new is added.
  serve();
  stop();
  const auto again =
      json::parse(offline({"-o", "json", "wal", "archive", data(), "--to", archive}).out);
  EXPECT_EQ(again["kept"], 1);
  EXPECT_EQ(again["added"], 1);
  // And back, byte for byte.
  const fs::path back = folder_.path() / "back";
  ASSERT_EQ(offline({"wal", "extract", archive, "--to", back}).exit_code, 0);
  for (int number : {1, 2}) {
    const auto bytes = [](const fs::path& path) {
      std::ifstream file(path, std::ios::binary);
      return std::string(std::istreambuf_iterator<char>(file), {});
    };
    EXPECT_TRUE(bytes(segment(number)) == bytes(back / segment(number).filename())) << number;
  }
  EXPECT_EQ(offline({"wal", "extract", archive, "--to", back}).exit_code, 1);
  change_byte(archive / "wal-0000000000000001.seg.zst", 200);
  const CommandResultText broken = offline({"wal", "verify", archive});
  EXPECT_EQ(broken.exit_code, 1) << broken.out;
  EXPECT_NE((broken.out + broken.err).find("wal-0000000000000001.seg.zst"), std::string::npos);
}

TEST_F(LogTools, AnArchiveIsOfOneLog) {
  desk();
  stop();
  serve();
  stop();
  const fs::path archive = folder_.path() / "archive";
  ASSERT_EQ(offline({"wal", "archive", data(), "--to", archive}).exit_code, 0);
  fs::remove_all(data());
  desk();
  stop();
  const CommandResultText other = offline({"wal", "archive", data(), "--to", archive});
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_NE(other.err.find("the archive of another log"), std::string::npos) << other.err;
}

// GROUP.STEP, as a replay that failed names it; a step that starts go past is marked.
TEST_F(LogTools, AStepByItsName) {
  desk();
  stop();
  const std::vector<json> lines = lines_of(offline({"-o", "jsonl", "wal", "dump", data()}).out);
  const json wanted = of_kind(lines, "commands").back();
  const std::string name = wanted["name"];
  EXPECT_TRUE(name.starts_with(wanted["group"].dump() + ".")) << name;
  const auto shown = [&] {
    const std::vector<json> one =
        lines_of(offline({"-o", "jsonl", "wal", "dump", data(), "--step", name}).out);
    EXPECT_EQ(one.size(), 1u);
    return one.empty() ? json() : one[0];
  };
  EXPECT_EQ(shown(), wanted);
  const CommandResultText beyond = offline({"wal", "dump", data(), "--step", "4711.2"});
  EXPECT_EQ(beyond.exit_code, 1);
  EXPECT_NE(beyond.err.find("there is no step 4711.2"), std::string::npos) << beyond.err;

  Server refused(data(), {"--skip-step", "4711.2"}, {});
  EXPECT_TRUE(refused.endpoint().empty());
  EXPECT_EQ(refused.process().wait(), 1);
  EXPECT_NE(refused.log().find("the log has no such step"), std::string::npos) << refused.log();
  serve({"--skip-step", name});
  EXPECT_NE(server_->log().find("a step of the log is skipped"), std::string::npos);
  EXPECT_EQ(done({"info", "-o", "json"})["epoch"], 2);
  stop();
  EXPECT_EQ(shown()["skipped"], true);
  EXPECT_NE(offline({"-o", "table", "wal", "dump", data(), "--step", name}).out.find("SKIPPED"),
            std::string::npos);
}

}  // namespace
}  // namespace vencer::testing
