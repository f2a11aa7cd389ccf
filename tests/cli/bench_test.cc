// Goal: the commands under bench/ explain themselves and refuse bad arguments before they start,
// install or build anything; the bare server does what it is measured for. Method: the scripts'
// --help against the options that their programs take; the programs with arguments out of bounds,
// where this build has them; clients of vencerd at a bare server, its log read afterwards.
#include <gtest/gtest.h>
#include <vencer_paths.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/process.h"

namespace vencer::testing {
namespace {

namespace fs = std::filesystem;
using Arguments = std::vector<std::string>;

const fs::path kScripts = fs::path(VENCER_SOURCE_DIR) / "bench";
const fs::path kPrograms = fs::path(VENCER_BINARY_DIR) / "bench";

CommandResultText script(const std::string& name, const Arguments& more) {
  Arguments arguments = {"/usr/bin/env", "bash", kScripts / name};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_command(arguments);
}

struct Named {
  const char *script, *program;
};
// The scripts that hand their arguments on to a program.
constexpr Named kPairs[] = {{"run-all", "goals/run_all"},
                            {"peers/run", "peers/peers"},
                            {"capacity/run", "capacity/capacity"}};

// "--rounds" of "  --rounds N   of each row".
std::vector<std::string> options_in(const std::string& help) {
  std::vector<std::string> options;
  for (std::size_t at = 0; (at = help.find("\n  --", at)) != std::string::npos;) {
    at += 3;
    options.push_back(help.substr(at, help.find_first_of(" ,\n", at) - at));
  }
  return options;
}

TEST(Bench, ScriptsExplainThemselves) {
  for (const char* name : {"run-all", "peers/run", "peers/setup", "capacity/run"}) {
    const CommandResultText help = script(name, {"--help"});
    EXPECT_EQ(help.exit_code, 0) << name << help.err;
    EXPECT_TRUE(help.out.starts_with(std::string("bench/") + name)) << help.out;
    EXPECT_FALSE(options_in(help.out).empty()) << name;
  }
}

TEST(Bench, PeersAreListedWithoutInstallingThem) {
  const CommandResultText list = script("peers/setup", {"--list"});
  EXPECT_EQ(list.exit_code, 0);
  EXPECT_NE(list.out.find("redis-server\n"), std::string::npos);
  EXPECT_EQ(script("peers/setup", {"--no-such-flag"}).exit_code, 2);
}

TEST(Bench, AProgramTakesEveryOptionThatItsScriptTellsOf) {
  for (const Named& pair : kPairs) {
    if (!fs::exists(kPrograms / pair.program)) GTEST_SKIP() << "built without VENCER_BENCH";
    const CommandResultText told = script(pair.script, {"--help"});
    const CommandResultText taken = run_command({kPrograms / pair.program, "--help"});
    EXPECT_EQ(taken.exit_code, 0) << taken.err;
    for (const std::string& option : options_in(told.out)) {
      EXPECT_NE(taken.out.find(option), std::string::npos) << pair.program << " " << option;
    }
  }
}

TEST(Bench, ProgramsRefuseBadArguments) {
  const std::vector<Arguments> bad = {{"goals/run_all", "--rows", "no-such-row"},
                                      {"goals/run_all", "--rounds", "0"},
                                      {"peers/peers", "--only", "kafka"},
                                      {"peers/peers", "--connections", "0"},
                                      {"capacity/capacity", "--tickets", "1"},
                                      {"capacity/capacity", "--due-rate", "0"},
                                      {"storm", "--deadlines", "0"},
                                      {"storm", "--durability", "sometimes"},
                                      {"calibrate", "--seconds", "0"},
                                      {"growth", "--tickets", "many"},
                                      {"bare/bare", "--data", "/tmp"}};
  for (Arguments arguments : bad) {
    if (!fs::exists(kPrograms / arguments[0])) GTEST_SKIP() << "built without VENCER_BENCH";
    arguments[0] = kPrograms / arguments[0];
    const CommandResultText refused = run_command(arguments);
    EXPECT_EQ(refused.exit_code, 2) << arguments[0] << " " << arguments[1];
    EXPECT_EQ(refused.out, "") << arguments[0];
    EXPECT_NE(refused.err, "") << arguments[0];
  }
}

// A bare server in front of a vencerd that has the tenant of the figures.
class BareServer : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kBare)) GTEST_SKIP() << "built without VENCER_BENCH";
    vencerd_.emplace(folder_.path() / "data");
    ASSERT_EQ(
        vencer(vencerd_->endpoint(), {"put-tenant", kScripts / "tenants/desk.toml"}).exit_code, 0);
    bare_.emplace(Arguments{kBare, "--data", data(), "--upstream", vencerd_->endpoint(),
                            "--ports-file", ports(), "--capacity", "100000"},
                  folder_.path() / "bare.log");
    while (endpoint_.empty() && bare_->running()) {
      std::ifstream in(ports());
      if (!std::getline(in, endpoint_)) std::this_thread::yield();
    }
    ASSERT_NE(endpoint_, "");
  }
  CommandResultText vencer(Arguments arguments) const { return vencer(endpoint_, arguments); }
  static CommandResultText vencer(const std::string& endpoint, Arguments arguments) {
    arguments.insert(arguments.begin(),
                     {VENCER_PROGRAM, "--endpoint", endpoint, "--tenant", "desk", "-o", "json"});
    return run_command(arguments);
  }
  // Creates 5,000 tickets, always the same; what `vencer load` printed.
  nlohmann::json load() const {
    const CommandResultText load =
        vencer({"load", "--create-only", "--tickets", "5000", "--base", "1", "-c", "3", "-P", "2",
                "--frame", "16", "--subscribe"});
    return nlohmann::json::parse(load.out.empty() ? load.err : load.out);
  }
  fs::path data() const { return folder_.path() / "bare"; }
  fs::path ports() const { return folder_.path() / "bare.ports"; }

  const fs::path kBare = kPrograms / "bare/bare";
  TemporaryFolder folder_;
  std::optional<Server> vencerd_;
  std::optional<Child> bare_;
  std::string endpoint_;
};

