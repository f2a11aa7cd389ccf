// The write-ahead log on real files: what was submitted comes back, in order, byte for byte,
// whatever the sizes, over any number of restarts and segments.
#include "engine/log/wal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

#include "tests/unit/log/log_testing.h"

namespace vencer {
namespace {

using testing::OwnedStep;
using testing::TempDirectory;

class WalTest : public ::testing::Test {
 protected:
  WalOptions options(std::uint64_t segment_bytes = 64 << 10) const {
    WalOptions o;
    o.directory = directory_.path() + "/wal";
    o.partition = 7;
    o.segment_bytes = segment_bytes;
    o.create = true;
    return o;
  }
  std::unique_ptr<Wal> reopen(const WalOptions& o) {
    read_.clear();
    auto wal = Wal::open(*storage_, o, testing::collect(&read_), &recovery_);
    EXPECT_TRUE(wal.ok()) << wal.error().message;
    return wal ? std::move(*wal) : nullptr;
  }
  void submit(Wal& wal, const std::vector<OwnedStep>& steps) {
    Group group;
    for (const OwnedStep& step : steps) group.append(step.record());
    auto number = wal.submit(group);
    ASSERT_TRUE(number.ok()) << number.error().message;
    written_.insert(written_.end(), steps.begin(), steps.end());
  }

