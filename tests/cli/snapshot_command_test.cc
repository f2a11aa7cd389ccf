// `vencer snapshot` and what it is for, with the real programs: the server is loaded, killed and
// started again from its snapshots; the stream goes on without a hole, the log below is released.
#include <algorithm>

#include "tests/cli/commands_fixture.h"

#include <vencer_paths.h>

namespace vencer::testing {
namespace {

class SnapshotCommand : public CommandsFixture {
 protected:
  std::vector<std::string> flags() const {
    return {"--segment-bytes",      "16MiB", "--event-segment-bytes", "256KiB",
            "--snapshot-log-bytes", "0",     "--snapshot-every",      "0s"};
  }
  void start_loaded() {
    server_ = std::make_unique<Server>(data(), flags());
    const CommandResultText put =
        load_tenant({"put-tenant", VENCER_SOURCE_DIR "/tools/examples/load.toml"});
    ASSERT_EQ(put.exit_code, 0) << put.err;
  }
  void again() { server_ = std::make_unique<Server>(data(), flags()); }
  fs::path data() const { return folder_.path() / "data"; }

  CommandResultText load_tenant(Arguments arguments) const {
    arguments.insert(arguments.begin(),
                     {VENCER_PROGRAM, "--endpoint", server_->endpoint(), "--tenant", "load"});
    return run_command(arguments);
  }
  void create(std::uint64_t base, std::uint64_t tickets) const {
    const CommandResultText loaded =
        load_tenant({"load", "--base", std::to_string(base), "--tickets", std::to_string(tickets),
                     "--create-only", "--frame", "256", "-c", "2", "-P", "2"});
    ASSERT_EQ(loaded.exit_code, 0) << loaded.err;
  }
  json snapshot() const {
    const CommandResultText taken = load_tenant({"snapshot", "-o", "json"});
    EXPECT_EQ(taken.exit_code, 0) << taken.err;
    return json::parse(taken.out.empty() ? "{}" : taken.out);
  }
  // What can be seen from outside: counts, and all events as lines.
  std::pair<std::string, std::string> seen() const {
    std::string counts = load_tenant({"counts", "--by-status", "-o", "json"}).out;
    return {json::parse(counts)["rows"].dump(),
            load_tenant({"watch", "--from", "earliest", "--for", "2s", "-o", "jsonl"}).out};
  }
  std::vector<std::string> files(const std::string& folder, std::string_view end) const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(data() / folder)) {
      const std::string name = entry.path().filename();
      if (name.ends_with(end)) names.push_back(name);
    }
    std::ranges::sort(names);
    return names;
  }
};

TEST_F(SnapshotCommand, KilledAndStartedFromIt) {
  start_loaded();
  create(1, 3000);
  const json first = snapshot();
  EXPECT_EQ(first["tickets"], 3000);
  EXPECT_EQ(fs::file_size(first["file"].get<std::string>()), first["bytes"]);
  create(100'000, 1000);
  const auto before = seen();
  EXPECT_GE(std::ranges::count(before.second, '\n'), 4000);
  server_->kill_hard();
  again();
  EXPECT_EQ(seen(), before);
  EXPECT_NE(server_->log().find("a snapshot was read"), std::string::npos) << server_->log();
  create(200'000, 500);
  const json second = snapshot();
  EXPECT_EQ(second["tickets"], 4500);
  const auto after = seen();
  EXPECT_TRUE(after.second.starts_with(before.second));
  // The newest is damaged: the older one serves, and says so.
  server_->kill_hard();
  {
    std::fstream file(second["file"].get<std::string>(),
                      std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(5000);
    file.put('!');
  }
  again();
  EXPECT_EQ(seen(), after);
  EXPECT_NE(server_->log().find("a snapshot cannot be used"), std::string::npos);
  EXPECT_NE(server_->log().find("at byte 4096"), std::string::npos) << server_->log();
  EXPECT_EQ(files("snapshots", ".damaged").size(), 1u);
}

TEST_F(SnapshotCommand, TheLogBelowIsReleased) {
  start_loaded();
  std::uint64_t base = 1;
  std::vector<std::size_t> segments;
  for (int round = 0; round < 5; ++round) {
    create(base, 60'000);
    base += 1'000'000;
    snapshot();
    segments.push_back(files("wal", ".seg").size());
  }
  EXPECT_EQ(files("snapshots", ".snap").size(), 2u);
  // A round is about as long as the one before: so is what is kept.
  EXPECT_LE(segments[4], segments[2] + 1);
  EXPECT_EQ(std::ranges::count(files("wal", ".seg"), "wal-0000000000000001.seg"), 0);
  server_->kill_hard();
  again();
  const json counts = json::parse(load_tenant({"counts", "-o", "json"}).out);
  EXPECT_NE(counts.dump().find("300000"), std::string::npos) << counts.dump();
}

TEST_F(SnapshotCommand, TextForPeople) {
  start_loaded();
  const CommandResultText table = load_tenant({"snapshot", "-o", "table"});
  EXPECT_EQ(table.exit_code, 0) << table.err;
  EXPECT_NE(table.out.find(".snap: 0 tickets, "), std::string::npos) << table.out;
  EXPECT_NE(load_tenant({"snapshot", "--help"}).out.find("Usage: vencer snapshot"),
            std::string::npos);
}

}  // namespace
}  // namespace vencer::testing
