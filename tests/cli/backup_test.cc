// Goal: a backup of a server under load holds everything that was acknowledged before it began; the
// restored directory serves it with the same events, in a new epoch, so that no consumer goes on as
// if nothing had happened.
//
// Method: a real vencerd, a producer that numbers its tickets, `vencer backup` in the middle, kill
// -9, `vencer restore` elsewhere, both directories started and compared.
#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdio>
#include <fstream>
#include <map>
#include <mutex>
#include <thread>

#include "tests/cli/commands_fixture.h"
#include "tests/support/stream.h"

namespace vencer::testing {
namespace {

constexpr const char* kDocument = R"(
format = 1
tenant = "mesa"
status = [["Nuevo", "new"], ["Listo", "resolved"]]
events_on = ["status_changed"]
[[clock]]
name = "resolution"
start = ["created"]
stop = ["category:resolved"]
[[policy]]
name = "todo"
target = { resolution = "8h" }
calendar = "24x7"
)";

std::string key(std::uint64_t number) {
  return "B-" + std::to_string(number);
}

// Makes B-1, B-2, ... until the server is gone.
class Producer {
 public:
  explicit Producer(const std::string& endpoint)
      : client_(connect(endpoint, "mesa")), thread_([this] { run(); }) {}
  ~Producer() {
    if (thread_.joinable()) thread_.join();
  }
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;

  // The last one acknowledged, when it is at least this or the server is gone.
  std::uint64_t wait_for(std::uint64_t number) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return acknowledged_ >= number || lost_; });
    return acknowledged_;
  }

 private:
  void run() {
    for (std::uint64_t number = 1;; ++number) {
      const bool made = client_.create(key(number)).ok();
      const std::lock_guard lock(mutex_);
      lost_ = !made;
      if (made) acknowledged_ = number;
      changed_.notify_all();
      if (lost_) return;
    }
  }

  Client client_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t acknowledged_ = 0;
  bool lost_ = false;
  std::thread thread_;  // last: uses the rest
};

class Backup : public CommandsFixture {
 protected:
  fs::path at(const std::string& name) const { return folder_.path() / name; }
  void put_document(const Server& server) {
    const auto put =
        offline({"--endpoint", server.endpoint(), "put-tenant", write("mesa.toml", kDocument)});
    ASSERT_EQ(put.exit_code, 0) << put.err;
  }
  static json backup(const Server& server, const fs::path& to, bool compress) {
    std::vector<std::string> words = {
        "--endpoint", server.endpoint(), "-o", "json", "backup", "--to", to};
    if (compress) words.push_back("--compress");
    const auto made = offline(words);
    EXPECT_EQ(made.exit_code, 0) << made.err;
    return json::parse(made.out.empty() ? "{}" : made.out);
  }
  static json restore(const fs::path& from, const fs::path& to) {
    const auto restored = offline({"-o", "json", "restore", "--from", from, "--to", to});
    EXPECT_EQ(restored.exit_code, 0) << restored.err;
    return json::parse(restored.out.empty() ? "{}" : restored.out);
  }
};

// Small event segments, so that some are deleted all the time but while the backup holds them.
const std::vector<std::string> kFlags = {
    "--event-segment-bytes", "64KiB", "--event-retention", "256KiB", "--recent-events", "64KiB"};

