// What is given to one ticket: a deadline, more time, a start to come, a status to take later.
#include "tests/unit/core/desk.h"

namespace vencer::test {
namespace {

Command on_ticket(CommandKind kind) {
  Command command;
  command.kind = kind;
  command.key = {1, 0, KeyKind::number};
  return command;
}

CommandResult extend(Desk& desk, TimeMs now, DurationMs by, TimeMs occurred_at = kNever) {
  Command command = on_ticket(CommandKind::extend);
  command.clock = kResolution;
  command.by_ms = by;
  command.actor = 9;
  command.occurred_at = occurred_at;
  return desk.command(now, command);
}

CommandResult set_due(Desk& desk, TimeMs now, TimeMs due, ClockId clock = kNoId8) {
  Command command = on_ticket(CommandKind::set_due);
  command.due_at = due;
  command.clock = clock;
  return desk.command(now, command);
}

CommandResult pend(Desk& desk, TimeMs now, TimeMs until, StatusId then = kNoId8) {
  Command command = on_ticket(CommandKind::set_status);
  command.status = kPending;
  command.until = until;
  command.then_status = then;
  return desk.command(now, command);
}

TenantSpec quiet_document() {
  TenantSpec spec = desk_document();
  spec.events_on = 0;
  return spec;
}

TEST(Extend, adds_to_the_target_through_changes_of_rule_until_the_cycle_ends) {
  Desk desk(quiet_document());
  desk.create(kT0, 1);
  const std::uint32_t version = desk.ticket(1).version;
  desk.told();
  EXPECT_EQ(extend(desk, kT0 + kHourMs, 2 * kHourMs).code, Errc::ok);
  EXPECT_EQ(desk.told(), "deadline_extended");
  const Event& event = desk.last(EventType::deadline_extended).event;
  EXPECT_EQ(event.due, kT0 + 6 * kHourMs);
  EXPECT_EQ(event.actor, 9u);
  EXPECT_EQ(desk.ticket(1).version, version + 1);
  EXPECT_EQ(desk.clock(1, kResolution).due, kT0 + 6 * kHourMs);
  EXPECT_EQ(desk.clock(1, kResolution).extended_ms, 2 * kHourMs);
  desk.priority(kT0 + kHourMs, 1, 2);  // 8 h
  EXPECT_EQ(desk.clock(1, kResolution).due, kT0 + 10 * kHourMs);
  extend(desk, kT0 + kHourMs, -kHourMs);
  EXPECT_EQ(desk.clock(1, kResolution).due, kT0 + 9 * kHourMs);
  desk.expect_replay();
}

TEST(Extend, clears_a_breach_that_holds_no_longer_or_takes_it_back) {
  Desk desk(quiet_document());
  desk.create(kT0, 1, 2);  // 8 h, and no ladder in the way of late news
  desk.activity(kT0, 1, BuiltinActivity::agent_reply);
  TenantSpec spec = quiet_document();
  desk.advance(kT0 + 9 * kHourMs);
  desk.told();
  extend(desk, kT0 + 9 * kHourMs, kHourMs / 2);  // not enough
  EXPECT_EQ(desk.told(), "deadline_extended");
  extend(desk, kT0 + 9 * kHourMs, kHourMs);
  EXPECT_EQ(desk.told(), "breach_cleared deadline_extended");
  desk.expect_replay();
}

TEST(Extend, late_news_of_it_retracts) {
  TenantSpec spec = quiet_document();
  spec.rules[1].targets[1].ladder = kNoId16;
  Desk desk(spec);
  desk.create(kT0, 1, 2);
  desk.activity(kT0, 1, BuiltinActivity::agent_reply);
  desk.advance(kT0 + 9 * kHourMs);
  desk.told();
  extend(desk, kT0 + 9 * kHourMs, 2 * kHourMs, kT0 + 7 * kHourMs);
  EXPECT_EQ(desk.told(), "breach_retracted deadline_extended");
  desk.expect_replay();
}

TEST(Extend, wants_a_clock_with_a_deadline) {
  Desk desk(quiet_document());
  desk.create(kT0, 1, 3);
  EXPECT_EQ(extend(desk, kT0, kHourMs).code, Errc::not_running);  // no rule
  desk.priority(kT0, 1, 1);
  Command command = on_ticket(CommandKind::extend);
  command.clock = 7;
  EXPECT_EQ(desk.command(kT0, command).code, Errc::unknown_clock);
  EXPECT_EQ(extend(desk, kT0, limits::target_max_ms + 1).code, Errc::time_out_of_range);
  desk.status(kT0, 1, kPending);
  EXPECT_EQ(extend(desk, kT0, kHourMs).code, Errc::ok);
  desk.status(kT0 + kHourMs, 1, kOpen);
  EXPECT_EQ(desk.clock(1, kResolution).due, kT0 + 6 * kHourMs);
  desk.status(kT0 + kHourMs, 1, kResolved);
  EXPECT_EQ(extend(desk, kT0 + kHourMs, kHourMs).code, Errc::not_running);
  desk.expect_replay();
}

TEST(DueAt, is_the_target_of_clocks_that_ask_for_it) {
  TenantSpec spec = quiet_document();
  spec.rules[0].targets[1].kind = TargetKind::ticket;
  spec.rules[1].targets[1].kind = TargetKind::ticket;
  Desk desk(spec);
  Command create = on_ticket(CommandKind::create);
  const AttributeValue attributes[] = {{kPriority, 1}};
  create.attributes = attributes;
  create.due_at = kT0 + 5 * kHourMs;
  desk.command(kT0, create);
  EXPECT_EQ(desk.clock(1, kResolution).due, kT0 + 5 * kHourMs);
  desk.priority(kT0, 1, 2);
  EXPECT_EQ(desk.clock(1, kResolution).due, kT0 + 5 * kHourMs);
  set_due(desk, kT0, kNever);
  EXPECT_EQ(desk.clock(1, kResolution).due, kNever);
  EXPECT_EQ(desk.clock(1, kResolution).target_ms, 0);
  EXPECT_EQ(desk.clock(1, kResolution).phase, ClockPhase::running);
  set_due(desk, kT0, kT0 + 6 * kHourMs);
  EXPECT_EQ(desk.clock(1, kResolution).due, kT0 + 6 * kHourMs);
  EXPECT_EQ(desk.clock(1, kFirstResponse).due, kT0 + kHourMs);
  EXPECT_EQ(set_due(desk, kT0, -1).code, Errc::time_out_of_range);
  desk.expect_replay();
}

TEST(DueAt, given_to_a_clock_takes_the_place_of_its_rules_target) {
  Desk desk(quiet_document());
  desk.create(kT0, 1, 1);
  set_due(desk, kT0, kT0 + 20 * kHourMs, kResolution);
  EXPECT_EQ(desk.clock(1, kResolution).due, kT0 + 20 * kHourMs);
  desk.status(kT0 + kHourMs, 1, kPending);
  desk.status(kT0 + 2 * kHourMs, 1, kOpen);
  desk.priority(kT0 + 2 * kHourMs, 1, 2);
  EXPECT_EQ(desk.clock(1, kResolution).due, kT0 + 20 * kHourMs);
  set_due(desk, kT0 + 2 * kHourMs, kNever, kResolution);
  EXPECT_EQ(desk.clock(1, kResolution).due, kT0 + 9 * kHourMs);
  desk.expect_replay();
}

TEST(StartAt, clocks_are_idle_until_then_and_see_the_ticket_as_it_is_by_then) {
  Desk desk(quiet_document());
  Command create = on_ticket(CommandKind::create);
  const AttributeValue attributes[] = {{kPriority, 1}};
  create.attributes = attributes;
  create.start_at = kT0 + 10 * kHourMs;
  desk.command(kT0, create);
  EXPECT_EQ(desk.ticket(1).start_at, kT0 + 10 * kHourMs);
  desk.activity(kT0 + kHourMs, 1, BuiltinActivity::agent_reply);
  desk.status(kT0 + 2 * kHourMs, 1, kPending);
  EXPECT_EQ(desk.clock(1, kResolution).phase, ClockPhase::idle);
  const std::uint32_t version = desk.ticket(1).version;
  desk.advance(kT0 + 12 * kHourMs);
  EXPECT_EQ(desk.ticket(1).start_at, kNever);
  EXPECT_EQ(desk.ticket(1).version, version);
  EXPECT_EQ(desk.clock(1, kFirstResponse).due, kT0 + 11 * kHourMs);  // the reply came too early
  EXPECT_EQ(desk.clock(1, kResolution).phase, ClockPhase::paused);
  desk.expect_replay();
}

TEST(Pending, takes_its_status_by_itself_as_of_that_instant) {
  Desk desk(quiet_document());
  desk.create(kT0, 1);
  desk.status(kT0, 1, kOpen);
  EXPECT_EQ(pend(desk, kT0, kT0).code, Errc::time_out_of_range);
  EXPECT_EQ(pend(desk, kT0, kT0 + 2 * kHourMs, 77).code, Errc::unknown_status);
  EXPECT_EQ(pend(desk, kT0, kT0 + 2 * kHourMs).code, Errc::ok);
  EXPECT_EQ(desk.ticket(1).pending_then, kOpen);
  desk.advance(kT0 + 2 * kHourMs - 1);
  EXPECT_EQ(desk.ticket(1).status, kPending);
  desk.advance(kT0 + 5 * kHourMs);  // late: the server was down
  EXPECT_EQ(desk.ticket(1).status, kOpen);
  EXPECT_EQ(desk.ticket(1).changed_at, kT0 + 2 * kHourMs);
  EXPECT_EQ(desk.clock(1, kResolution).due, kT0 + 6 * kHourMs);
  EXPECT_EQ(desk.ticket(1).pending_until, kNever);
  desk.expect_replay();
}

TEST(Pending, a_status_command_cancels_it_and_a_second_one_replaces_it) {
  Desk desk(quiet_document());
  desk.create(kT0, 1);
  pend(desk, kT0, kT0 + 2 * kHourMs, kOpen);
  pend(desk, kT0, kT0 + 3 * kHourMs);  // put off: still to Open
  EXPECT_EQ(desk.ticket(1).pending_then, kOpen);
  EXPECT_EQ(desk.ticket(1).pending_until, kT0 + 3 * kHourMs);
  desk.status(kT0 + kHourMs, 1, kPending);  // the status it has already
  EXPECT_EQ(desk.ticket(1).pending_until, kNever);
  desk.advance(kT0 + 10 * kHourMs);
  EXPECT_EQ(desk.ticket(1).status, kPending);
  pend(desk, kT0 + 10 * kHourMs, kT0 + 11 * kHourMs, kOpen);
  desk.command(kT0 + 10 * kHourMs, on_ticket(CommandKind::cancel));
  EXPECT_EQ(desk.ticket(1).status, kCancelled);
  desk.advance(kT0 + 12 * kHourMs);
  EXPECT_EQ(desk.ticket(1).status, kCancelled);
  desk.expect_replay();
}

TEST(Pending, a_document_may_not_drop_the_status_to_come) {
  TenantSpec spec = quiet_document();
  spec.statuses.push_back({"Agendado", StatusCategory::open, false});
  Desk desk(spec);
  desk.create(kT0, 1);
  pend(desk, kT0, kT0 + 2 * kHourMs, 6);
  TenantSpec next = spec;
  next.version = 2;
  next.source_hash = 2;
  next.statuses[6].retired = true;
  EXPECT_EQ(desk.put(kT0, next).code, Errc::names_in_use);
  desk.status(kT0, 1, kOpen);
  EXPECT_EQ(desk.put(kT0, next).code, Errc::ok);
  desk.expect_replay();
}

TEST(Pending, comes_before_what_its_clocks_have_due_at_the_same_instant) {
  TenantSpec spec = quiet_document();
  spec.clocks[kFirstResponse].cancel.statuses = 1u << kOpen;
  Desk desk(spec);
  desk.create(kT0, 1);
  pend(desk, kT0, kT0 + kHourMs + 1, kOpen);  // when the breach of first_response would be told
  desk.told();
  desk.advance(kT0 + kHourMs + 1);
  EXPECT_EQ(desk.told(), "clock_cancelled");
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
