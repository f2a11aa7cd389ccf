// The server's clock against sources that the test moves: never back, slewed, never too far.
#include "engine/runtime/clock.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>

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
  EXPECT_FALSE(clock_.wall().suspect);
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
  EXPECT_FALSE(clock_.wall().suspect);
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
  EXPECT_TRUE(clock_.wall().suspect);
  wall_us_ -= 3600 * kSecondUs;  // repaired
  pass(1 * kSecondUs);
  EXPECT_EQ(clock_.now(), kStart + 61'000);
  EXPECT_FALSE(clock_.wall().suspect);
}

TEST_F(SlewedClockTest, StartsBehindTheLoggedTimeOnlyByTheLoggedTime) {
  clock_.start_after(kStart + 40'000);  // the wall clock was set back meanwhile
  EXPECT_EQ(clock_.now(), kStart + 40'000);
  EXPECT_FALSE(clock_.wall().suspect);
  clock_.start_after(kStart + 3'600'000);
  EXPECT_EQ(clock_.now(), kStart + 3'600'000);
  EXPECT_TRUE(clock_.wall().suspect);
}

TEST_F(SlewedClockTest, StartMonthsAfterTheLoggedTimeIsSuspect) {
  const TimeMs logged = kStart - 29 * limits::kDay;
  clock_.start_after(logged);
  EXPECT_EQ(clock_.now(), kStart);
  const TimeMs long_ago = kStart - 31 * limits::kDay;
  clock_.start_after(long_ago);
  EXPECT_EQ(clock_.now(), long_ago);
  EXPECT_TRUE(clock_.wall().suspect);
  clock_.accept_wall_clock();
  clock_.start_after(long_ago);
  EXPECT_EQ(clock_.now(), kStart);
  EXPECT_FALSE(clock_.wall().suspect);
}

TEST_F(SlewedClockTest, SaysHowFarOffItIs) {
  clock_.start_after(limits::time_min_ms);
  EXPECT_EQ(clock_.wall().lead_ms, 0);
  wall_us_ += 3600 * kSecondUs;
  pass(1 * kSecondUs);
  clock_.now();
  EXPECT_EQ(clock_.wall().lead_ms, 3'600'000);
  wall_us_ -= 7200 * kSecondUs;
  clock_.now();
  EXPECT_EQ(clock_.wall().lead_ms, -3'600'000);
  EXPECT_TRUE(clock_.wall().suspect);
}

TEST_F(SlewedClockTest, AnAcceptedLeadIsJumpedTo) {
  clock_.start_after(limits::time_min_ms);
  wall_us_ += 3600 * kSecondUs;
  pass(1 * kSecondUs);
  EXPECT_EQ(clock_.now(), kStart + 1000);
  clock_.accept();
  EXPECT_FALSE(clock_.wall().suspect);
  EXPECT_EQ(clock_.now(), wall_us_ / 1000);
  pass(1 * kSecondUs);
  EXPECT_EQ(clock_.now(), wall_us_ / 1000);
  wall_us_ += 3600 * kSecondUs;  // it was not a leave to do so again
  EXPECT_EQ(clock_.now(), wall_us_ / 1000 - 3'600'000);
  EXPECT_TRUE(clock_.wall().suspect);
}

TEST_F(SlewedClockTest, OneAcceptedBehindIsWaitedFor) {
  clock_.start_after(limits::time_min_ms);
  wall_us_ -= 1200 * kSecondUs;
  TimeMs before = clock_.now();
  EXPECT_TRUE(clock_.wall().suspect);
  clock_.accept();
  EXPECT_EQ(clock_.now(), before);
  for (int i = 0; i < 12'100; ++i) {
    pass(1 * kSecondUs);
    const TimeMs now = clock_.now();
    EXPECT_GE(now, before + 900);
    EXPECT_FALSE(clock_.wall().suspect);
    before = now;
  }
  EXPECT_EQ(before, wall_us_ / 1000);
  wall_us_ -= 1200 * kSecondUs;
  clock_.now();
  EXPECT_TRUE(clock_.wall().suspect);
}

TEST_F(SlewedClockTest, OneAcceptedBehindMayNotFallFurther) {
  clock_.start_after(limits::time_min_ms);
  wall_us_ -= 1200 * kSecondUs;
  clock_.accept();
  wall_us_ -= 200 * kSecondUs;  // a small step, as always
  clock_.now();
  EXPECT_FALSE(clock_.wall().suspect);
  wall_us_ -= 200 * kSecondUs;
  const TimeMs before = clock_.now();
  EXPECT_TRUE(clock_.wall().suspect);
  pass(1 * kSecondUs);
  EXPECT_EQ(clock_.now(), before + 1000);
}

// Both sides of the limits, at a start: what the log ends with, and what the wall clock says then.
TEST_F(SlewedClockTest, AtAStart) {
  struct Case {
    DurationMs wall_ahead;  // of the last logged time
    bool suspect;
    DurationMs begins_at;  // behind that time
  };
  constexpr DurationMs kLead = limits::clock_step_at_start_max_ms;
  constexpr DurationMs kStep = limits::clock_step_max_ms;
  for (const Case& c : std::initializer_list<Case>{{0, false, 0},
                                                   {1, false, 1},
                                                   {kLead, false, kLead},
                                                   {kLead + 1, true, 0},
                                                   {-1, false, 0},
                                                   {-kStep, false, 0},
                                                   {-kStep - 1, true, 0}}) {
    const TimeMs logged = kStart - c.wall_ahead;
    SlewedClock clock({[this] { return monotonic_us_; }, [this] { return wall_us_; }});
    clock.start_after(logged);
    EXPECT_EQ(clock.wall().suspect, c.suspect) << c.wall_ahead;
    EXPECT_EQ(clock.now(), logged + c.begins_at) << c.wall_ahead;
    EXPECT_EQ(clock.wall().suspect, c.suspect) << c.wall_ahead;
    SlewedClock accepted({[this] { return monotonic_us_; }, [this] { return wall_us_; }});
    accepted.accept_wall_clock();
    accepted.start_after(logged);
    EXPECT_FALSE(accepted.wall().suspect) << c.wall_ahead;
    EXPECT_EQ(accepted.now(), std::max(logged, kStart)) << c.wall_ahead;
    EXPECT_FALSE(accepted.wall().suspect) << c.wall_ahead;
  }
}

// Far off at a start, and set right while the server runs.
TEST_F(SlewedClockTest, AStartThatWasSuspectIsFollowedOnceTheWallClockIsNear) {
  clock_.start_after(kStart + 3'600'000);
  EXPECT_TRUE(clock_.wall().suspect);
  wall_us_ += 3601 * kSecondUs;
  monotonic_us_ += 1 * kSecondUs;
  EXPECT_EQ(clock_.now(), kStart + 3'601'000);
  EXPECT_FALSE(clock_.wall().suspect);
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