TEST_F(Backup, UnderLoadThenRestoredElsewhere) {
  std::uint64_t before = 0;
  std::uint64_t old_epoch = 0;
  json made;
  {
    Server server(at("data"), kFlags);
    put_document(server);
    Producer producer(server.endpoint());
    before = producer.wait_for(300);
    made = backup(server, at("backup"), true);
    old_epoch = made["epoch"];
    const std::uint64_t after = producer.wait_for(0);
    producer.wait_for(after + 50);
    server.kill_hard();
  }
  ASSERT_EQ(offline({"backup", "verify", at("backup")}).exit_code, 0);
  const json restored = restore(at("backup"), at("elsewhere"));
  EXPECT_EQ(restored["last_group"], made["last_group"]);
  EXPECT_EQ(restored["epoch_before"], old_epoch);
  EXPECT_NE(restored["epoch"], old_epoch);
  const std::uint64_t tickets = restored["tickets"];
  EXPECT_GE(tickets, before);

  Server server(at("elsewhere"), kFlags);
  Client client = connect(server.endpoint(), "mesa");
  for (std::uint64_t number = 1; number <= tickets; ++number) {
    ASSERT_TRUE(client.get(key(number)).ok()) << number;
  }
  EXPECT_FALSE(client.get(key(tickets + 1)).ok());  // nor anything that came later
  EXPECT_EQ(client.hello().epoch, restored["epoch"]);

  // A consumer of before is told, with the first event that there is.
  SubscribeOptions options;
  options.from = SubscribeOptions::From::sequence;
  options.sequence = client.hello().last_sequence;
  options.epoch = old_epoch;
  const auto continued = client.subscribe(options, {});
  ASSERT_FALSE(continued.ok());
  EXPECT_EQ(continued.error().code, Errc::epoch_changed) << continued.error().message;

  // What both histories have, they have alike.
  std::map<std::uint64_t, std::string> events;
  const auto words = [&](const Event& event) {
    return std::string(to_string(event.type)) + " " + key_text(event.ticket) + " " +
           std::to_string(event.emitted);
  };
  read_stream(client, client.hello().first_sequence,
              [&](const Event& event) { events[event.sequence] = words(event); });
  ASSERT_EQ(events.size(), events.rbegin()->first - events.begin()->first + 1);
  EXPECT_GE(events.rbegin()->first, made["event_sequence"].get<std::uint64_t>());
  Server first(at("data"), kFlags);
  Client there = connect(first.endpoint(), "mesa");
  EXPECT_EQ(there.hello().epoch, old_epoch);
  std::uint64_t compared = 0;
  read_stream(there, there.hello().first_sequence, [&](const Event& event) {
    const auto same = events.find(event.sequence);
    if (same == events.end()) return;
    EXPECT_EQ(same->second, words(event)) << event.sequence;
    ++compared;
  });
  EXPECT_GT(compared, 0u);
}

