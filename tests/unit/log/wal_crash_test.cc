// Goal: no acknowledged group is ever lost, altered or invented, whatever the disk does short of
// lying. Method: a random workload on FaultyStorage; power loss (or kill -9, or a failing call) at
// storage call k, for every k from 0 until the workload ends; reopen, itself crashed at every call
// too; compare with the list of what was submitted. The oracle is that list: what was acknowledged
// must be a prefix of what is read, and what is read a prefix of what was submitted.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <random>

#include "engine/log/wal.h"
#include "tests/unit/log/faulty_storage.h"
#include "tests/unit/log/log_testing.h"

namespace vencer {
namespace {

using testing::FaultyStorage;
using testing::OwnedStep;

WalOptions options(Durability durability = Durability::sync) {
  WalOptions o;
  o.directory = "/data/wal";
  o.partition = 1;
  o.segment_bytes = 24 << 10;
  o.create = true;
  o.durability = durability;
  o.identity_high = 0x1234;
  o.identity_low = 0x5678;
  return o;
}

// What one life of the process did. Steps are flat; `acknowledged` counts those of returned groups.
struct History {
  std::vector<OwnedStep> submitted;
  std::size_t acknowledged = 0;

  // Checks what a reopen read and makes it the history: what was lost is gone for good.
  ::testing::AssertionResult accept(const std::vector<OwnedStep>& read) {
    if (read.size() < acknowledged) {
      return ::testing::AssertionFailure()
             << "lost: " << acknowledged << " steps acknowledged, " << read.size() << " read";
    }
    if (read.size() > submitted.size() ||
        !std::equal(read.begin(), read.end(), submitted.begin())) {
      return ::testing::AssertionFailure() << "invented or altered: " << read.size() << " read, "
                                           << submitted.size() << " submitted";
    }
    submitted.resize(read.size());
    acknowledged = read.size();
    return ::testing::AssertionSuccess();
  }
};

class WalCrashTest : public ::testing::TestWithParam<std::uint64_t> {};

Result<std::unique_ptr<Wal>> open(FaultyStorage& disk, std::vector<OwnedStep>* read,
                                  Durability durability = Durability::sync) {
  WalRecovery recovery;
  read->clear();
  return Wal::open(disk, options(durability), testing::collect(read), &recovery);
}

// Submits random groups, seals and prepares now and then, until `groups` are done or a call fails.
void work(Wal& wal, std::mt19937_64& random, int groups, History* history) {
  Group group;
  for (int i = 0; i < groups; ++i) {
    group.clear();
    for (const OwnedStep& step : testing::random_steps(random, 3, 4000)) {
      group.append(step.record());
      history->submitted.push_back(step);
    }
    if (!wal.submit(group)) return;
    history->acknowledged = history->submitted.size();
    if (random() % 4 == 0 && !wal.seal()) return;
    if (random() % 6 == 0 && !wal.prepare_next_segment()) return;
  }
}

// The same with several groups on their way at once, which the disk finishes in any order. What is
// acknowledged is what the durable number covers.
class Flight {
 public:
  Flight(Wal& wal, History* history) : wal_(wal), history_(*history) {}

  bool work(std::mt19937_64& random, int groups) {
    for (int i = 0; i < groups; ++i) {
      while (!wal_.can_begin()) {
        if (!take(true)) return false;
      }
      if (!begin(random)) return false;
      if (random() % 3 == 0 && !take(false)) return false;
      if (random() % 6 == 0 && !wal_.seal()) return false;
      if (random() % 6 == 0 && !wal_.prepare_next_segment()) return false;
      most_ = std::max(most_, wal_.position().group - wal_.durable_group());
    }
    while (!under_way_.empty()) {
      if (!take(true)) return false;
    }
    return true;
  }
  std::uint64_t most() const { return most_; }

 private:
  struct UnderWay {
    Group group;
    std::uint64_t number = 0;
    std::size_t steps = 0;  // of the history up to here
  };

