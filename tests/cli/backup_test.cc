// Goal: a backup of a server under load holds everything that was acknowledged before it began; the
// restored directory serves it with the same events, in a new epoch, so that no consumer goes on as
// if nothing had happened.
//
// Method: a real vencerd, a producer that numbers its tickets, `vencer backup` in the middle, kill
// -9, `vencer restore` elsewhere, both directories started and compared.
#include <gtest/gtest.h>

#include <condition_variable>
#include <fstream>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/support/process.h"
#include "tests/support/stream.h"

namespace vencer::testing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

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

class Backup : public ::testing::Test {
 protected:
  fs::path at(const std::string& name) const { return folder_.path() / name; }
  static CommandResultText vencer(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), VENCER_PROGRAM);
    return run_command(arguments);
  }
  void put_document(const Server& server) {
    std::ofstream(at("mesa.toml")) << kDocument;
    const auto put = vencer({"--endpoint", server.endpoint(), "put-tenant", at("mesa.toml")});
    ASSERT_EQ(put.exit_code, 0) << put.err;
  }
  static json backup(const Server& server, const fs::path& to, bool compress) {
    std::vector<std::string> words = {
        "--endpoint", server.endpoint(), "-o", "json", "backup", "--to", to};
    if (compress) words.push_back("--compress");
    const auto made = vencer(words);
    EXPECT_EQ(made.exit_code, 0) << made.err;
    return json::parse(made.out.empty() ? "{}" : made.out);
  }
  static json restore(const fs::path& from, const fs::path& to) {
    const auto restored = vencer({"-o", "json", "restore", "--from", from, "--to", to});
    EXPECT_EQ(restored.exit_code, 0) << restored.err;
    return json::parse(restored.out.empty() ? "{}" : restored.out);
  }

  TemporaryFolder folder_;
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
  ASSERT_EQ(vencer({"backup", "verify", at("backup")}).exit_code, 0);
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
    const auto again = vencer({"--endpoint", server.endpoint(), "backup", "--to", at("backup")});
    EXPECT_EQ(again.exit_code, 2);
    EXPECT_NE(again.err.find("is not empty"), std::string::npos) << again.err;
  }
  fs::create_directories(at("full"));
  std::ofstream(at("full") / "notes.txt") << "mine";
  const auto full = vencer({"restore", "--from", at("backup"), "--to", at("full")});
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
    const auto refused = vencer(command);
    EXPECT_EQ(refused.exit_code, 1) << command[0];
    EXPECT_NE(refused.err.find(segment.string()), std::string::npos) << refused.err;
    EXPECT_NE(refused.err.find("checksum"), std::string::npos) << refused.err;
  }
  EXPECT_FALSE(fs::exists(at("new")));

  fs::remove(at("backup") / "MANIFEST");
  const auto unfinished = vencer({"restore", "--from", at("backup"), "--to", at("new")});
  EXPECT_EQ(unfinished.exit_code, 2);
  EXPECT_NE(unfinished.err.find("MANIFEST"), std::string::npos) << unfinished.err;
  EXPECT_EQ(vencer({"--endpoint", "127.0.0.1:1", "backup", "--to", at("none")}).exit_code, 3);
}

}  // namespace
}  // namespace vencer::testing