TEST_F(BareServer, AnswersCommandsItselfAndAllElseThroughVencerd) {
  const nlohmann::json created = load();
  EXPECT_EQ(created["commands"], 5000);
  EXPECT_TRUE(created["errors"].empty()) << created;
  EXPECT_EQ(load()["errors"]["ticket_exists"], 5000);
  EXPECT_EQ(vencer({"create", "4711"}).exit_code, 0);
  const CommandResultText changed = vencer({"status", "4711", "En análisis"});
  EXPECT_EQ(changed.exit_code, 0) << changed.err;
  EXPECT_EQ(nlohmann::json::parse(changed.out)["version"], 2) << changed.out;
  const CommandResultText absent = vencer({"status", "4712", "En análisis"});
  EXPECT_NE(absent.exit_code, 0);
  EXPECT_NE(absent.err.find("unknown_ticket"), std::string::npos) << absent.err;
  // A query is vencerd's to answer, and that has no ticket.
  const CommandResultText counts = vencer({"counts"});
  EXPECT_EQ(counts.exit_code, 0) << counts.err;
  EXPECT_EQ(nlohmann::json::parse(counts.out)["open"], 0) << counts.out;
}

TEST_F(BareServer, WhatItAcknowledgedIsInItsLog) {
  EXPECT_EQ(load()["commands"], 5000);
  bare_->signal(SIGKILL);
  bare_->wait();
  const CommandResultText verified =
      run_command({VENCER_PROGRAM, "-o", "json", "wal", "verify", data() / "wal"});
  EXPECT_EQ(verified.exit_code, 0) << verified.err;
  // Frames of 16, of each of three connections a last one that may be smaller.
  EXPECT_GE(nlohmann::json::parse(verified.out)["steps"], 5000 / 16) << verified.out;
}

TEST_F(BareServer, WantsAFolderWithoutALog) {
  const CommandResultText second =
      run_command({kBare, "--data", data(), "--upstream", vencerd_->endpoint(), "--ports-file",
                   folder_.path() / "second.ports"});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_NE(second.err.find("empty folder"), std::string::npos) << second.err;
}

TEST(Bench, LoadRefusesBadArgumentsBeforeItConnects) {
  for (const Arguments& bad : std::vector<Arguments>{{"--frame", "0"},
                                                     {"--rate", "0"},
                                                     {"--mix", "status"},
                                                     {"--mix", "status=0"},
                                                     {"--for", "soon"},
                                                     {"--every", "never"},
                                                     {"--due-within", "soon"},
                                                     {"--existing", "0"}}) {
    Arguments arguments = {VENCER_PROGRAM, "--endpoint", "127.0.0.1:1", "--tenant", "zen", "load"};
    arguments.insert(arguments.end(), bad.begin(), bad.end());
    EXPECT_EQ(run_command(arguments).exit_code, 2) << bad[0] << " " << bad[1];
  }
}

}  // namespace
}  // namespace vencer::testing
