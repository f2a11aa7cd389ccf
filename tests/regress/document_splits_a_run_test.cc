// A document under which a clock keeps what it counted, then late news from before it: the clock
// stopped as of then with open time that it had counted after.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

TEST(DocumentSplitsARun, late_news_from_before_it_is_taken_as_of_its_commit) {
  TenantSpec spec = with_steps({});
  spec.clocks[kResolution].on_change = OnChange::keep;
  spec.calendars.push_back(spec.calendars[0]);
  spec.calendars[1].name = "guardia";
  Desk desk(spec);
  desk.create(kT0, 1);
  TenantSpec next = spec;
  next.version = 2;
  next.rules[0].targets[1].calendar = 1;
  desk.put(kT0 + 2 * kHourMs, next);
  desk.background(kT0 + 2 * kHourMs);
  EXPECT_TRUE(late_status(desk, kT0 + 3 * kHourMs, 1, kResolved, kT0 + kHourMs).clamped);
  const Event& met = desk.last(EventType::clock_met).event;
  EXPECT_EQ(met.at, kT0 + 2 * kHourMs);
  EXPECT_EQ(met.elapsed_ms, 2 * kHourMs);
  desk.expect_replay();
}

// One that leaves its runs whole is no change of the ticket.
TEST(DocumentSplitsARun, late_news_from_before_one_that_does_not_is_taken_as_it_comes) {
  TenantSpec spec = with_steps({});
  spec.clocks[kResolution].on_change = OnChange::keep;
  Desk desk(spec);
  desk.create(kT0, 1);
  TenantSpec next = spec;
  next.version = 2;
  desk.put(kT0 + 2 * kHourMs, next);
  desk.background(kT0 + 2 * kHourMs);
  EXPECT_FALSE(late_status(desk, kT0 + 3 * kHourMs, 1, kResolved, kT0 + kHourMs).clamped);
  EXPECT_EQ(desk.last(EventType::clock_met).event.elapsed_ms, kHourMs);
}

}  // namespace
}  // namespace vencer::test
