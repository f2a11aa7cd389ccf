// Goal: whatever moment the process is killed at, nothing that was acknowledged is lost, nothing is
// applied twice, and the events come once, in order, with the same bytes as before.
//
// Method: a real vencerd under the load of two producers and a subscriber ends by kill -9 again and
// again: after a drawn number of acknowledgements; in the middle of a drawn storage call under
// load; in one while it recovers (fault_shim.cc). In a third of its lives three groups are on their
// way to the disk at once. In half of them it takes one snapshot after the other, more or less
// slowly, and many deaths wait for one to be written, so that starts begin from them. After each
// death it is started again on the same data. What the client was told lies in files
// (ExpectedState); what the tickets must look like follows from the last number that the server has
// (CrashModel). `--cycles` and `--seed` repeat and widen it (options.h).
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/e2e/crash_load.h"
#include "tests/e2e/faults.h"
#include "tests/e2e/options.h"

namespace vencer::testing {
namespace {

constexpr std::uint64_t kAcksMax = 2000;        // of one life of the server, at most about
constexpr std::uint64_t kCallsUnderLoad = 300;  // of storage; one life's
constexpr std::uint64_t kCallsOfAStart = 60;    // more than a start makes, so that some serve

// Of a life with snapshots: as fast as the disk goes, or so slowly that most deaths meet one.
constexpr const char* kSnapshotRates[] = {"0", "4MiB", "512KiB"};

class Crash : public ::testing::Test {
 protected:
  Crash()
      : data_(folder_.path() / "data"),
        load_(folder_.path(), e2e_options().seed),
        faults_(data_),
        random_(e2e_options().seed) {}

  std::uint64_t draw(std::uint64_t most) { return 1 + random_() % most; }
  Server start() { return Server(data_, flags(), {faults_.environment()}); }
  std::vector<std::string> flags() {
    std::vector<std::string> flags;
    if (random_() % 3 == 0) {
      ++lives_with_groups_;
      flags = {"--groups-in-flight", "3"};
    }
    takes_snapshots_ = random_() % 2 == 0;
    if (!takes_snapshots_) return flags;
    ++lives_with_snapshots_;
    for (const char* word :
         {"--snapshot-log-bytes", "16KiB", "--snapshot-every", "50ms", "--snapshot-rate",
          kSnapshotRates[random_() % std::size(kSnapshotRates)]}) {
      flags.push_back(word);
    }
    return flags;
  }
  void died(std::uint64_t& kind) {
    ++kind;
    faults_.calm();
  }
  // One that served had taken away what an earlier death left.
  void died_serving(std::uint64_t& kind) {
    died(kind);
    if (files(".tmp") > 0) ++killed_in_a_snapshot_;
  }
  // The load goes on meanwhile. Not for ever: the disk may be slow.
  void wait_for_a_snapshot() const {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (files(".tmp") == 0 && std::chrono::steady_clock::now() < until) {
      std::this_thread::yield();
    }
  }
  std::uint64_t files(std::string_view end) const {
    std::uint64_t count = 0;
    const std::filesystem::path folder = data_ / "snapshots";
    if (!std::filesystem::exists(folder)) return 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().string().ends_with(end)) ++count;
    }
    return count;
  }

  // A server that answers ends by kill -9, from outside or in a storage call.
  void die_under_load(Server& server) {
    if (random_() % 2 == 0) {
      const bool in_a_snapshot = takes_snapshots_ && random_() % 2 == 0;
      load_.run(server, draw(kAcksMax), [&] {
        if (in_a_snapshot) wait_for_a_snapshot();
        server.kill_hard();
      });
      return died_serving(killed_from_outside_);
    }
    faults_->kill_at = faults_->calls + draw(kCallsUnderLoad);
    load_.run(server, UINT64_MAX, [&] { server.process().wait(); });
    died_serving(killed_in_a_call_);
  }

  // One that may not come to answer.
  void die_while_starting() {
    faults_->kill_at = faults_->calls + draw(kCallsOfAStart);
    Server server = start();
    if (!server.endpoint().empty()) {
      load_.run(server, UINT64_MAX, [&] { server.process().wait(); });
      return died_serving(killed_in_a_call_);
    }
    EXPECT_EQ(server.process().wait(), 128 + SIGKILL) << server.log();
    died(killed_in_recovery_);
  }

  std::uint64_t cycles() const {
    return killed_from_outside_ + killed_in_a_call_ + killed_in_recovery_;
  }

  TemporaryFolder folder_;
  const std::filesystem::path data_;
  CrashLoad load_;
  Faults faults_;
  std::mt19937_64 random_;
  bool takes_snapshots_ = false;  // this life
  std::uint64_t killed_from_outside_ = 0, killed_in_a_call_ = 0, killed_in_recovery_ = 0;
  std::uint64_t lives_with_snapshots_ = 0, lives_with_groups_ = 0, killed_in_a_snapshot_ = 0;
};

TEST_F(Crash, KilledAtRandomMomentsNothingIsLostOrTwice) {
  bool first = true;
  while (cycles() < e2e_options().cycles && !HasFailure()) {
    SCOPED_TRACE("cycle " + std::to_string(cycles()) + ", seed " +
                 std::to_string(e2e_options().seed));
    Server server = start();
    ASSERT_FALSE(server.endpoint().empty()) << server.log();
    ASSERT_GT(faults_->calls.load(), 0u) << "the shim is not in the server";
    if (first) load_.put_tenant(server);
    first = false;
    load_.check(server);
    die_under_load(server);
    for (int tries = 0; tries < 2 && random_() % 3 != 0; ++tries) die_while_starting();
  }
  Server last(data_);
  load_.check(last);
  EXPECT_EQ(last.stop(), 0) << last.log();
  Server after_clean_stop(data_);
  load_.check(after_clean_stop);
  EXPECT_GT(load_.commands(), cycles());
  EXPECT_GT(load_.events(), load_.commands() / 5);
  report_figures("kill_cycles",
                 "\"cycles\":" + std::to_string(cycles()) +
                     ",\"under_load\":" + std::to_string(killed_from_outside_) +
                     ",\"in_a_storage_call\":" + std::to_string(killed_in_a_call_) +
                     ",\"in_recovery\":" + std::to_string(killed_in_recovery_) +
                     ",\"lives_with_snapshots\":" + std::to_string(lives_with_snapshots_) +
                     ",\"lives_with_groups_in_flight\":" + std::to_string(lives_with_groups_) +
                     ",\"while_a_snapshot_was_written\":" + std::to_string(killed_in_a_snapshot_) +
                     ",\"commands\":" + std::to_string(load_.commands()) +
                     ",\"events\":" + std::to_string(load_.events()) +
                     (HasFailure() ? "" : ",\"lost\":0,\"twice\":0,\"early\":0"));
}

}  // namespace
}  // namespace vencer::testing
