// When what time changes takes effect: at the instant at which it falls due, however late it is
// worked off. Steps before due are due as time reaches them, steps at due when it has passed.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

constexpr DurationMs kTargetMs = 4 * kHourMs;

// Resolution of an urgent ticket: at half of its time agent 1, at due agent 2.
TenantSpec handing_over() {
  LadderStepSpec half = percent("50%", 50'000);
  half.set_attributes = {{kAgent, 1}};
  LadderStepSpec due = after_due("due", 0);
  due.set_attributes = {{kAgent, 2}};
  return with_steps({half, due});
}

TEST(Effect, BeforeDueAtTheInstantAtDueAMillisecondBehindIt) {
  Desk desk(handing_over());
  desk.create(kT0, 1);
  desk.advance(kT0 + kTargetMs / 2);
  EXPECT_EQ(desk.ticket(1).changed_at, kT0 + kTargetMs / 2);
  desk.advance(kT0 + kTargetMs);
  EXPECT_EQ(desk.ticket(1).changed_at, kT0 + kTargetMs / 2);
  desk.advance(kT0 + kTargetMs + 1);
  EXPECT_EQ(desk.ticket(1).changed_at, kT0 + kTargetMs + 1);
  EXPECT_EQ(desk.last(EventType::escalated).event.due, kT0 + kTargetMs);
  desk.expect_replay();
}

TEST(Effect, ADayLateAsInTime) {
  Desk desk(handing_over());
  desk.create(kT0, 1);
  desk.advance(kT0 + kTargetMs + 24 * kHourMs);
  EXPECT_EQ(desk.ticket(1).changed_at, kT0 + kTargetMs + 1);
  EXPECT_EQ(desk.last(EventType::escalated).event.emitted, kT0 + kTargetMs + 24 * kHourMs);
  desk.expect_replay();
}

// The step has not changed the ticket by then, though both are worked off at once.
TEST(Effect, AStopAtDueFindsTheTicketAsItWas) {
  Desk desk(handing_over());
  desk.create(kT0, 1);
  ASSERT_EQ(desk.status(kT0 + kTargetMs, 1, kResolved).code, Errc::ok);
  EXPECT_EQ(desk.clock(1, kResolution).phase, ClockPhase::met);
  desk.advance(kT0 + kTargetMs + kHourMs);
  EXPECT_EQ(desk.ticket(1).changed_at, kT0 + kTargetMs);
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
