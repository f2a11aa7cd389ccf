// Triggers and conditions beyond statuses: levels, values, what changed and what it became.
#include "tests/unit/core/desk.h"

namespace vencer::test {
namespace {

// A third clock, `watch`, without target, on the desk.
TenantSpec with_watch(ClockSpec watch) {
  TenantSpec spec = desk_document();
  watch.name = "watch";
  spec.clocks.push_back(watch);
  spec.events_on = 0;
  spec.rules[0].targets.push_back({2, 10 * kHourMs, 0, kNoId16});
  spec.rules[1].targets.push_back({2, 10 * kHourMs, 0, kNoId16});
  return spec;
}

constexpr ClockId kWatch = 2;

CommandResult escalate(Desk& desk, TimeMs now, std::uint64_t key) {
  Command command;
  command.kind = CommandKind::escalate;
  command.key = {key, 0, KeyKind::number};
  return desk.command(now, command);
}

TEST(Triggers, an_attribute_must_change_for_changed_not_for_set) {
  ClockSpec watch;
  watch.start.attributes_changed = 1u << kPriority;
  watch.stop.attributes_set = 1u << kPriority;
  Desk desk(with_watch(watch));
  desk.create(kT0, 1, 1);
  EXPECT_EQ(desk.clock(1, kWatch).phase, ClockPhase::running);  // from none to a value
  desk.priority(kT0 + 10, 1, 1);                                // set, but not changed
  EXPECT_EQ(desk.clock(1, kWatch).phase, ClockPhase::met);
  desk.expect_replay();
}

TEST(Triggers, becomes_just_this_value) {
  ClockSpec watch;
  watch.start.became = {{kPriority, 2}};
  watch.each_cycle = true;
  watch.stop.became = {{kPriority, 3}, {kPriority, 1}};
  Desk desk(with_watch(watch));
  desk.create(kT0, 1, 1);
  EXPECT_EQ(desk.clock(1, kWatch).cycle, 0);
  desk.priority(kT0 + 10, 1, 2);
  EXPECT_EQ(desk.clock(1, kWatch).phase, ClockPhase::running);
  desk.priority(kT0 + 20, 1, 1);
  EXPECT_EQ(desk.clock(1, kWatch).phase, ClockPhase::met);
  desk.priority(kT0 + 30, 1, 1);  // no change: nothing became anything
  desk.priority(kT0 + 40, 1, 2);
  EXPECT_EQ(desk.clock(1, kWatch).cycle, 2);
  desk.expect_replay();
}

TEST(Conditions, pauses_while_a_value_holds) {
  ClockSpec watch;
  watch.start.activities = 1;  // created
  watch.pause_while.values = {{kPriority, 2}, {kPriority, 0}};
  Desk desk(with_watch(watch));
  desk.create(kT0, 1, 2);
  EXPECT_EQ(desk.clock(1, kWatch).phase, ClockPhase::paused);
  desk.priority(kT0 + kHourMs, 1, 1);
  EXPECT_EQ(desk.clock(1, kWatch).phase, ClockPhase::running);
  EXPECT_EQ(desk.clock(1, kWatch).due, kT0 + 11 * kHourMs);
  desk.priority(kT0 + 2 * kHourMs, 1, 0);  // none is a value to pause on
  EXPECT_EQ(desk.clock(1, kWatch).phase, ClockPhase::paused);
  EXPECT_EQ(desk.clock(1, kWatch).elapsed_ms, kHourMs);
  desk.expect_replay();
}

TEST(Conditions, runs_while_a_level_or_a_value_holds) {
  ClockSpec watch;
  watch.run_while.levels = 1u << 2;
  watch.run_while.values = {{kPriority, 2}};
  watch.each_cycle = true;
  Desk desk(with_watch(watch));
  desk.create(kT0, 1, 1);
  EXPECT_EQ(desk.clock(1, kWatch).cycle, 0);
  escalate(desk, kT0 + 10, 1);  // level 2: begins
  EXPECT_EQ(desk.clock(1, kWatch).phase, ClockPhase::running);
  desk.priority(kT0 + 20, 1, 2);  // held already: nothing new
  EXPECT_EQ(desk.clock(1, kWatch).cycle, 1);
  escalate(desk, kT0 + 30, 1);  // level 3, yet the value holds
  EXPECT_EQ(desk.clock(1, kWatch).phase, ClockPhase::running);
  desk.priority(kT0 + 40, 1, 1);
  EXPECT_EQ(desk.clock(1, kWatch).phase, ClockPhase::met);
  EXPECT_EQ(desk.clock(1, kWatch).elapsed_ms, 30);
  desk.priority(kT0 + 50, 1, 2);
  EXPECT_EQ(desk.clock(1, kWatch).cycle, 2);
  desk.expect_replay();
}

TEST(Conditions, a_clock_full_of_intervals_refuses_what_would_pause_it) {
  ClockSpec watch;
  watch.start.activities = 1;
  watch.pause_while.levels = 1u << 2;
  watch.pause_while.values = {{kPriority, 2}};
  Desk desk(with_watch(watch));
  desk.create(kT0, 1, 1);
  TimeMs at = kT0;
  CommandResult result;
  for (std::size_t i = 0; i <= limits::run_intervals_max; ++i) {
    result = desk.priority(at += 10, 1, 2);
    if (i < limits::run_intervals_max) desk.priority(at += 10, 1, 1);
  }
  EXPECT_EQ(result.code, Errc::limit);
  EXPECT_EQ(desk.ticket(1).attributes, (std::vector<AttributeValue>{{kPriority, 1}}));
  EXPECT_EQ(escalate(desk, at + 10, 1).code, Errc::limit);
  EXPECT_EQ(desk.clock(1, kWatch).phase, ClockPhase::running);
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
