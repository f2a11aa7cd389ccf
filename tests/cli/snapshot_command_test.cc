// `vencer snapshot` and what it is for, with the real programs: the server is loaded, killed and
// started again from its snapshots; the stream goes on without a hole, the log below is released.
#include <algorithm>
#include <map>

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
    serve(flags());
    const CommandResultText put =
        load_tenant({"put-tenant", VENCER_SOURCE_DIR "/tools/examples/load.toml"});
    ASSERT_EQ(put.exit_code, 0) << put.err;
  }
  void again() { serve(flags()); }

  CommandResultText load_tenant(Arguments arguments) const {
    arguments.insert(arguments.begin(), {"--tenant", "load"});
    return run(std::move(arguments));
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
  EXPECT_EQ(files(data() / "snapshots", ".damaged").size(), 1u);
}

TEST_F(SnapshotCommand, TheLogBelowIsReleased) {
  start_loaded();
  std::uint64_t base = 1;
  std::vector<std::size_t> segments;
  for (int round = 0; round < 5; ++round) {
    create(base, 60'000);
    base += 1'000'000;
    snapshot();
    segments.push_back(files(data() / "wal", ".seg").size());
  }
  EXPECT_EQ(files(data() / "snapshots", ".snap").size(), 2u);
  // A round is about as long as the one before: so is what is kept.
  EXPECT_LE(segments[4], segments[2] + 1);
  EXPECT_EQ(std::ranges::count(files(data() / "wal", ".seg"), "wal-0000000000000001.seg"), 0);
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

TEST_F(SnapshotCommand, InspectSaysWhatIsInAFileAndWhetherItIsWhole) {
  start_loaded();
  create(1, 3000);
  const json taken = snapshot();
  const std::string path = taken["file"];
  const CommandResultText seen = offline({"-o", "jsonl", "snapshot", "inspect", data()});
  ASSERT_EQ(seen.exit_code, 0) << seen.err;
  const json file = json::parse(seen.out);
  EXPECT_EQ(file["file"], path);
  EXPECT_EQ(file["verdict"], "whole");
  for (const char* field : {"tickets", "bytes", "group", "event_sequence"}) {
    EXPECT_EQ(file[field], taken[field]) << field;
  }
  EXPECT_EQ(file["format"], 1);
  EXPECT_EQ(file["partition"], 0);
  std::uint64_t bytes = 0;
  std::map<std::string, std::uint64_t> sections;
  for (const json& section : file["sections"]) {
    sections[section["name"]] = section["bytes"];
    bytes += section["bytes"].get<std::uint64_t>();
  }
  EXPECT_EQ(bytes, file["state_bytes"]);
  EXPECT_GT(sections["tickets"], 3000u * 20);
  for (const char* name : {"head", "tenants", "document", "end"}) {
    EXPECT_GT(sections[name], 0u) << name;
  }
  EXPECT_EQ(offline({"snapshot", "inspect", path, "--restore"}).exit_code, 0);
  const CommandResultText table = offline({"-o", "table", "snapshot", "inspect", path});
  EXPECT_NE(table.out.find(path + ": whole"), std::string::npos) << table.out;

  // A byte of the second page: the first block begins there.
  const fs::path copy = folder_.path() / "copy.snap";
  fs::copy(path, copy);
  change_byte(copy, 5000);
  const CommandResultText damaged = offline({"-o", "json", "snapshot", "inspect", copy});
  EXPECT_EQ(damaged.exit_code, 1);
  EXPECT_NE(damaged.err.find(copy.string() + " at byte 4096: the block is damaged"),
            std::string::npos)
      << damaged.err;
  const json report = json::parse(damaged.out);
  EXPECT_EQ(report["verdict"], "damaged");
  EXPECT_EQ(report["group"], taken["group"]);
  fs::resize_file(copy, 8192);
  const CommandResultText cut = offline({"snapshot", "inspect", copy});
  EXPECT_EQ(cut.exit_code, 1);
  EXPECT_NE(cut.err.find("an unfinished copy?"), std::string::npos) << cut.err;
  fs::resize_file(copy, 0);
  EXPECT_EQ(offline({"snapshot", "inspect", copy}).exit_code, 1);
  EXPECT_EQ(offline({"snapshot", "inspect", folder_.path() / "none"}).exit_code, 2);
  EXPECT_EQ(offline({"snapshot", "inspect", data() / "wal"}).exit_code, 2);
}

// The log's beginning is released; what is damaged behind the snapshots can be cut all the same.
TEST_F(SnapshotCommand, ADamagedLogIsRepairedBehindASnapshot) {
  const fs::path archive = folder_.path() / "archive";
  serve({"--segment-bytes", "16MiB", "--snapshot-log-bytes", "0", "--snapshot-every", "0s",
         "--archive-log", archive});
  ASSERT_EQ(load_tenant({"put-tenant", VENCER_SOURCE_DIR "/tools/examples/load.toml"}).exit_code,
            0);
  json last;
  for (std::uint64_t round = 0; round < 4; ++round) {
    create(1 + round * 1'000'000, 60'000);
    last = snapshot();
  }
  create(5'000'000, 100);
  create(6'000'000, 100);
  ASSERT_EQ(server_->stop(), 0);
  // What went from the log is in the archive.
  const auto archived = files(archive, ".seg.zst");
  ASSERT_FALSE(archived.empty());
  EXPECT_EQ(archived.front(), "wal-0000000000000001.seg.zst");
  EXPECT_EQ(std::ranges::count(files(data() / "wal", ".seg"), "wal-0000000000000001.seg"), 0);
  EXPECT_EQ(offline({"wal", "verify", archive}).exit_code, 0);

  // Names that only the snapshots have by now.
  const std::string event = last["event_sequence"].dump(), group = last["group"].dump();
  const CommandResultText events =
      offline({"-o", "jsonl", "events", "dump", data(), "--from", event, "--to", event});
  EXPECT_EQ(json::parse(events.out)["tenant"], "load") << events.out;
  const auto steps = lines_of(
      offline({"-o", "jsonl", "--tenant", "load", "wal", "dump", data(), "--from-group", group})
          .out);
  ASSERT_FALSE(steps.empty());
  EXPECT_EQ(steps.front()["tenant"], "load");

  const json verified = json::parse(offline({"-o", "json", "wal", "verify", data()}).out);
  change_byte(verified["file"].get<std::string>(),
              static_cast<std::streamoff>(verified["offset"].get<std::uint64_t>()) - 3 * 4096 + 40);
  EXPECT_EQ(refused_start().exit_code, 1);
  const CommandResultText asked = offline({"-o", "json", "wal", "repair", data()});
  EXPECT_EQ(asked.exit_code, 1);
  const json would = json::parse(asked.out);
  EXPECT_EQ(would["damaged"], true) << asked.err;
  EXPECT_GT(would["snapshot_group"], 0);
  EXPECT_GE(would["last_group"], would["snapshot_group"]);
  const CommandResultText repaired =
      offline({"-o", "json", "wal", "repair", data(), "--accept-loss"});
  ASSERT_EQ(repaired.exit_code, 0) << repaired.err;
  serve({"--segment-bytes", "16MiB"});
  EXPECT_NE(server_->log().find("a snapshot was read"), std::string::npos);
  EXPECT_GE(snapshot()["tickets"], 240'000);
}

}  // namespace
}  // namespace vencer::testing
