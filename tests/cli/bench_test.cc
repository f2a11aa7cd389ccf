// Goal: the commands under bench/ explain themselves and refuse bad arguments before they start,
// install or build anything. Method: the scripts' --help against the options that their programs
// take; the programs with arguments out of bounds, where this build has them.
#include <gtest/gtest.h>
#include <vencer_paths.h>

#include <filesystem>
#include <string>
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
                                      {"growth", "--tickets", "many"}};
  for (Arguments arguments : bad) {
    if (!fs::exists(kPrograms / arguments[0])) GTEST_SKIP() << "built without VENCER_BENCH";
    arguments[0] = kPrograms / arguments[0];
    const CommandResultText refused = run_command(arguments);
    EXPECT_EQ(refused.exit_code, 2) << arguments[0] << " " << arguments[1];
    EXPECT_EQ(refused.out, "") << arguments[0];
    EXPECT_NE(refused.err, "") << arguments[0];
  }
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
