// Clocks of one ticket: what the vectors do not pin (they run through vencer-vectors).
#include "tests/unit/core/desk.h"

namespace vencer::test {
namespace {

TEST(Clocks, a_ticket_that_is_answered_and_resolved_in_time) {
  Desk desk;
  EXPECT_EQ(desk.create(kT0, 1).code, Errc::ok);
  EXPECT_EQ(desk.told(), "created clock_started clock_started light_changed");
  EXPECT_EQ(desk.clock(1, kResolution).due, kT0 + 4 * kHourMs);
  desk.activity(kT0 + kMinuteMs, 1, BuiltinActivity::agent_reply);
  EXPECT_EQ(desk.told(), "activity_recorded clock_met");
  desk.status(kT0 + 2 * kHourMs, 1, kResolved);
  EXPECT_EQ(desk.told(), "status_changed clock_met light_changed");
  EXPECT_EQ(desk.last(EventType::clock_met).event.elapsed_ms, 2 * kHourMs);
  EXPECT_EQ(desk.machine.next_deadline(), kNever);
  desk.expect_replay();
}

TEST(Clocks, warning_breach_and_levels_in_order_at_their_millisecond) {
  Desk desk;
  desk.create(kT0, 1);
  desk.told();
  const TimeMs due = kT0 + 4 * kHourMs;
  desk.advance(kT0 + 3 * kHourMs - 1);
  EXPECT_EQ(desk.told(), "breached light_changed");  // first_response, due after 1 h
  desk.advance(kT0 + 3 * kHourMs);
  EXPECT_EQ(desk.told(), "warning");
  desk.advance(due);
  EXPECT_EQ(desk.told(), "");  // used up, not passed
  desk.advance(due + 1);
  EXPECT_EQ(desk.told(), "breached escalated");
  EXPECT_EQ(desk.last(EventType::escalated).event.level, 2);
  EXPECT_EQ(desk.last(EventType::breached).event.due, due);
  desk.advance(due + 2 * kHourMs);
  EXPECT_EQ(desk.told(), "");
  desk.advance(due + 2 * kHourMs + 1);
  EXPECT_EQ(desk.told(), "escalated");
  EXPECT_EQ(desk.last(EventType::escalated).event.level, 3);
  EXPECT_EQ(desk.last(EventType::escalated).event.overrun_ms, 2 * kHourMs);
  EXPECT_EQ(desk.ticket(1).version, 2u);  // created, and what the step set
  desk.expect_replay();
}

TEST(Clocks, after_an_outage_every_step_comes_once_in_order_with_its_own_due) {
  Desk desk;
  desk.create(kT0, 1);
  desk.told();
  desk.advance(kT0 + 48 * kHourMs);
  EXPECT_EQ(desk.told(), "breached light_changed warning breached escalated escalated");
  EXPECT_EQ(desk.last(EventType::escalated).event.due, kT0 + 6 * kHourMs);
  EXPECT_EQ(desk.last(EventType::escalated).event.emitted, kT0 + 48 * kHourMs);
  desk.advance(kT0 + 49 * kHourMs);
  EXPECT_EQ(desk.told(), "");
}

TEST(Clocks, pending_pauses_and_a_priority_change_keeps_the_pause) {
  Desk desk;
  desk.create(kT0, 1, 2);
  desk.status(kT0 + kHourMs, 1, kPending);
  EXPECT_EQ(desk.clock(1, kResolution).due, kNever);
  desk.priority(kT0 + 2 * kHourMs, 1, 1);  // glpi#6902: the pause survives
  desk.status(kT0 + 11 * kHourMs, 1, kOpen);
  EXPECT_EQ(desk.clock(1, kResolution).due, kT0 + 14 * kHourMs);
  EXPECT_EQ(desk.clock(1, kResolution).intervals.size(), 2u);
  desk.expect_replay();
}

TEST(Clocks, lowering_the_priority_clears_a_breach_and_the_steps_stay_fired) {
  Desk desk;
  desk.create(kT0, 1);
  desk.activity(kT0, 1, BuiltinActivity::agent_reply);
  desk.advance(kT0 + 5 * kHourMs);
  desk.told();
  desk.priority(kT0 + 5 * kHourMs, 1, 2);
  EXPECT_EQ(desk.told(), "breach_cleared light_changed");
  EXPECT_EQ(desk.ticket(1).light, Light::amber);  // its warning was sent
  desk.advance(kT0 + 8 * kHourMs + 1);
  EXPECT_EQ(desk.told(), "breached light_changed");  // 75 % and due fired once, in this cycle
  desk.expect_replay();
}

TEST(Clocks, without_a_rule_a_clock_runs_but_gives_no_verdict) {
  Desk desk;
  desk.create(kT0, 1, 3);
  EXPECT_EQ(desk.clock(1, kResolution).phase, ClockPhase::running);
  EXPECT_EQ(desk.ticket(1).light, Light::none);
  desk.status(kT0 + 9 * kHourMs, 1, kResolved);
  EXPECT_EQ(desk.told().find("clock_met"), std::string::npos);
  desk.status(kT0 + 10 * kHourMs, 1, kOpen);
  desk.priority(kT0 + 10 * kHourMs, 1, 2);  // 9 h used of 8 h: breached where it passed them
  EXPECT_EQ(desk.last(EventType::breached).event.due, kT0 + 8 * kHourMs);
  desk.expect_replay();
}

TEST(Clocks, reopening_continues_with_the_remaining_time) {
  Desk desk;
  desk.create(kT0, 1);
  desk.activity(kT0, 1, BuiltinActivity::agent_reply);
  desk.status(kT0 + 3 * kHourMs - 1, 1, kResolved);
  desk.told();
  desk.status(kT0 + 100 * kHourMs, 1, kOpen);
  EXPECT_EQ(desk.told(), "status_changed reopened clock_resumed light_changed");
  EXPECT_EQ(desk.clock(1, kResolution).due, kT0 + 101 * kHourMs + 1);
  EXPECT_EQ(desk.clock(1, kResolution).cycle, 1);
  EXPECT_EQ(desk.clock(1, kFirstResponse).phase, ClockPhase::met);  // stopped by the answer
  desk.expect_replay();
}

// What a stopped clock had counted stands until a reopen continues it: by the calendars of then.
TEST(Clocks, a_reopen_counts_by_the_calendars_that_came_meanwhile) {
  constexpr DurationMs kDay = 24 * kHourMs;
  Desk desk(office_hours(9 * 60, 1));
  desk.create(kT0, 1, 2);
  desk.status(kT0 + 2 * kHourMs, 1, kResolved);  // from 13:00 to 15:00
  EXPECT_EQ(desk.put(kT0 + 3 * kHourMs, office_hours(14 * 60, 2)).code, Errc::ok);
  desk.background(kT0 + 3 * kHourMs);
  EXPECT_EQ(desk.clock(1, kResolution).elapsed_ms, 2 * kHourMs);
  desk.status(kT0 + kDay + kHourMs, 1, kOpen);  // one of them counts: 7 h from 14:00 on
  EXPECT_EQ(desk.clock(1, kResolution).elapsed_ms, kHourMs);
  EXPECT_EQ(desk.clock(1, kResolution).due, kT0 + 2 * kDay + 4 * kHourMs);
  // The second time nothing came meanwhile.
  desk.status(kT0 + kDay + 2 * kHourMs, 1, kResolved);
  desk.status(kT0 + kDay + 3 * kHourMs, 1, kOpen);
  EXPECT_EQ(desk.clock(1, kResolution).elapsed_ms, 2 * kHourMs);
  EXPECT_EQ(desk.clock(1, kResolution).due, kT0 + 2 * kDay + 5 * kHourMs);
  // The third time two documents did, one before it had stopped.
  EXPECT_EQ(desk.put(kT0 + kDay + 4 * kHourMs, office_hours(15 * 60, 3)).code, Errc::ok);
  desk.background(kT0 + kDay + 4 * kHourMs);
  EXPECT_EQ(desk.clock(1, kResolution).elapsed_ms, kHourMs);  // 16:00 to 17:00
  desk.status(kT0 + kDay + 5 * kHourMs, 1, kResolved);
  EXPECT_EQ(desk.put(kT0 + kDay + 5 * kHourMs, office_hours(9 * 60, 4)).code, Errc::ok);
  desk.background(kT0 + kDay + 5 * kHourMs);
  desk.status(kT0 + kDay + 6 * kHourMs, 1, kOpen);
  EXPECT_EQ(desk.clock(1, kResolution).elapsed_ms, 5 * kHourMs);
  desk.expect_replay();
}

TEST(Clocks, closing_cancels_what_still_runs_and_nothing_breaches_afterwards) {
  Desk desk;
  desk.create(kT0, 1);
  desk.told();
  desk.status(kT0 + kMinuteMs, 1, kCancelled);
  EXPECT_EQ(desk.told(), "status_changed clock_cancelled clock_cancelled closed light_changed");
  EXPECT_EQ(desk.status(kT0 + kHourMs, 1, kOpen).code, Errc::closed_for_good);
  EXPECT_EQ(desk.create(kT0 + kHourMs, 1).code, Errc::closed_for_good);
  desk.advance(kT0 + 24 * kHourMs);
  EXPECT_EQ(desk.told(), "");
}

TEST(Clocks, an_acknowledgement_holds_the_ladder_and_not_the_breach) {
  Desk desk;
  desk.create(kT0, 1);
  desk.activity(kT0, 1, BuiltinActivity::agent_reply);
  const TimeMs due = kT0 + 4 * kHourMs;
  desk.advance(due - kMinuteMs);
  Command ack;
  ack.kind = CommandKind::acknowledge;
  ack.key = {1, 0, KeyKind::number};
  desk.told();
  EXPECT_EQ(desk.command(due - kMinuteMs, ack).code, Errc::ok);
  EXPECT_EQ(desk.told(), "activity_recorded acknowledged");
  desk.advance(due + 1);
  EXPECT_EQ(desk.told(), "breached light_changed");
  desk.advance(due + 29 * kMinuteMs - 1);
  EXPECT_EQ(desk.told(), "");
  desk.advance(due + 29 * kMinuteMs);
  EXPECT_EQ(desk.told(), "escalated");
  EXPECT_EQ(desk.last(EventType::escalated).event.due, due);
  desk.expect_replay();
}

TEST(Clocks, late_news_retracts_a_breach_and_is_clamped_to_the_last_change) {
  Desk desk;
  desk.create(kT0, 1);
  desk.advance(kT0 + 5 * kHourMs);
  desk.told();
  Command late;
  late.kind = CommandKind::set_status;
  late.key = {1, 0, KeyKind::number};
  late.status = kResolved;
  late.occurred_at = kT0 + 4 * kHourMs;
  const CommandResult result = desk.command(kT0 + 5 * kHourMs, late);
  EXPECT_EQ(result.code, Errc::ok);
  // The step at due had raised the level at due + 1 ms: that is its last change.
  EXPECT_TRUE(result.clamped);
  EXPECT_EQ(desk.told(), "status_changed clock_missed");
  EXPECT_EQ(desk.last(EventType::clock_missed).event.overrun_ms, 1);
  late.status = kOpen;
  late.occurred_at = kT0 + 6 * kHourMs;
  EXPECT_EQ(desk.command(kT0 + 5 * kHourMs, late).code, Errc::occurred_at_future);
  late.occurred_at = kT0 + 5 * kHourMs + 5000;  // the desk's clock is ahead by what is allowed
  EXPECT_EQ(desk.command(kT0 + 5 * kHourMs, late).code, Errc::ok);
  EXPECT_EQ(desk.ticket(1).changed_at, kT0 + 5 * kHourMs);
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
