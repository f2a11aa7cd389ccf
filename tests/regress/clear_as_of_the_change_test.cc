// A change that takes effect at T but is worked off later cleared a breach by the time of working
// off: the same ticket told breach_cleared or not by how large the slices were.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

// first_response is breached at 1 h; at 2 h a document gives it 3 h: cleared, and breached again.
std::string story(TimeMs brought_at) {
  Desk desk;
  desk.create(kT0, 1);
  desk.advance(kT0 + 2 * kHourMs);
  TenantSpec longer = desk_document();
  longer.version = 2;
  for (RuleSpec& rule : longer.rules) rule.targets[0].target_ms = 3 * kHourMs;
  desk.told();
  desk.put(kT0 + 2 * kHourMs, longer);
  background(desk, brought_at);
  desk.advance(kT0 + 3 * kHourMs + 1);
  desk.expect_replay();
  return desk.told();
}

TEST(ClearAsOfTheChange, a_document_worked_off_late_clears_what_it_cleared_at_its_commit) {
  const std::string in_time = story(kT0 + 2 * kHourMs);
  EXPECT_EQ(in_time,
            "config_applied breach_cleared light_changed warning light_changed breached "
            "light_changed");
  EXPECT_EQ(story(kT0 + 3 * kHourMs + 1), in_time);
}

TEST(ClearAsOfTheChange, late_news_of_a_priority_clears_as_of_then) {
  Desk desk;
  desk.create(kT0, 1);
  desk.advance(kT0 + 12 * kHourMs);  // resolution: breached at 4 h
  desk.told();
  late_priority(desk, kT0 + 12 * kHourMs, 1, 2, kT0 + 4 * kHourMs + 1);  // then due at 8 h
  // The level raised at 4 h + 1 ms and at 6 h + 1 ms is the floor: taken as of then.
  const Event& cleared = desk.last(EventType::breach_cleared).event;
  EXPECT_EQ(cleared.at, kT0 + 6 * kHourMs + 1);
  EXPECT_EQ(cleared.elapsed_ms, 6 * kHourMs + 1);
  EXPECT_EQ(desk.last(EventType::breached).event.due, kT0 + 8 * kHourMs);
}

}  // namespace
}  // namespace vencer::test
