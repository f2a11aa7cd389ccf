// OverdueClocks beside a std::set: whatever comes and goes, the order and each one's due.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "engine/core/counts.h"

namespace vencer {
namespace {

TEST(OverdueClocks, beside_a_set) {
  std::mt19937 dice(11);
  OverdueClocks overdue;
  std::set<Overdue> expected;
  std::map<std::pair<Slot, ClockId>, std::pair<OverdueClocks::Place, TimeMs>> places;
  for (int i = 0; i < 60'000; ++i) {
    const auto slot = static_cast<Slot>(dice() % 9000);
    const auto clock = static_cast<ClockId>(dice() % 3);
    const auto found = places.find({slot, clock});
    if (found != places.end()) {
      const auto [place, due] = found->second;
      ASSERT_EQ(overdue.due_at(place), due);
      overdue.erase(place, slot, clock);
      expected.erase({due, slot, clock});
      places.erase(found);
      continue;
    }
    const TimeMs due = 1000 + dice() % 500;
    places[{slot, clock}] = {overdue.insert({due, slot, clock}), due};
    expected.insert({due, slot, clock});
  }
  ASSERT_GT(expected.size(), 8192u);  // over several blocks of places
  EXPECT_EQ(overdue.size(), expected.size());
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), overdue.ordered().begin(),
                         overdue.ordered().end()));
  std::set<OverdueClocks::Place> distinct;
  for (const auto& [key, value] : places) {
    EXPECT_EQ(overdue.due_at(value.first), value.second);
    EXPECT_TRUE(distinct.insert(value.first).second);
  }
  // Places are used again: no more than there were at a time.
  EXPECT_LT(*distinct.rbegin(), 27'000u);
}

TEST(OverdueClocks, RestoredInAnyOrder) {
  OverdueClocks overdue;
  std::vector<Overdue> all = {{50, 3, 0}, {20, 9, 1}, {50, 1, 1}, {20, 9, 0}};
  std::vector<OverdueClocks::Place> places;
  for (const Overdue& each : all) places.push_back(overdue.restore(each.due));
  const std::vector<Overdue> given = all;
  overdue.restore(all);
  const std::vector<Overdue> ordered(overdue.ordered().begin(), overdue.ordered().end());
  EXPECT_EQ(ordered, (std::vector<Overdue>{{20, 9, 0}, {20, 9, 1}, {50, 1, 1}, {50, 3, 0}}));
  for (std::size_t i = 0; i < given.size(); ++i) {
    EXPECT_EQ(overdue.due_at(places[i]), given[i].due);
    overdue.erase(places[i], given[i].slot, given[i].clock);
  }
  EXPECT_EQ(overdue.size(), 0u);
  EXPECT_EQ(overdue.insert({70, 1, 0}), places.back());  // given back last
}

TEST(CountedClock, APlaceIsNotState) {
  const std::uint32_t word = CountedClock::of_place(123'456);
  EXPECT_EQ(CountedClock::place_in(word), 123'456u);
  EXPECT_EQ(CountedClock::without_place(word), CountedClock::kOverdue);
  EXPECT_EQ(CountedClock::place_in(CountedClock::of_place((1u << 30) - 1)), (1u << 30) - 1);
  const std::uint32_t due = CountedClock::of_due(limits::time_max_ms - 1);
  EXPECT_EQ(CountedClock::without_place(due), due);
}

}  // namespace
}  // namespace vencer
