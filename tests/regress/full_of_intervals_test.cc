// A ticket whose clock had all the run intervals it may have could not be resolved or closed any
// more: every change of its status was refused while the clock ran.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

TimeMs fill(Desk& desk) {
  desk.create(kT0, 1, 2);
  TimeMs now = kT0;
  for (std::size_t i = 0; i < limits::run_intervals_max; ++i) {
    EXPECT_EQ(desk.status(now += 10, 1, kPending).code, Errc::ok);
    EXPECT_EQ(desk.status(now += 10, 1, kOpen).code, Errc::ok);
  }
  return now;
}

TEST(FullOfIntervals, it_cannot_pause_but_it_can_be_resolved_and_closed) {
  Desk desk;
  const TimeMs now = fill(desk);
  EXPECT_EQ(desk.status(now + 10, 1, kPending).code, Errc::limit);
  EXPECT_EQ(desk.status(now + 20, 1, kNew).code, Errc::ok);
  EXPECT_EQ(desk.status(now + 30, 1, kResolved).code, Errc::ok);
  EXPECT_EQ(desk.clock(1, kResolution).phase, ClockPhase::met);
  EXPECT_EQ(desk.status(now + 40, 1, kOpen).code, Errc::limit);  // a reopen would need another
  EXPECT_EQ(desk.status(now + 50, 1, kClosed).code, Errc::ok);
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
