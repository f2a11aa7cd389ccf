// Goal: a server of several partitions as its operator meets it. Method: the real programs.
#include <map>
#include <set>
#include <thread>

#include "tests/cli/commands_fixture.h"

namespace vencer::testing {
namespace {

class ServerPartitions : public CommandsFixture {
 protected:
  void put(const std::string& tenant) {
    const std::string document = "format = 1\ntenant = \"" + tenant + R"("
status = [["Nuevo", "new"], ["Resuelto", "resolved"]]
[[clock]]
name = "resolution"
start = ["created"]
stop = ["category:resolved"]
[[policy]]
name = "todo"
clocks = ["resolution"]
calendar = "24x7"
target = "8h"
)";
    const auto result = run({"put-tenant", write(tenant + ".toml", document)});
    ASSERT_EQ(result.exit_code, 0) << result.err;
  }
};

TEST_F(ServerPartitions, PlacedWatchedFromEachAndRemembered) {
  serve({"--partitions", "2", "--placement", "luki=1"});
  put("luki");
  put("zen");
  for (const char* tenant : {"luki", "zen"}) {
    for (const char* key : {"1", "2"}) {
      const auto made = run({"--tenant", tenant, "create", key});
      ASSERT_EQ(made.exit_code, 0) << made.err;
    }
  }
  const json info = json::parse(run({"info", "-o", "json"}).out);
  ASSERT_EQ(info["partitions"].size(), 2u);
  EXPECT_EQ(info["partitions"][1]["tenants"], 1);
  EXPECT_EQ(info["partitions"][1]["last_sequence"], 3);
  EXPECT_EQ(json::parse(run({"--tenant", "luki", "info", "-o", "json"}).out)["partition"], 1);

  // Every tenant: both streams from their beginning, each in its own order.
  std::map<int, std::vector<int>> seen;
  for (const json& event :
       lines_of(run({"watch", "--from", "earliest", "--count", "6", "--for", "20s"}).out)) {
    seen[event["partition"]].push_back(event["sequence"]);
    EXPECT_EQ(event["tenant"], event["partition"] == 1 ? "luki" : "zen");
  }
  EXPECT_EQ(seen[0], (std::vector<int>{1, 2, 3}));
  EXPECT_EQ(seen[1], (std::vector<int>{1, 2, 3}));
  // From a place in each.
  const auto rest = lines_of(
      run({"watch", "--from", "0:3,1:2", "--epoch", "0:1,1:1", "--count", "3", "--for", "20s"})
          .out);
  std::multiset<std::pair<int, int>> places;
  for (const json& event : rest) places.emplace(event["partition"], event["sequence"]);
  EXPECT_EQ(places, (std::multiset<std::pair<int, int>>{{0, 3}, {1, 2}, {1, 3}}));
  const auto one = run({"watch", "--from", "2"});
  EXPECT_EQ(one.exit_code, 2);
  EXPECT_NE(one.err.find("this server has 2 partitions"), std::string::npos) << one.err;

  // Not told again, and told otherwise: a tenant stays where it is.
  EXPECT_EQ(server_->stop(), 0) << server_->log();
  serve({"--placement", "luki=0"});
  EXPECT_EQ(json::parse(run({"--tenant", "luki", "info", "-o", "json"}).out)["partition"], 1);
  EXPECT_NE(server_->log().find("'luki' = 0, but it lives in partition 1"), std::string::npos)
      << server_->log();
  EXPECT_EQ(server_->stop(), 0) << server_->log();

  const auto fewer = refused_start({"--partitions", "1"});
  EXPECT_EQ(fewer.exit_code, 1);
  EXPECT_NE(fewer.err.find("start with partitions = 2"), std::string::npos) << fewer.err;
  const auto beyond = refused_start({"--placement", "zen=2"});
  EXPECT_EQ(beyond.exit_code, 1);
  EXPECT_NE(beyond.err.find("'zen' = 2: the last of 2 partitions is 1"), std::string::npos)
      << beyond.err;
}

TEST_F(ServerPartitions, AConnectionThatIsLostTellsWhereToGoOnInEach) {
  serve({"--partitions", "2"});
  put("luki");
  put("zen");
  const fs::path output = folder_.path() / "watch.out";
  Child watch({VENCER_PROGRAM, "--endpoint", server_->endpoint(), "watch", "--from", "earliest",
               "--count", "9"},
              output);
  const auto printed = [&] {
    std::ifstream in(output);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  };
  const auto both = [&] {
    const std::string text = printed();
    return text.find("\"luki\"") != std::string::npos && text.find("\"zen\"") != std::string::npos;
  };
  while (watch.running() && !both()) std::this_thread::yield();
  server_->kill_hard();
  EXPECT_EQ(watch.wait(), 3);
  EXPECT_NE(printed().find("go on with --from 0:2,1:2 --epoch 0:1,1:1"), std::string::npos)
      << printed();
}

}  // namespace
}  // namespace vencer::testing
