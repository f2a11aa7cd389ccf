// Repetitions were counted per clock, not per step: after a change of rule another ladder's step
// began with the count of the first; a step in the middle of its repetitions counted as not fired;
// and a level that repeats held up the next level until it had repeated enough.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

LadderStepSpec repeating(std::string name, DurationMs offset_ms, std::uint32_t times) {
  LadderStepSpec step = after_due(std::move(name), offset_ms);
  step.every_ms = kHourMs;
  step.times = times;
  step.recipient = kNoId16;
  return step;
}

// urgent: +1h, three times more; normal: the second ladder.
TenantSpec two_ladders(const LadderStepSpec& second) {
  TenantSpec spec = with_steps({repeating("+1h", kHourMs, 3)});
  spec.ladders.push_back({"otro", 0, {second}, false});
  if (second.name != "+1h") spec.clocks[kResolution].step_names.push_back(second.name);
  spec.rules[1].targets[1] = {kResolution, 4 * kHourMs, 0, 1};
  return spec;
}

int escalations(const Desk& desk) {
  int count = 0;
  for (const Seen& seen : desk.sink.seen) count += seen.event.type == EventType::escalated ? 1 : 0;
  return count;
}

TEST(Repetitions, of_another_ladder_begin_anew) {
  Desk desk(two_ladders(repeating("+4h", 4 * kHourMs, 3)));
  desk.create(kT0, 1);
  desk.advance(kT0 + 7 * kHourMs + 1);  // +1h at 5 h, again at 6 h and 7 h
  EXPECT_EQ(escalations(desk), 3);
  desk.priority(kT0 + 7 * kHourMs + 2, 1, 2);
  desk.advance(kT0 + 8 * kHourMs);
  EXPECT_EQ(escalations(desk), 3);
  desk.advance(kT0 + 8 * kHourMs + 1);  // +4h for the first time
  EXPECT_EQ(escalations(desk), 4);
  desk.advance(kT0 + 48 * kHourMs);
  EXPECT_EQ(escalations(desk), 7);  // and three times more
  desk.expect_replay();
}

TEST(Repetitions, a_step_that_has_fired_does_not_fire_under_its_name_in_another_ladder) {
  Desk desk(two_ladders(after_due("+1h", kHourMs)));
  desk.create(kT0, 1);
  desk.advance(kT0 + 6 * kHourMs + 1);
  EXPECT_EQ(escalations(desk), 2);
  desk.priority(kT0 + 6 * kHourMs + 2, 1, 2);
  desk.advance(kT0 + 48 * kHourMs);
  EXPECT_EQ(escalations(desk), 2);
}

TEST(Repetitions, a_level_that_repeats_holds_up_nobody) {
  LadderStepSpec first = repeating("due", 0, 5);
  first.level = 2;
  LadderStepSpec second = after_due("+90m", 90 * kMinuteMs);
  second.level = 3;
  Desk desk(with_steps({first, second}));
  desk.create(kT0, 1);
  desk.advance(kT0 + 4 * kHourMs + 90 * kMinuteMs + 1);
  EXPECT_EQ(desk.ticket(1).level, 3);
}

}  // namespace
}  // namespace vencer::test
