// Targets that are dates, calendars by attribute, and what a change of rule leaves.
#include "tests/unit/core/desk.h"

namespace vencer::test {
namespace {

constexpr CalendarId kOffice = 1, kLate = 2;
constexpr DurationMs kDayMs = 24 * kHourMs;
constexpr TimeMs kMidnight = kT0 - 13 * kHourMs;  // of that Monday

// Monday to Friday, UTC.
CalendarSpec hours(const char* name, int from, int to) {
  CalendarSpec spec;
  spec.name = name;
  for (int day = 0; day < 5; ++day) {
    spec.weekly[day] = {{static_cast<std::int16_t>(60 * from), static_cast<std::int16_t>(60 * to)}};
  }
  return spec;
}

// Resolution of urgent tickets has this target, in office hours (09:00-18:00).
TenantSpec with_target(TargetSpec target) {
  TenantSpec spec = desk_document();
  spec.calendars.push_back(hours("oficina", 9, 18));
  spec.calendars.push_back(hours("tarde", 12, 20));
  target.clock = kResolution;
  target.calendar = kOffice;
  spec.rules[0].targets[1] = target;
  spec.events_on = 0;
  return spec;
}

TargetSpec of_kind(TargetKind kind) {
  TargetSpec target;
  target.kind = kind;
  return target;
}

TEST(DateTargets, business_days_move_by_the_closes_in_a_pause) {
  TargetSpec target = of_kind(TargetKind::business_days);
  target.days = 3;
  Desk desk(with_target(target));
  desk.create(kT0, 1);
  EXPECT_EQ(desk.clock(1, kResolution).due, kMidnight + 3 * kDayMs + 18 * kHourMs);
  EXPECT_EQ(desk.clock(1, kResolution).target_ms, (5 + 3 * 9) * kHourMs);
  desk.status(kMidnight + kDayMs + 12 * kHourMs, 1, kPending);
  EXPECT_EQ(desk.clock(1, kResolution).due, kNever);
  desk.status(kMidnight + 2 * kDayMs + 12 * kHourMs, 1, kOpen);  // Tuesday's close lay in it
  const TimeMs due = kMidnight + 4 * kDayMs + 18 * kHourMs;
  EXPECT_EQ(desk.clock(1, kResolution).due, due);
  desk.status(kMidnight + 3 * kDayMs + 12 * kHourMs, 1, kPending);
  desk.status(kMidnight + 3 * kDayMs + 13 * kHourMs, 1, kOpen);  // no close in it
  EXPECT_EQ(desk.clock(1, kResolution).due, due);
  desk.told();
  desk.advance(due);
  EXPECT_EQ(desk.clock(1, kResolution).breached, false);
  desk.advance(due + 1);
  EXPECT_EQ(desk.clock(1, kResolution).breached, true);
  // What it ran: Monday 5 h, Tuesday 3 h, Wednesday 6 h, Thursday 8 h, Friday 9 h.
  EXPECT_EQ(desk.last(EventType::breached).event.elapsed_ms, 31 * kHourMs);
  desk.status(due + 64 * kHourMs, 1, kResolved);  // Monday at 10:00
  EXPECT_EQ(desk.last(EventType::clock_missed).event.overrun_ms, kHourMs);
  desk.expect_replay();
}

TEST(DateTargets, a_clock_that_begins_paused_knows_its_start) {
  TargetSpec target = of_kind(TargetKind::business_days);
  target.days = 1;
  TenantSpec spec = with_target(target);
  spec.clocks[kResolution].pause_while.values = {{kAgent, 0}};
  Desk desk(spec);
  desk.create(kT0, 1);
  EXPECT_EQ(desk.clock(1, kResolution).phase, ClockPhase::paused);
  EXPECT_EQ(desk.clock(1, kResolution).due, kNever);
  Command assign;
  assign.kind = CommandKind::set_attributes;
  assign.key = {1, 0, KeyKind::number};
  const AttributeValue agent[] = {{kAgent, 7}};
  assign.attributes = agent;
  desk.command(kMidnight + kDayMs + 10 * kHourMs, assign);  // Monday's close lay in the pause
  EXPECT_EQ(desk.clock(1, kResolution).due, kMidnight + 2 * kDayMs + 18 * kHourMs);
  EXPECT_EQ(desk.clock(1, kResolution).elapsed_ms, 0);
  desk.expect_replay();
}

TEST(DateTargets, close_of_day_moves_likewise) {
  Desk desk(with_target(of_kind(TargetKind::close_of_day)));
  desk.create(kT0, 1);
  EXPECT_EQ(desk.clock(1, kResolution).due, kMidnight + 18 * kHourMs);
  desk.status(kT0 + kHourMs, 1, kPending);
  desk.status(kT0 + 2 * kHourMs, 1, kOpen);
  EXPECT_EQ(desk.clock(1, kResolution).due, kMidnight + 18 * kHourMs);
  desk.status(kMidnight + 18 * kHourMs, 1, kPending);  // at the very close: in time, so it moves
  desk.status(kMidnight + 20 * kHourMs, 1, kOpen);
  EXPECT_EQ(desk.clock(1, kResolution).due, kMidnight + kDayMs + 18 * kHourMs);
  desk.expect_replay();
}

TEST(DateTargets, an_instant_waits_for_no_pause_and_its_percentages_are_of_the_open_time_to_it) {
  TargetSpec target = of_kind(TargetKind::instant);
  target.instant = kMidnight + kDayMs + 12 * kHourMs;  // 5 h today, 3 h tomorrow
  target.ladder = 0;
  TenantSpec spec = with_target(target);
  Desk desk(spec);
  desk.create(kT0, 1);
  EXPECT_EQ(desk.clock(1, kResolution).target_ms, 8 * kHourMs);
  EXPECT_EQ(desk.clock(1, kResolution).next_at, kMidnight + kDayMs + 10 * kHourMs);  // 75 %
  desk.status(kT0 + kHourMs, 1, kPending);
  desk.advance(target.instant);
  EXPECT_FALSE(desk.clock(1, kResolution).breached);
  desk.told();
  desk.advance(target.instant + 1);
  EXPECT_EQ(desk.told(), "breached");
  EXPECT_EQ(desk.last(EventType::breached).event.elapsed_ms, kHourMs);
  desk.status(target.instant + 2 * kHourMs, 1, kOpen);
  desk.status(target.instant + 3 * kHourMs, 1, kResolved);
  EXPECT_EQ(desk.last(EventType::clock_missed).event.overrun_ms, 3 * kHourMs);
  EXPECT_EQ(desk.last(EventType::clock_missed).event.elapsed_ms, 2 * kHourMs);
  desk.expect_replay();
}

TEST(DateTargets, late_news_of_a_pause_takes_back_a_date_that_moves_but_no_instant) {
  for (const TargetKind kind : {TargetKind::close_of_day, TargetKind::instant}) {
    TargetSpec target = of_kind(kind);
    target.instant = kMidnight + 18 * kHourMs;
    Desk desk(with_target(target));
    desk.create(kT0, 1);
    desk.advance(kMidnight + 19 * kHourMs);
    EXPECT_TRUE(desk.clock(1, kResolution).breached);
    Command late;
    late.kind = CommandKind::set_status;
    late.key = {1, 0, KeyKind::number};
    late.status = kPending;
    late.occurred_at = kMidnight + 17 * kHourMs;
    desk.command(kMidnight + 20 * kHourMs, late);
    EXPECT_EQ(desk.clock(1, kResolution).breached, kind == TargetKind::instant);
    desk.expect_replay();
  }
}

TEST(Calendars, a_rule_may_take_its_calendar_from_an_attribute) {
  TargetSpec target;
  target.target_ms = 6 * kHourMs;
  TenantSpec spec = with_target(target);
  AttributeSpec channel = spec.attributes[kPriority];
  channel.name = "channel";
  channel.role = AttributeRole::plain;
  spec.attributes.push_back(channel);
  spec.rules[0].targets[1].calendar_by = 2;
  spec.rules[0].targets[1].calendars = {kNoId16, kLate};  // value 1: the rule's own; 3: no place
  Desk desk(spec);
  const auto set = [&](TimeMs now, Value value) {
    Command command;
    command.kind = CommandKind::set_attributes;
    command.key = {1, 0, KeyKind::number};
    const AttributeValue attributes[] = {{2, value}};
    command.attributes = attributes;
    desk.command(now, command);
    return desk.clock(1, kResolution).due;
  };
  desk.create(kT0, 1);
  const TimeMs office = kMidnight + kDayMs + 10 * kHourMs;
  EXPECT_EQ(desk.clock(1, kResolution).due, office);
  EXPECT_EQ(set(kT0 + 1, 1), office);
  EXPECT_EQ(set(kT0 + 2, 2), kMidnight + 19 * kHourMs);
  EXPECT_EQ(set(kT0 + 3, 3), office);
  EXPECT_EQ(set(kT0 + 4, 0), office);
  desk.expect_replay();
}

// Urgent: 6 h in the office; normal: 8 h in the late hours.
TenantSpec two_calendars(OnChange on_change) {
  TargetSpec target;
  target.target_ms = 6 * kHourMs;
  TenantSpec spec = with_target(target);
  spec.rules[1].targets[1].calendar = kLate;
  spec.rules[1].targets[1].target_ms = 8 * kHourMs;
  spec.rules[1].targets[1].ladder = kNoId16;
  spec.clocks[kResolution].on_change = on_change;
  return spec;
}

TEST(OnChange, keep_leaves_what_was_measured_and_goes_on_under_the_new_rule) {
  Desk desk(two_calendars(OnChange::keep));
  const TimeMs ten = kMidnight + kDayMs + 10 * kHourMs;
  desk.create(kT0, 2, 1);
  desk.priority(ten - kHourMs, 2, 1);
  desk.priority(ten - kHourMs + 1, 2, 2);  // 5 h used and a millisecond: 2:59:59.999 h left
  EXPECT_EQ(desk.clock(2, kResolution).elapsed_ms, 5 * kHourMs + 1);
  EXPECT_EQ(desk.clock(2, kResolution).due, kMidnight + kDayMs + 15 * kHourMs - 1);
  desk.status(kMidnight + kDayMs + 13 * kHourMs, 2, kPending);
  desk.status(kMidnight + kDayMs + 14 * kHourMs, 2, kOpen);
  EXPECT_EQ(desk.clock(2, kResolution).due, kMidnight + kDayMs + 16 * kHourMs - 1);
  EXPECT_EQ(desk.clock(2, kResolution).elapsed_ms, 6 * kHourMs + 1);
  desk.expect_replay();
}

TEST(OnChange, keep_finds_a_target_used_up_where_it_was_used_up) {
  TenantSpec spec = two_calendars(OnChange::keep);
  spec.rules[1].targets[1].target_ms = 4 * kHourMs;
  Desk desk(spec);
  desk.create(kT0, 1, 1);
  desk.priority(kT0 + 5 * kHourMs - kMinuteMs, 1, 2);
  EXPECT_EQ(desk.clock(1, kResolution).due, kT0 + 4 * kHourMs);  // 17:00 of the office
  EXPECT_TRUE(desk.clock(1, kResolution).breached);
  desk.expect_replay();
}

TEST(OnChange, restart_begins_a_cycle_when_the_rule_is_another) {
  Desk desk(two_calendars(OnChange::restart));
  desk.create(kT0, 1, 1);
  desk.priority(kT0 + kHourMs, 1, 1);
  EXPECT_EQ(desk.clock(1, kResolution).cycle, 1);
  desk.priority(kT0 + 2 * kHourMs, 1, 2);
  EXPECT_EQ(desk.clock(1, kResolution).cycle, 2);
  EXPECT_EQ(desk.clock(1, kResolution).elapsed_ms, 0);
  EXPECT_EQ(desk.clock(1, kResolution).due, kMidnight + kDayMs + 15 * kHourMs);
  TenantSpec next = two_calendars(OnChange::restart);
  next.version = 2;
  next.source_hash = 2;
  next.rule_order = {1};
  next.rules[1].targets[1].target_ms = 9 * kHourMs;
  desk.put(kT0 + 3 * kHourMs, next);
  desk.advance(kT0 + 3 * kHourMs);
  Step touch;
  touch.kind = StepKind::touch;
  touch.now = kT0 + 3 * kHourMs;
  touch.slot = desk.machine.find_ticket(1, {1, 0, KeyKind::number});
  desk.apply(touch);
  EXPECT_EQ(desk.clock(1, kResolution).cycle, 2);  // a document restarts nothing
  EXPECT_EQ(desk.clock(1, kResolution).due, kMidnight + kDayMs + 16 * kHourMs);
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