  TempDirectory directory_;
  std::unique_ptr<Storage> storage_ = make_posix_storage();
  WalRecovery recovery_;
  std::vector<OwnedStep> read_, written_;
};

TEST_F(WalTest, NewLogIsEmptyAndSealed) {
  auto wal = reopen(options());
  EXPECT_TRUE(recovery_.created);
  EXPECT_TRUE(wal->sealed());
  EXPECT_EQ(wal->durable_group(), 0u);
  wal.reset();
  const std::uint64_t identity = recovery_.identity_high;
  wal = reopen(options());
  EXPECT_FALSE(recovery_.created);
  EXPECT_TRUE(recovery_.clean);
  EXPECT_EQ(recovery_.identity_high, identity);
  EXPECT_TRUE(read_.empty());
}

TEST_F(WalTest, WithoutCreateAnEmptyDirectoryIsRefused) {
  WalOptions o = options();
  o.create = false;
  ASSERT_TRUE(storage_->make_directory(o.directory).ok());
  auto wal = Wal::open(*storage_, o, testing::collect(&read_), &recovery_);
  ASSERT_FALSE(wal.ok());
  EXPECT_NE(wal.error().message.find("no log here"), std::string::npos);
}

TEST_F(WalTest, RandomGroupsOverRestartsAndSegments) {
  std::mt19937_64 random(1);
  for (int run = 0; run < 20; ++run) {
    auto wal = reopen(options());
    ASSERT_NE(wal, nullptr);
    ASSERT_EQ(read_, written_) << "run " << run;
    for (int i = 0; i < 20; ++i) submit(*wal, testing::random_steps(random, 5, 6000));
    if (run % 2 == 0) {
      ASSERT_TRUE(wal->seal().ok());
    }
    wal.reset();
    reopen(options());
    EXPECT_EQ(recovery_.clean, run % 2 == 0);
    EXPECT_FALSE(recovery_.torn);
  }
}

TEST_F(WalTest, SealOnceProvesTheLastGroup) {
  auto wal = reopen(options());
  submit(*wal, {OwnedStep{}});
  EXPECT_FALSE(wal->sealed());
  ASSERT_TRUE(wal->seal().ok());
  ASSERT_TRUE(wal->seal().ok());
  EXPECT_TRUE(wal->sealed());
  EXPECT_EQ(wal->durable_group(), 2u);
  reopen(options());
  EXPECT_EQ(recovery_.last_group, 2u);
  EXPECT_EQ(recovery_.proven_group, 1u);
}

TEST_F(WalTest, RestartsWithoutWritesDoNotPileUpFiles) {
  auto wal = reopen(options());
  submit(*wal, {OwnedStep{}});
  for (int i = 0; i < 5; ++i) wal = reopen(options());
  const auto names = storage_->list(options().directory);
  EXPECT_LE(names->size(), 3u);  // the old one, the rewritten group, an empty one
}

TEST_F(WalTest, ModeNoneComesBackToo) {
  WalOptions o = options();
  o.durability = Durability::none;
  std::mt19937_64 random(2);
  for (int run = 0; run < 6; ++run) {
    auto wal = reopen(o);
    ASSERT_EQ(read_, written_);
    for (int i = 0; i < 40; ++i) submit(*wal, testing::random_steps(random, 5, 3000));
    if (run % 2 == 0) {
      ASSERT_TRUE(wal->seal().ok());
    }
  }
  reopen(options());
  EXPECT_EQ(read_, written_);
}

TEST_F(WalTest, PreparedSegmentIsUsed) {
  auto wal = reopen(options(16 << 10));
  for (std::uint32_t i = 0; i < 1 + options().spare_segments; ++i) {
    ASSERT_TRUE(*wal->prepare_next_segment());
  }
  ASSERT_FALSE(*wal->prepare_next_segment());
  std::mt19937_64 random(3);
  for (int i = 0; i < 10; ++i) submit(*wal, testing::random_steps(random, 3, 2000));
  ASSERT_TRUE(*wal->prepare_next_segment());
  reopen(options(16 << 10));
  EXPECT_EQ(read_, written_);
}

// The maintenance role makes segments while the commit role fills them (run under the thread
// sanitizer).
TEST_F(WalTest, PreparesBesideTheWriter) {
  auto wal = reopen(options(16 << 10));
  std::atomic<bool> stop{false};
  std::atomic<int> failed{0};
  std::thread maintenance([&] {
    while (!stop) {
      if (!wal->prepare_next_segment()) ++failed;
      (void)wal->durable_group();
      (void)wal->written_bytes();
      std::this_thread::yield();
    }
  });
  std::mt19937_64 random(4);
  for (int i = 0; i < 60; ++i) submit(*wal, testing::random_steps(random, 3, 2000));
  stop = true;
  maintenance.join();
  EXPECT_EQ(failed, 0);
  reopen(options(16 << 10));
  EXPECT_EQ(read_, written_);
}

TEST_F(WalTest, TooLargeAGroupPoisons) {
  auto wal = reopen(options(16 << 10));
  Group group;
  OwnedStep step;
  step.payload.resize(20000);
  group.append(step.record());
  const auto result = wal->submit(group);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, Errc::limit);
  EXPECT_FALSE(wal->seal().ok());
}

TEST_F(WalTest, ShowsHowMuchOfItsFilesItHasRead) {
  WalOptions o = options();
  auto wal = reopen(o);
  std::mt19937_64 random(11);
  for (int i = 0; i < 60; ++i) submit(*wal, testing::random_steps(random, 5, 4000));
  wal.reset();
  ReadProgress progress;
  o.progress = &progress;
  const std::uint64_t wanted = Wal::bytes_to_read(*storage_, o);
  EXPECT_GT(wanted, 2 * o.segment_bytes);
  std::vector<std::uint64_t> seen;
  const auto note = [&](const StepRecord&) {
    EXPECT_EQ(progress.there, wanted);
    seen.push_back(progress.bytes);
    return ok_status();
  };
  ASSERT_TRUE(Wal::open(*storage_, o, note, &recovery_).ok());
  EXPECT_TRUE(std::ranges::is_sorted(seen));
  EXPECT_EQ(seen.front(), 0u);
  EXPECT_GT(seen.back(), wanted - 2 * o.segment_bytes);
  EXPECT_EQ(progress.bytes, wanted);  // what lies behind the last group was looked at, too
  o.directory += "-missing";
  EXPECT_EQ(Wal::bytes_to_read(*storage_, o), 0u);
}

TEST_F(WalTest, ReplayErrorEndsRecovery) {
  auto wal = reopen(options());
  submit(*wal, {OwnedStep{}});
  wal.reset();
  const auto refuse = [](const StepRecord&) -> Status { return Error{Errc::internal, "step 1"}; };
  const auto result = Wal::open(*storage_, options(), refuse, &recovery_);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message, "step 1");
}

}  // namespace
}  // namespace vencer