TEST_F(Backup, ASecondRestoreIsAnotherHistory) {
  {
    Server server(at("data"));
    put_document(server);
    backup(server, at("backup"), false);
  }
  const std::uint64_t first = restore(at("backup"), at("one"))["epoch"];
  // The original goes on, too, and is as it was.
  Server server(at("data"));
  EXPECT_LT(connect(server.endpoint(), "mesa").hello().epoch, first);
  EXPECT_GT(first, 1'000'000'000u);  // seconds since 1970: no run counts up to that
}

TEST_F(Backup, WhatIsDamagedOrNotEmptyIsRefused) {
  {
    Server server(at("data"));
    put_document(server);
    backup(server, at("backup"), false);
    // Into what is there already.
    const auto again = offline({"--endpoint", server.endpoint(), "backup", "--to", at("backup")});
    EXPECT_EQ(again.exit_code, 2);
    EXPECT_NE(again.err.find("is not empty"), std::string::npos) << again.err;
  }
  fs::create_directories(at("full"));
  std::ofstream(at("full") / "notes.txt") << "mine";
  const auto full = offline({"restore", "--from", at("backup"), "--to", at("full")});
  EXPECT_EQ(full.exit_code, 2);
  EXPECT_NE(full.err.find("notes.txt"), std::string::npos) << full.err;
  EXPECT_EQ(std::distance(fs::directory_iterator(at("full")), {}), 1);

  const fs::path segment = at("backup") / "wal" / "wal-0000000000000001.seg";
  std::fstream file(segment, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(4096 + 200);
  file.put('!');
  file.close();
  for (const auto& command :
       {std::vector<std::string>{"backup", "verify", at("backup")},
        std::vector<std::string>{"restore", "--from", at("backup"), "--to", at("new")}}) {
    const auto refused = offline(command);
    EXPECT_EQ(refused.exit_code, 1) << command[0];
    EXPECT_NE(refused.err.find(segment.string()), std::string::npos) << refused.err;
    EXPECT_NE(refused.err.find("checksum"), std::string::npos) << refused.err;
  }
  EXPECT_FALSE(fs::exists(at("new")));

  fs::remove(at("backup") / "MANIFEST");
  const auto unfinished = offline({"restore", "--from", at("backup"), "--to", at("new")});
  EXPECT_EQ(unfinished.exit_code, 2);
  EXPECT_NE(unfinished.err.find("MANIFEST"), std::string::npos) << unfinished.err;
  EXPECT_EQ(offline({"--endpoint", "127.0.0.1:1", "backup", "--to", at("none")}).exit_code, 3);
}

// CRC32C as the manifest has it, a bit at a time.
std::string with_crc(const std::string& text) {
  std::uint32_t crc = ~0u;
  for (const char c : text) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
  }
  char line[24];
  std::snprintf(line, sizeof line, "crc32c %08x\n", ~crc);
  return text + line;
}

// A manifest with a word of it changed and its checksum made right again.
void rewrite(const fs::path& path, const std::string& from, const std::string& to) {
  std::ifstream in(path);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  in.close();
  text.resize(text.rfind("crc32c "));
  const std::size_t at = text.find(from);
  ASSERT_NE(at, std::string::npos) << text;
  std::ofstream(path) << with_crc(text.replace(at, from.size(), to));
}

// A backup without the decision would be refused: the log makes other events than those beside it.
TEST_F(Backup, WhatWasSkippedStaysSkipped) {
  {
    Server server(at("data"));
    put_document(server);
    Client client = connect(server.endpoint(), "mesa");
    for (const std::uint64_t number : {1, 2, 3}) ASSERT_TRUE(client.create(key(number)).ok());
    ASSERT_EQ(server.stop(), 0);
  }
  std::string step;
  for (const json& line : lines_of(offline({"-o", "jsonl", "wal", "dump", at("data")}).out)) {
    const bool wanted = line["kind"] == "commands" && line["commands"][0]["ticket"] == key(2);
    if (wanted) step = line["name"].get<std::string>();
  }
  ASSERT_FALSE(step.empty());
  {
    Server server(at("data"), {"--skip-step", step});
    Client client = connect(server.endpoint(), "mesa");
    ASSERT_TRUE(client.create(key(4)).ok());
    backup(server, at("backup"), true);
    server.kill_hard();
  }
  const json restored = restore(at("backup"), at("elsewhere"));
  EXPECT_EQ(restored["tickets"], 3);
  EXPECT_GT(restored["events_compared"], 0);
  {
    Server server(at("elsewhere"));
    Client client = connect(server.endpoint(), "mesa");
    for (const std::uint64_t number : {1, 3, 4}) EXPECT_TRUE(client.get(key(number)).ok());
    EXPECT_FALSE(client.get(key(2)).ok());
    EXPECT_EQ(client.hello().epoch, restored["epoch"]);
  }
  rewrite(at("backup") / "MANIFEST", "skipped " + step, "skipped nothing");
  const auto altered = offline({"backup", "verify", at("backup")});
  EXPECT_EQ(altered.exit_code, 1);
  EXPECT_NE(altered.err.find("names no steps to go past"), std::string::npos) << altered.err;
}

class BackupOfPartitions : public Backup {
 protected:
  void desk() {
    serve({"--partitions", "2", "--placement", "luki=1", "--snapshot-every", "0s"});
    std::string luki = kDocument;
    luki.replace(luki.find("mesa"), 4, "luki");
    for (const auto& file : {write("mesa.toml", kDocument), write("luki.toml", luki)}) {
      const auto put = run({"put-tenant", file});
      ASSERT_EQ(put.exit_code, 0) << put.err;
    }
    create(1, 10);
    const auto snapshots = lines_of(run({"-o", "jsonl", "snapshot"}).out);
    ASSERT_EQ(snapshots.size(), 2u);  // a line for each partition
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(snapshots[i]["partition"], i);
      EXPECT_EQ(snapshots[i]["tickets"], 10);
    }
    create(11, 15);
  }
  void create(int from, int to) const {
    for (const char* tenant : {"mesa", "luki"}) {
      for (int i = from; i <= to; ++i) {
        const auto made = run({"--tenant", tenant, "create", "T-" + std::to_string(i)});
        ASSERT_EQ(made.exit_code, 0) << made.err;
      }
    }
  }
  // All events of a partition as they lie there, but for the epoch.
  static std::vector<json> events(const fs::path& data) {
    auto lines = lines_of(offline({"-o", "jsonl", "events", "dump", data}).out);
    for (json& line : lines) line.erase("epoch");
    return lines;
  }
  std::vector<json> tickets() const {
    std::vector<json> all;
    for (const char* tenant : {"mesa", "luki"}) {
      for (const json& ticket : lines_of(run({"--tenant", tenant, "-o", "jsonl", "export"}).out)) {
        all.push_back({ticket["ticket"], ticket["status"], ticket["version"]});
      }
    }
    return all;
  }
  void refuses(const fs::path& backup, const std::vector<std::string>& words) const {
    const auto restored = offline({"restore", "--from", backup, "--to", at("none")});
    EXPECT_EQ(restored.exit_code, 1) << restored.out;
    for (const std::string& word : words) {
      EXPECT_NE(restored.err.find(word), std::string::npos) << word << " in " << restored.err;
    }
    EXPECT_FALSE(fs::exists(at("none")));
  }
};

