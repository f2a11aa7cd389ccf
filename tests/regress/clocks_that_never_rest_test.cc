// Clocks that set each other or themselves off for no time at all fell due again at every
// millisecond for ever: each fall was an instant of its own, with eight changes to spend.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

// Sets its own clock off, whose target is `target_ms`, as often as it is due.
TenantSpec restless(DurationMs target_ms) {
  LadderStepSpec step = after_due("due", 0);
  step.set_attributes = {{kAgent, 7}};
  TenantSpec spec = with_steps({step});
  spec.clocks[kResolution].reset.attributes_set = 1u << kAgent;
  for (RuleSpec& rule : spec.rules) {
    for (TargetSpec& target : rule.targets) {
      if (target.clock == kResolution) target.target_ms = target_ms;
    }
  }
  return spec;
}

TEST(ClocksThatNeverRest, a_cascade_goes_on_from_one_millisecond_to_the_next) {
  Desk desk(restless(0));
  desk.create(kT0, 1);
  desk.advance(kT0 + kMinuteMs);
  const Event& stopped = desk.last(EventType::cascade_stopped).event;
  EXPECT_EQ(stopped.cycle, 1 + limits::automatic_changes_max);
  EXPECT_EQ(stopped.due, kT0 + limits::automatic_changes_max);
  EXPECT_EQ(desk.clock(1, kResolution).cycle, 1 + limits::automatic_changes_max);
  EXPECT_EQ(desk.clock(1, kResolution).next_at, kNever);
  desk.expect_replay();
}

// What was begun under one step of the log ends under another: the state says how far it is.
TEST(ClocksThatNeverRest, slices_do_not_count_anew) {
  Desk at_once(restless(0));
  at_once.create(kT0, 1);
  at_once.advance(kT0 + kMinuteMs);
  Desk by_the_millisecond(restless(0));
  by_the_millisecond.create(kT0, 1);
  for (TimeMs ms = 1; ms < 20; ++ms) by_the_millisecond.advance(kT0 + ms);
  by_the_millisecond.advance(kT0 + kMinuteMs);
  EXPECT_EQ(by_the_millisecond.machine.digest(), at_once.machine.digest());
}

TEST(ClocksThatNeverRest, what_a_person_sets_off_begins_anew) {
  Desk desk(restless(0));
  desk.create(kT0, 1);
  desk.advance(kT0 + kMinuteMs);
  desk.told();
  Command command = command_of(CommandKind::set_attributes, 1);
  const AttributeValue attributes[] = {{kAgent, 8}};
  command.attributes = attributes;
  ASSERT_EQ(desk.command(kT0 + kMinuteMs, command).code, Errc::ok);
  desk.advance(kT0 + 2 * kMinuteMs);
  EXPECT_EQ(desk.clock(1, kResolution).cycle, 2 * (1 + limits::automatic_changes_max));
  desk.expect_replay();
}

TEST(ClocksThatNeverRest, a_second_is_time_enough) {
  Desk desk(restless(limits::cascade_gap_ms));
  desk.create(kT0, 1);
  desk.advance(kT0 + kMinuteMs);
  EXPECT_EQ(desk.clock(1, kResolution).cycle, 1 + 59);  // each a second, and a millisecond to pass
}

}  // namespace
}  // namespace vencer::test
