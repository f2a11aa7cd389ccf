// Windows: their ends, what they set, and the one in which a ticket can be reopened.
#include "tests/unit/core/desk.h"

namespace vencer::test {
namespace {

constexpr ClockId kInactivity = 2, kReopen = 3;
constexpr DurationMs kDayMs = 24 * kHourMs;

// On the desk: after 3 days in Resuelto without a word of the customer, closed; until 4 days after
// Resuelto or Cerrado, to be reopened.
TenantSpec with_windows() {
  TenantSpec spec = desk_document();
  ClockSpec inactivity;
  inactivity.name = "inactividad";
  inactivity.kind = ClockKind::window;
  inactivity.run_while.statuses = 1u << kResolved;
  inactivity.reset.activities = 1u << static_cast<unsigned>(BuiltinActivity::customer_reply);
  inactivity.each_cycle = true;
  inactivity.at_end.status = kClosed;
  inactivity.at_end.attributes = {{kPriority, 2}};
  ClockSpec reopen;
  reopen.name = "reopen_window";
  reopen.kind = ClockKind::window;
  reopen.run_while.statuses = 1u << kResolved | 1u << kClosed;
  spec.clocks.push_back(inactivity);
  spec.clocks.push_back(reopen);
  for (RuleSpec& rule : spec.rules) {
    rule.targets.push_back({kInactivity, 3 * kDayMs, 0, kNoId16});
    rule.targets.push_back({kReopen, 4 * kDayMs, 0, kNoId16});
  }
  spec.reopen_clock = kReopen;
  spec.events_on = 0;
  return spec;
}

Command on_ticket(CommandKind kind) {
  Command command;
  command.kind = kind;
  command.key = {1, 0, KeyKind::number};
  return command;
}

TEST(Windows, the_end_is_told_once_passed_and_sets_what_it_sets) {
  Desk desk(with_windows());
  desk.create(kT0, 1);
  desk.activity(kT0, 1, BuiltinActivity::agent_reply);
  desk.status(kT0 + kHourMs, 1, kResolved);
  desk.told();
  const TimeMs end = kT0 + kHourMs + 3 * kDayMs;
  desk.advance(end);
  EXPECT_EQ(desk.told(), "");
  EXPECT_EQ(desk.ticket(1).light, Light::none);
  desk.advance(end + 1);
  EXPECT_EQ(desk.told(), "clock_expired");
  const Event& expired = desk.last(EventType::clock_expired).event;
  EXPECT_EQ(expired.due, end);
  EXPECT_EQ(expired.elapsed_ms, 3 * kDayMs);
  EXPECT_EQ(desk.clock(1, kInactivity).phase, ClockPhase::expired);
  EXPECT_FALSE(desk.clock(1, kInactivity).breached);
  EXPECT_EQ(desk.ticket(1).status, kClosed);
  EXPECT_EQ(desk.ticket(1).attributes, (std::vector<AttributeValue>{{kPriority, 2}}));
  EXPECT_EQ(desk.ticket(1).changed_at, end + 1);
  EXPECT_FALSE(desk.ticket(1).closed_for_good);
  desk.expect_replay();
}

TEST(Windows, a_reset_begins_it_anew_and_a_stop_says_nothing) {
  Desk desk(with_windows());
  desk.create(kT0, 1);
  desk.activity(kT0, 1, BuiltinActivity::agent_reply);
  desk.status(kT0, 1, kResolved);
  desk.activity(kT0 + 2 * kDayMs, 1, BuiltinActivity::customer_reply);
  EXPECT_EQ(desk.clock(1, kInactivity).due, kT0 + 5 * kDayMs);
  desk.told();
  desk.status(kT0 + 3 * kDayMs, 1, kOpen);
  EXPECT_EQ(desk.told(), "reopened");
  EXPECT_EQ(desk.clock(1, kInactivity).phase, ClockPhase::met);
  desk.expect_replay();
}

TEST(ReopenWindow, closed_is_final_when_it_ends_whatever_the_news_say) {
  TenantSpec spec = with_windows();
  spec.survey_at_close = true;
  Desk desk(spec);
  desk.create(kT0, 1);
  desk.activity(kT0, 1, BuiltinActivity::agent_reply);
  desk.status(kT0 + kHourMs, 1, kResolved);
  desk.status(kT0 + 2 * kHourMs, 1, kClosed);
  EXPECT_FALSE(desk.ticket(1).closed_for_good);
  EXPECT_EQ(desk.machine.open_ticket_count(), 1u);
  desk.told();
  const TimeMs end = kT0 + kHourMs + 4 * kDayMs;
  desk.advance(end + 1);
  EXPECT_EQ(desk.told(), "clock_expired closed survey_due");
  EXPECT_EQ(desk.last(EventType::closed).event.at, kNever);
  EXPECT_TRUE(desk.ticket(1).closed_for_good);
  EXPECT_EQ(desk.machine.open_ticket_count(), 0u);
  Command late = on_ticket(CommandKind::set_status);
  late.status = kOpen;
  late.occurred_at = end - kHourMs;
  EXPECT_EQ(desk.command(end + kHourMs, late).code, Errc::closed_for_good);
  desk.expect_replay();
}

TEST(ReopenWindow, a_command_at_its_end_is_in_time) {
  Desk desk(with_windows());
  desk.create(kT0, 1);
  desk.status(kT0, 1, kClosed);
  EXPECT_EQ(desk.status(kT0 + 4 * kDayMs, 1, kOpen).code, Errc::ok);
  EXPECT_EQ(desk.last(EventType::reopened).event.status, kOpen);
  desk.expect_replay();
}

TEST(ReopenWindow, a_reopen_from_closed_goes_on_with_the_time_left) {
  Desk desk(with_windows());
  desk.create(kT0, 1);  // resolution 4 h, first response 1 h
  desk.told();
  desk.status(kT0 + kMinuteMs, 1, kClosed);
  EXPECT_EQ(desk.told(), "clock_met clock_cancelled");  // closed stops one, ends the other
  EXPECT_EQ(desk.clock(1, kFirstResponse).phase, ClockPhase::cancelled);
  desk.advance(kT0 + 2 * kHourMs);
  EXPECT_EQ(desk.told(), "");
  desk.status(kT0 + kDayMs, 1, kOpen);
  EXPECT_EQ(desk.clock(1, kResolution).due, kT0 + kDayMs + 4 * kHourMs - kMinuteMs);
  EXPECT_EQ(desk.clock(1, kFirstResponse).due, kT0 + kDayMs + kHourMs - kMinuteMs);
  // And a second time: the window opens again.
  desk.status(kT0 + 2 * kDayMs, 1, kResolved);
  EXPECT_EQ(desk.clock(1, kReopen).due, kT0 + 6 * kDayMs);
  desk.expect_replay();
}

TEST(ReopenWindow, a_breach_that_no_longer_holds_after_a_reopen_is_cleared) {
  Desk desk(with_windows());
  desk.create(kT0, 1);
  desk.advance(kT0 + 2 * kHourMs);  // first response breached
  desk.status(kT0 + 2 * kHourMs, 1, kClosed);
  Command more = on_ticket(CommandKind::set_due);
  more.clock = kFirstResponse;
  more.due_at = kT0 + 2 * kDayMs;
  desk.command(kT0 + 3 * kHourMs, more);
  desk.told();
  desk.status(kT0 + kDayMs, 1, kOpen);
  EXPECT_EQ(desk.told(), "reopened breach_cleared");
  EXPECT_FALSE(desk.clock(1, kFirstResponse).breached);
  desk.expect_replay();
}

TEST(ReopenWindow, from_resolved_to_closed_keeps_what_resolving_stopped) {
  Desk desk(with_windows());
  desk.create(kT0, 1);
  desk.status(kT0 + kHourMs, 1, kResolved);
  desk.status(kT0 + 2 * kHourMs, 1, kClosed);
  desk.status(kT0 + 3 * kHourMs, 1, kOpen);
  EXPECT_EQ(desk.clock(1, kResolution).phase, ClockPhase::running);
  EXPECT_EQ(desk.clock(1, kResolution).elapsed_ms, kHourMs);
  desk.expect_replay();
}

TEST(ReopenWindow, resolved_too_is_closed_for_good_at_its_end) {
  TenantSpec spec = with_windows();
  spec.clocks[kInactivity].reset.activities = 0;
  spec.clocks[kInactivity].run_while.statuses = 1u << kPending;
  Desk desk(spec);
  desk.create(kT0, 1);
  desk.status(kT0, 1, kResolved);
  desk.told();
  desk.advance(kT0 + 10 * kHourMs);
  EXPECT_EQ(desk.told(), "breached");  // first response: nobody wrote
  desk.advance(kT0 + 4 * kDayMs + 1);
  EXPECT_EQ(desk.told(), "clock_expired clock_cancelled closed");
  EXPECT_EQ(desk.ticket(1).status, kResolved);
  desk.expect_replay();
}

TEST(ReopenWindow, without_an_end_to_come_closed_is_final_at_once) {
  Desk desk(with_windows());
  desk.create(kT0, 1, 3);  // no rule: no due
  desk.status(kT0, 1, kClosed);
  EXPECT_TRUE(desk.ticket(1).closed_for_good);
  desk.create(kT0, 2, 1);
  desk.status(kT0, 2, kClosed);
  EXPECT_FALSE(desk.ticket(2).closed_for_good);
  desk.priority(kT0 + 10, 2, 3);  // what ran loses its end
  EXPECT_TRUE(desk.ticket(2).closed_for_good);
  desk.create(kT0 + 10, 3, 1);
  desk.status(kT0 + 20, 3, kCancelled);
  EXPECT_TRUE(desk.ticket(3).closed_for_good);
  desk.expect_replay();
}

TEST(ReopenWindow, a_document_without_it_closes_who_waits_in_it) {
  Desk desk(with_windows());
  desk.create(kT0, 1);
  desk.status(kT0, 1, kClosed);
  TenantSpec next = with_windows();
  next.version = 2;
  next.source_hash = 2;
  next.reopen_clock = kNoId8;
  desk.put(kT0 + kHourMs, next);
  desk.told();
  desk.background(kT0 + 2 * kHourMs);
  EXPECT_EQ(desk.told(), "clock_cancelled closed");
  EXPECT_EQ(desk.last(EventType::closed).event.at, kT0 + kHourMs);
  desk.expect_replay();
}

TEST(Windows, a_cascade_of_them_ends) {
  TenantSpec spec = with_windows();
  spec.reopen_clock = kNoId8;
  // Two statuses that hand the ticket to each other at once, for ever.
  ClockSpec there = spec.clocks[kInactivity];
  there.reset = {};
  there.run_while.statuses = 1u << kOpen;
  there.at_end = {kPending, {}};
  ClockSpec back = there;
  back.run_while.statuses = 1u << kPending;
  back.at_end = {kOpen, {}};
  spec.clocks[kInactivity] = there;
  spec.clocks[kReopen] = back;
  for (RuleSpec& rule : spec.rules) rule.targets[2].target_ms = rule.targets[3].target_ms = kHourMs;
  Desk desk(spec);
  desk.create(kT0, 1);
  desk.status(kT0, 1, kOpen);
  desk.advance(kT0 + 4 * kHourMs);  // each hands over after its hour and a millisecond
  EXPECT_EQ(desk.ticket(1).status, kPending);
  EXPECT_EQ(desk.ticket(1).changed_at, kT0 + 3 * (kHourMs + 1));
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
