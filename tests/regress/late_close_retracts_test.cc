// Late news of a cancellation from before the due: its clocks were cancelled as of then, the breach
// announced meanwhile stood.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

TEST(LateClose, a_ticket_cancelled_in_time_retracts_its_breaches) {
  Desk desk(with_steps({}));
  desk.create(kT0, 1);
  desk.activity(kT0 + kMinuteMs, 1, BuiltinActivity::agent_reply);
  desk.advance(kT0 + 5 * kHourMs);
  desk.told();
  late_status(desk, kT0 + 5 * kHourMs, 1, kCancelled, kT0 + 4 * kHourMs);
  EXPECT_EQ(desk.told(), "breach_retracted status_changed clock_cancelled closed light_changed");
  desk.expect_replay();
}

TEST(LateClose, one_cancelled_a_millisecond_after_due_does_not) {
  Desk desk(with_steps({}));
  desk.create(kT0, 1);
  desk.activity(kT0 + kMinuteMs, 1, BuiltinActivity::agent_reply);
  desk.advance(kT0 + 5 * kHourMs);
  desk.told();
  late_status(desk, kT0 + 5 * kHourMs, 1, kCancelled, kT0 + 4 * kHourMs + 1);
  EXPECT_EQ(desk.told(), "status_changed clock_cancelled closed light_changed");
}

}  // namespace
}  // namespace vencer::test