TEST_F(BackupOfPartitions, EachIsBackedUpAndComesBack) {
  desk();
  const json made = backup(*server_, at("backup"), true);
  ASSERT_EQ(made["partitions"].size(), 2u);
  const auto before = tickets();
  EXPECT_EQ(before.size(), 30u);
  server_->kill_hard();
  const json restored = restore(at("backup"), at("elsewhere"));
  ASSERT_EQ(restored["partitions"].size(), 2u);
  for (const fs::path part : {"", "partition-1"}) {
    EXPECT_FALSE(events(data() / part).empty());
    EXPECT_EQ(events(data() / part), events(at("elsewhere") / part)) << part;
  }
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(made["partitions"][i]["partition"], i);
    EXPECT_GT(made["partitions"][i]["snapshot_group"], 0);
    EXPECT_EQ(restored["partitions"][i]["tickets"], 15);
    EXPECT_EQ(restored["partitions"][i]["last_group"], made["partitions"][i]["last_group"]);
  }
  server_ = std::make_unique<Server>(at("elsewhere"));
  EXPECT_EQ(tickets(), before);
  // The snapshots serve, in the new epoch, too.
  EXPECT_NE(server_->log().find("a snapshot was read"), std::string::npos);
  const auto again = offline({"restore", "--from", at("backup"), "--to", at("elsewhere")});
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_NE(again.err.find("a data directory already"), std::string::npos) << again.err;
}

TEST_F(BackupOfPartitions, APartThatIsMissingForeignOrOfAnotherVersionIsRefused) {
  desk();
  backup(*server_, at("one"), false);
  create(16, 17);
  backup(*server_, at("two"), false);
  const fs::path manifest = at("two") / "partition-1" / "MANIFEST";
  fs::rename(manifest, at("kept"));
  refuses(at("two"), {manifest, "missing", "2 partitions"});
  fs::copy(at("one") / "partition-1" / "MANIFEST", manifest);
  refuses(at("two"), {manifest, "of another backup"});
  fs::rename(at("kept"), manifest);
  EXPECT_EQ(offline({"backup", "verify", at("two")}).exit_code, 0);

  const auto snapshot = at("two") / "snapshots" / files(at("two") / "snapshots", ".snap").front();
  fs::rename(snapshot, at("kept"));
  refuses(at("two"), {snapshot, "missing"});
  fs::rename(at("kept"), snapshot);

  rewrite(at("two") / "MANIFEST", "\nsemantics 1\n", "\nsemantics 7\n");
  refuses(at("two"),
          {at("two") / "MANIFEST", "semantics version is 7", "with the build that made it"});
  rewrite(at("two") / "MANIFEST", "vencer backup 1\n", "vencer backup 9\n");
  refuses(at("two"), {at("two") / "MANIFEST", "version 9"});
}

}  // namespace
}  // namespace vencer::testing
