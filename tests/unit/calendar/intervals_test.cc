// Interval sets against sets of single milliseconds.
#include "engine/core/calendar_intervals.h"

#include <gtest/gtest.h>

#include <bitset>

#include "tests/unit/calendar/test_calendars.h"

namespace vencer::test {
namespace {

constexpr std::size_t kSpan = 40;
using Instants = std::bitset<kSpan>;

Instants instants_of(const Intervals& intervals) {
  Instants instants;
  for (const Interval& each : intervals) {
    for (TimeMs at = each.begin; at < each.end; ++at) instants.set(static_cast<std::size_t>(at));
  }
  return instants;
}

bool is_normal(const Intervals& intervals) {
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    if (intervals[i].begin >= intervals[i].end) return false;
    if (i > 0 && intervals[i - 1].end >= intervals[i].begin) return false;
  }
  return true;
}

Intervals random_intervals(Random& random) {
  Intervals intervals;
  for (std::int64_t i = pick(random, 0, 6); i > 0; --i) {
    const TimeMs begin = pick(random, 0, kSpan);
    intervals.push_back({begin, std::min<TimeMs>(begin + pick(random, -2, 8), kSpan)});
  }
  return intervals;
}

TEST(CalendarIntervals, AreSetsOfInstants) {
  Random random(seed(11));
  for (int i = 0; i < 20'000; ++i) {
    const Intervals raw = random_intervals(random);
    const Intervals a = unite(raw);
    const Intervals b = unite(random_intervals(random));
    ASSERT_TRUE(is_normal(a));
    ASSERT_EQ(instants_of(a), instants_of(raw));
    const Intervals difference = subtract(a, b);
    ASSERT_TRUE(is_normal(difference));
    ASSERT_EQ(instants_of(difference), instants_of(a) & ~instants_of(b));
    const Interval window{pick(random, 0, kSpan), pick(random, 0, kSpan)};
    const Intervals inside = clip(a, window);
    ASSERT_TRUE(is_normal(inside));
    ASSERT_EQ(instants_of(inside), instants_of(a) & instants_of({window}));
  }
}

}  // namespace
}  // namespace vencer::test
