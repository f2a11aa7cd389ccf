// Goal: what semantics.md says of the wall clock at a restart: engine time goes on from the log's
// end if the wall clock is behind it; it follows one that is ahead by up to 30 days; one further
// ahead is not followed until it is accepted, and what is accepted stays so. Method: a partition
// turned by hand, whose SlewedClock has sources that the test moves while it is down.
#include "partition_desk.h"

namespace vencer::testing {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kDayUs = 86'400 * kSecondUs;

class RestartClock : public ::testing::Test {
 protected:
  // As a process does: with a clock of its own.
  void start() {
    clock_ = std::make_unique<SlewedClock>(
        SlewedClock::Sources{[this] { return monotonic_us_; }, [this] { return wall_us_; }});
    desk_.goes_by = clock_.get();
    const Status opened = desk_.open();
    ASSERT_TRUE(opened.ok()) << opened.error().message;
  }
  void pass(std::int64_t us) {
    monotonic_us_ += us;
    wall_us_ += us;
  }
  // A ticket that falls due ten seconds after kStart; the log ends five seconds after it.
  void begin() {
    start();
    desk_.put_document();
    ASSERT_TRUE(desk_.create(1));
    desk_.settle();
    pass(5 * kSecondUs);
    ASSERT_TRUE(desk_.create(2));
    desk_.settle();
    ASSERT_EQ(now(), kStart + 5000);
    told_ = last_event();
    desk_.close();
  }
  TimeMs now() { return desk_.partition().machine().now(); }
  std::uint64_t last_event() { return desk_.partition().hub().last_sequence(); }
  bool suspect() { return desk_.partition().wall_clock().suspect; }
  void accept() {
    flatbuffers::FlatBufferBuilder builder;
    builder.Finish(wire::CreateAcceptClock(builder));
    ASSERT_TRUE(desk_.submit(wire::FrameType::accept_clock, builder));
    desk_.settle();
  }

  std::int64_t monotonic_us_ = 77 * kSecondUs;
  std::int64_t wall_us_ = kStart * 1000;
  std::unique_ptr<SlewedClock> clock_;
  PartitionDesk desk_;
  std::uint64_t told_ = 0;
};

TEST_F(RestartClock, BehindTheLogItGoesOnFromThere) {
  begin();
  wall_us_ -= 3600 * kSecondUs;
  start();
  EXPECT_TRUE(suspect());
  desk_.settle();
  EXPECT_EQ(last_event(), told_) << "nothing is early";
  pass(6 * kSecondUs);
  desk_.settle();
  EXPECT_EQ(now(), kStart + 11'000);
  EXPECT_EQ(last_event(), told_ + 1) << "the first one's breach, by the monotonic clock";
  accept();  // waited for: never back, a tenth slower
  EXPECT_FALSE(suspect());
  pass(10 * kSecondUs);
  desk_.settle();
  EXPECT_EQ(last_event(), told_ + 2);
  EXPECT_LE(now(), kStart + 20'001);
  EXPECT_GE(now(), kStart + 11'000);
}

TEST_F(RestartClock, ALittleBehindItIsWaitedFor) {
  begin();
  wall_us_ -= 60 * kSecondUs;
  start();
  EXPECT_FALSE(suspect());
  pass(6 * kSecondUs);
  desk_.settle();
  EXPECT_EQ(now(), kStart + 10'400);
}

TEST_F(RestartClock, WeeksAheadItIsFollowedAtOnce) {
  begin();
  pass(29 * kDayUs);
  start();
  EXPECT_FALSE(suspect());
  desk_.settle();
  EXPECT_EQ(now(), wall_us_ / 1000);
  EXPECT_GT(last_event(), told_);
}

TEST_F(RestartClock, FurtherAheadOnlyOnceItIsAcceptedAndThenForGood) {
  begin();
  pass(31 * kDayUs);
  start();
  EXPECT_TRUE(suspect());
  EXPECT_EQ(desk_.partition().wall_clock().lead_ms, 31 * limits::kDay);
  desk_.settle();
  EXPECT_EQ(last_event(), told_) << "nothing falls due by a clock that may be wrong";
  desk_.close();
  start();  // a restart alone makes it no better
  EXPECT_TRUE(suspect());
  accept();
  EXPECT_FALSE(suspect());
  EXPECT_EQ(now(), wall_us_ / 1000);
  EXPECT_EQ(last_event(), told_ + 2);
  desk_.close();
  start();
  EXPECT_FALSE(suspect());
  EXPECT_EQ(now(), wall_us_ / 1000);
}

}  // namespace
}  // namespace vencer::testing