  bool begin(std::mt19937_64& random) {
    auto one = std::make_unique<UnderWay>();
    for (const OwnedStep& step : testing::random_steps(random, 3, 4000)) {
      one->group.append(step.record());
      history_.submitted.push_back(step);
    }
    one->steps = history_.submitted.size();
    const auto begun = wal_.begin(one->group);
    if (!begun) return false;
    one->number = begun->group;
    under_way_.push_back(std::move(one));
    return true;
  }
  bool take(bool wait) {
    const auto durable = wal_.poll(wait);
    if (!durable) return false;
    EXPECT_EQ(*durable, wal_.durable_group());
    while (!under_way_.empty() && under_way_.front()->number <= *durable) {
      history_.acknowledged = under_way_.front()->steps;
      under_way_.pop_front();
    }
    return true;
  }

  Wal& wal_;
  History& history_;
  std::deque<std::unique_ptr<UnderWay>> under_way_;
  std::uint64_t most_ = 0;
};

Result<std::unique_ptr<Wal>> open_flight(FaultyStorage& disk, std::uint32_t groups,
                                         std::vector<OwnedStep>* read) {
  WalOptions o = options();
  o.groups_in_flight = groups;
  WalRecovery recovery;
  read->clear();
  return Wal::open(disk, o, testing::collect(read), &recovery);
}

// Opens until it works, losing power at call 0, 1, 2, … of the recovery itself.
void reopen_through_crashes(FaultyStorage& disk, std::mt19937_64& random, History* history) {
  std::vector<OwnedStep> read;
  for (std::uint64_t k = 0; k < 200; ++k) {
    disk.crash_at(k);
    auto wal = open(disk, &read);
    if (!disk.crashed()) {
      disk.calm();
      ASSERT_TRUE(wal.ok()) << wal.error().message;
      ASSERT_TRUE(history->accept(read));
      return;
    }
    ASSERT_FALSE(wal.ok());
    if (random() % 3 == 0) {
      disk.kill();
    } else {
      disk.lose_power();
    }
  }
  FAIL() << "recovery takes more than 200 calls";
}

TEST_P(WalCrashTest, PowerLossAtEveryCall) {
  for (std::uint64_t k = 0;; ++k) {
    SCOPED_TRACE(::testing::Message() << "crash at call " << k);
    FaultyStorage disk(GetParam() * 1000 + k);
    ASSERT_TRUE(disk.make_directory("/data").ok());
    ASSERT_TRUE(disk.sync_directory("").ok());
    std::mt19937_64 random(GetParam());
    History history;
    std::vector<OwnedStep> read;
    disk.crash_at(k);
    if (auto wal = open(disk, &read)) work(**wal, random, 12, &history);
    const bool done = !disk.crashed();
    if (random() % 3 == 0) disk.kill();
    disk.lose_power();
    reopen_through_crashes(disk, random, &history);
    if (HasFatalFailure()) return;
    // A second life on top of the recovered log, and a third.
    for (int life = 0; life < 2; ++life) {
      auto wal = open(disk, &read);
      ASSERT_TRUE(wal.ok()) << wal.error().message;
      ASSERT_TRUE(history.accept(read));
      disk.crash_at(random() % 20);
      work(**wal, random, 6, &history);
      if (random() % 2 == 0) disk.kill();
      disk.lose_power();
    }
    auto wal = open(disk, &read);
    ASSERT_TRUE(wal.ok()) << wal.error().message;
    ASSERT_TRUE(history.accept(read));
    if (done) break;
  }
}

// At most three are on their way, so at most three headers stand behind the last group that can be
// reached: never damage, and nothing that was acknowledged is among them.
TEST_P(WalCrashTest, SeveralInFlightInAnyOrder) {
  const auto in_flight = static_cast<std::uint32_t>(1 + GetParam() % 3);
  std::uint64_t most = 0;
  for (std::uint64_t k = 0;; ++k) {
    SCOPED_TRACE(::testing::Message() << in_flight << " in flight, crash at call " << k);
    FaultyStorage disk(GetParam() * 1000 + k);
    disk.let_writes_wait(true);
    ASSERT_TRUE(disk.make_directory("/data").ok());
    ASSERT_TRUE(disk.sync_directory("").ok());
    std::mt19937_64 random(GetParam());
    History history;
    std::vector<OwnedStep> read;
    disk.crash_at(k);
    if (auto wal = open_flight(disk, in_flight, &read)) {
      Flight flight(**wal, &history);
      (void)flight.work(random, 16);
      most = std::max(most, flight.most());
    }
    const bool done = !disk.crashed();
    for (int life = 0; life < 3; ++life) {
      random() % 3 == 0 ? disk.kill() : disk.lose_power();
      auto wal = open_flight(disk, in_flight, &read);
      ASSERT_TRUE(wal.ok()) << wal.error().message;
      ASSERT_TRUE(history.accept(read));
      disk.crash_at(random() % 25);
      (void)Flight(**wal, &history).work(random, 8);
    }
    if (done) break;
  }
  EXPECT_EQ(most, in_flight);
}

TEST_P(WalCrashTest, AFailedWriteInFlightPoisons) {
  const auto in_flight = static_cast<std::uint32_t>(1 + GetParam() % 3);
  for (std::uint64_t k = 0; k < 60; ++k) {
    SCOPED_TRACE(::testing::Message() << in_flight << " in flight, error at call " << k);
    FaultyStorage disk(GetParam() * 1000 + k);
    disk.let_writes_wait(true);
    ASSERT_TRUE(disk.make_directory("/data").ok());
    ASSERT_TRUE(disk.sync_directory("").ok());
    std::mt19937_64 random(GetParam());
    History history;
    std::vector<OwnedStep> read;
    disk.fail_at(k);
    if (auto wal = open_flight(disk, in_flight, &read)) {
      Flight flight(**wal, &history);
      if (!flight.work(random, 16) && !(*wal)->poll(false)) {
        const std::size_t acknowledged = history.acknowledged;
        EXPECT_FALSE(flight.work(random, 1));
        EXPECT_EQ(history.acknowledged, acknowledged);
      }
    }
    random() % 2 == 0 ? disk.kill() : disk.lose_power();
    auto wal = open_flight(disk, in_flight, &read);
    ASSERT_TRUE(wal.ok()) << wal.error().message;
    ASSERT_TRUE(history.accept(read));
  }
}

// kill -9 keeps the page cache; a power loss later takes what recovery did not sync.
TEST_P(WalCrashTest, PowerLossAfterKillAndRecovery) {
  for (std::uint64_t k = 0; k < 60; ++k) {
    SCOPED_TRACE(::testing::Message() << "crash at call " << k);
    FaultyStorage disk(GetParam() * 1000 + k);
    ASSERT_TRUE(disk.make_directory("/data").ok());
    ASSERT_TRUE(disk.sync_directory("").ok());
    std::mt19937_64 random(GetParam() + 77);
    History history;
    std::vector<OwnedStep> read;
    disk.crash_at(k);
    if (auto wal = open(disk, &read)) work(**wal, random, 12, &history);
    disk.kill();
    {
      auto wal = open(disk, &read);
      ASSERT_TRUE(wal.ok()) << wal.error().message;
      ASSERT_TRUE(history.accept(read));  // now served: readers saw these
    }
    disk.lose_power();
    auto wal = open(disk, &read);
    ASSERT_TRUE(wal.ok()) << wal.error().message;
    ASSERT_TRUE(history.accept(read));
  }
}

TEST_P(WalCrashTest, AFailedCallPoisonsAndLosesNothing) {
  for (std::uint64_t k = 0;; ++k) {
    SCOPED_TRACE(::testing::Message() << "error at call " << k);
    FaultyStorage disk(GetParam() * 1000 + k);
    ASSERT_TRUE(disk.make_directory("/data").ok());
    ASSERT_TRUE(disk.sync_directory("").ok());
    std::mt19937_64 random(GetParam());
    History history;
    std::vector<OwnedStep> read;
    const std::uint64_t before = disk.calls();
    disk.fail_at(k, k % 2 == 0 ? Errc::disk_full : Errc::internal);
    auto wal = open(disk, &read);
    if (wal) {
      // As the process does not stop at once: nothing may be acknowledged after the failure.
      for (int i = 0; i < 12; ++i) work(**wal, random, 1, &history);
      wal->reset();
    }
    const bool reached = disk.calls() - before > k;
    disk.lose_power();
    auto again = open(disk, &read);
    ASSERT_TRUE(again.ok()) << again.error().message;
    // Steps of a group whose submit failed stay in `submitted` and may be there or not; but they
    // may not be followed by others. So read must still be a prefix.
    ASSERT_TRUE(history.accept(read));
    if (!reached) break;
  }
}

// After a sync that failed the page cache shows what the disk does not have, and no later sync
// brings it there. The process ends, the next one reads it, serves it: it must have written it
// again.
TEST_P(WalCrashTest, AFailedSyncThenKillThenPowerLoss) {
  for (std::uint64_t k = 0; k < 60; ++k) {
    SCOPED_TRACE(::testing::Message() << "error at call " << k);
    FaultyStorage disk(GetParam() * 1000 + k);
    ASSERT_TRUE(disk.make_directory("/data").ok());
    ASSERT_TRUE(disk.sync_directory("").ok());
    std::mt19937_64 random(GetParam() + 5);
    History history;
    std::vector<OwnedStep> read;
    disk.fail_at(k);
    if (auto wal = open(disk, &read)) work(**wal, random, 12, &history);
    disk.kill();
    {
      auto wal = open(disk, &read);
      ASSERT_TRUE(wal.ok()) << wal.error().message;
      ASSERT_TRUE(history.accept(read));
    }
    disk.lose_power();
    auto wal = open(disk, &read);
    ASSERT_TRUE(wal.ok()) << wal.error().message;
    ASSERT_TRUE(history.accept(read));
  }
}

// Mode none promises nothing about power loss, but must come up, with a prefix; kill -9 loses
// nothing.
TEST_P(WalCrashTest, ModeNoneKeepsAPrefix) {
  for (std::uint64_t k = 0; k < 80; ++k) {
    SCOPED_TRACE(::testing::Message() << "crash at call " << k);
    FaultyStorage disk(GetParam() * 1000 + k);
    ASSERT_TRUE(disk.make_directory("/data").ok());
    ASSERT_TRUE(disk.sync_directory("").ok());
    std::mt19937_64 random(GetParam());
    History history;
    std::vector<OwnedStep> read;
    disk.crash_at(k);
    if (auto wal = open(disk, &read, Durability::none)) work(**wal, random, 12, &history);
    if (k % 2 == 0) {
      disk.kill();
    } else {
      disk.lose_power();
      history.acknowledged = 0;
    }
    auto wal = open(disk, &read, Durability::none);
    ASSERT_TRUE(wal.ok()) << wal.error().message;
    ASSERT_TRUE(history.accept(read));
    wal->reset();
    disk.lose_power();  // recovery has synced what it accepted
    auto again = open(disk, &read, Durability::none);
    ASSERT_TRUE(again.ok()) << again.error().message;
    ASSERT_TRUE(history.accept(read));
  }
}

// A log may change its mode at each start. What a run in mode sync acknowledged stays, whatever ran
// before it or comes after it; so does what any recovery handed on.
TEST_P(WalCrashTest, ModesMixed) {
  std::mt19937_64 random(GetParam());
  FaultyStorage disk(GetParam());
  ASSERT_TRUE(disk.make_directory("/data").ok());
  ASSERT_TRUE(disk.sync_directory("").ok());
  History history;
  std::vector<OwnedStep> read;
  for (int life = 0; life < 60; ++life) {
    SCOPED_TRACE(::testing::Message() << "life " << life);
    const auto mode = random() % 2 == 0 ? Durability::sync : Durability::none;
    auto wal = open(disk, &read, mode);
    ASSERT_TRUE(wal.ok()) << wal.error().message;
    ASSERT_TRUE(history.accept(read));
    const std::size_t handed_on = history.acknowledged;
    disk.crash_at(random() % 40);
    work(**wal, random, 8, &history);
    const bool power = random() % 2 == 0;
    power ? disk.lose_power() : disk.kill();
    if (power && mode == Durability::none) history.acknowledged = handed_on;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, WalCrashTest, ::testing::Range<std::uint64_t>(1, 21));

}  // namespace
}  // namespace vencer
