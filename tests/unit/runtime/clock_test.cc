// The server's clock against sources that the test moves: never back, slewed, never too far.
#include "engine/runtime/clock.h"

#include <gtest/gtest.h>

namespace vencer {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr TimeMs kStart = 1'750'000'000'000;

class SlewedClockTest : public ::testing::Test {
 protected:
  std::int64_t monotonic_us_ = 5 * kSecondUs;
  std::int64_t wall_us_ = kStart * 1000;
  SlewedClock clock_{{[this] { return monotonic_us_; }, [this] { return wall_us_; }}};

  void pass(std::int64_t us) {
    monotonic_us_ += us;
    wall_us_ += us;
  }
};

TEST_F(SlewedClockTest, FollowsTheWallClock) {
  clock_.start_after(limits::time_min_ms);
  EXPECT_EQ(clock_.now(), kStart);
  pass(1500);
  EXPECT_EQ(clock_.now(), kStart + 1);
  pass(3600 * kSecondUs);
  EXPECT_EQ(clock_.now(), kStart + 3'600'001);
  EXPECT_FALSE(clock_.suspect());
}

TEST_F(SlewedClockTest, WallClockAheadIsCaughtUpSlowly) {
  clock_.start_after(limits::time_min_ms);
  wall_us_ += 10 * kSecondUs;
  pass(1 * kSecondUs);
  EXPECT_EQ(clock_.now(), kStart + 1'100);  // a tenth faster
  for (int i = 0; i < 100; ++i) {
    pass(1 * kSecondUs);
    clock_.now();
  }
  EXPECT_EQ(clock_.now(), wall_us_ / 1000);
  EXPECT_FALSE(clock_.suspect());
}

TEST_F(SlewedClockTest, WallClockSetBackIsWaitedForNeverGoingBack) {
  clock_.start_after(limits::time_min_ms);
  TimeMs before = clock_.now();
  wall_us_ -= 20 * kSecondUs;
  for (int i = 0; i < 300; ++i) {
    pass(1 * kSecondUs);
    const TimeMs now = clock_.now();
    EXPECT_GE(now, before + 900);
    before = now;
  }
  EXPECT_EQ(before, wall_us_ / 1000);
}

// A busy shard asks every few microseconds: a tenth of nothing must not stay nothing.
TEST_F(SlewedClockTest, SlewsHoweverOftenItIsAsked) {
  clock_.start_after(limits::time_min_ms);
  wall_us_ += 1 * kSecondUs;
  for (int i = 0; i < 200'000; ++i) {
    pass(3);
    clock_.now();
  }
  EXPECT_EQ(clock_.now(), kStart + 600 + 60);
}

TEST_F(SlewedClockTest, FarOffWallClockIsNotFollowed) {
  clock_.start_after(limits::time_min_ms);
  wall_us_ += 3600 * kSecondUs;
  pass(60 * kSecondUs);
  EXPECT_EQ(clock_.now(), kStart + 60'000);
  EXPECT_TRUE(clock_.suspect());
  wall_us_ -= 3600 * kSecondUs;  // repaired
  pass(1 * kSecondUs);
  EXPECT_EQ(clock_.now(), kStart + 61'000);
  EXPECT_FALSE(clock_.suspect());
}

TEST_F(SlewedClockTest, StartsBehindTheLoggedTimeOnlyByTheLoggedTime) {
  clock_.start_after(kStart + 40'000);  // the wall clock was set back meanwhile
  EXPECT_EQ(clock_.now(), kStart + 40'000);
  EXPECT_FALSE(clock_.suspect());
  clock_.start_after(kStart + 3'600'000);
  EXPECT_EQ(clock_.now(), kStart + 3'600'000);
  EXPECT_TRUE(clock_.suspect());
}

TEST_F(SlewedClockTest, StartMonthsAfterTheLoggedTimeIsSuspect) {
  const TimeMs logged = kStart - 29 * limits::kDay;
  clock_.start_after(logged);
  EXPECT_EQ(clock_.now(), kStart);
  const TimeMs long_ago = kStart - 31 * limits::kDay;
  clock_.start_after(long_ago);
  EXPECT_EQ(clock_.now(), long_ago);
  EXPECT_TRUE(clock_.suspect());
  clock_.accept_wall_clock();
  clock_.start_after(long_ago);
  EXPECT_EQ(clock_.now(), kStart);
  EXPECT_FALSE(clock_.suspect());
}

TEST_F(SlewedClockTest, WaitsNoLongerThanUntilTheDeadline) {
  clock_.start_after(limits::time_min_ms);
  clock_.now();
  const auto before = std::chrono::steady_clock::now();
  const auto passed = clock_.when(kStart - 5);
  EXPECT_LE(passed, std::chrono::steady_clock::now());
  EXPECT_GE(clock_.when(kStart + 100), before + std::chrono::milliseconds(100));
  // Far or never: a piece of it, so that a wall clock that steps is noticed.
  const auto never = clock_.when(kNever);
  EXPECT_LE(never, std::chrono::steady_clock::now() + std::chrono::seconds(1));
}

}  // namespace
}  // namespace vencer
