// Late news of a lower priority from before the due of the old one: the breach did not hold, but it
// was told as cleared, as if it had.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

TEST(LatePriority, a_breach_that_the_rule_of_then_would_not_have_given_is_retracted) {
  Desk desk(with_steps({}));
  desk.create(kT0, 1);
  desk.advance(kT0 + 5 * kHourMs);
  desk.told();
  late_priority(desk, kT0 + 5 * kHourMs, 1, 2, kT0 + 4 * kHourMs);  // resolution: 8 h, not 4 h
  EXPECT_EQ(desk.told(), "breach_retracted");
  EXPECT_FALSE(desk.clock(1, kResolution).breached);
  const Event& retracted = desk.last(EventType::breach_retracted).event;
  EXPECT_EQ(retracted.at, kT0 + 4 * kHourMs);
  EXPECT_EQ(retracted.due, kT0 + 4 * kHourMs);
  EXPECT_EQ(retracted.version, 2u);  // of the ticket after the change, as every event says
  desk.expect_replay();
}

TEST(LatePriority, one_that_would_have_come_sooner_holds) {
  Desk desk(with_steps({}));
  desk.create(kT0, 1, 2);
  desk.advance(kT0 + 9 * kHourMs);
  desk.told();
  late_priority(desk, kT0 + 9 * kHourMs, 1, 1, kT0 + 3 * kHourMs);
  EXPECT_EQ(desk.told(), "");
  EXPECT_TRUE(desk.clock(1, kResolution).breached);
}

}  // namespace
}  // namespace vencer::test
