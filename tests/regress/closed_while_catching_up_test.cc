// A command's own ticket is caught up first; what it was caught up to was not looked at: a command
// reached a ticket that had closed meanwhile, and a key whose time was over was still known.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

TenantSpec auto_closing() {
  LadderStepSpec step = after_due("+2h", 2 * kHourMs);
  step.set_status = kClosed;
  return with_steps({step});
}

TEST(ClosedWhileCatchingUp, a_command_is_refused_as_if_the_timer_had_come_first) {
  Desk desk(auto_closing());
  desk.create(kT0, 1);
  const CommandResult result = desk.status(kT0 + 7 * kHourMs, 1, kOpen);
  EXPECT_EQ(result.code, Errc::closed_for_good);
  EXPECT_EQ(desk.ticket(1).status, kClosed);
  EXPECT_TRUE(desk.ticket(1).closed_for_good);
  desk.expect_replay();
}

TEST(ClosedWhileCatchingUp, a_create_hears_that_it_is_closed) {
  Desk desk(auto_closing());
  desk.create(kT0, 1);
  EXPECT_EQ(desk.create(kT0 + 7 * kHourMs, 1).code, Errc::closed_for_good);
}

TEST(ClosedWhileCatchingUp, a_key_whose_time_is_over_is_free_though_its_timers_still_wait) {
  TenantSpec spec = desk_document();
  spec.keep_closed_ms = kHourMs;
  spec.keep_keys_ms = kHourMs;
  Desk desk(spec);
  desk.create(kT0, 1);
  desk.status(kT0 + kMinuteMs, 1, kClosed);
  EXPECT_EQ(desk.create(kT0 + 2 * kHourMs, 1).code, Errc::closed_for_good);
  EXPECT_EQ(desk.create(kT0 + kMinuteMs + 2 * kHourMs, 1).code, Errc::ok);
  desk.advance(kT0 + 24 * kHourMs);  // the old ticket's timers are gone with it
  EXPECT_EQ(desk.machine.ticket_count(), 1u);
  EXPECT_FALSE(desk.ticket(1).closed_for_good);
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
