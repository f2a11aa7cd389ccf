// RunIntervals beside a vector, and its mark of what is to be counted anew.
#include "engine/core/run_intervals.h"

#include <gtest/gtest.h>

#include <tuple>
#include <vector>

namespace vencer {
namespace {

using Intervals = std::vector<std::tuple<TimeMs, TimeMs, CalendarId>>;

Intervals read(const RunIntervals& intervals, RunIntervals::List list) {
  Intervals all;
  intervals.walk(list, [&](TimeMs from, TimeMs to, CalendarId calendar) {
    all.emplace_back(from, to, calendar);
    return true;
  });
  return all;
}

TEST(RunIntervals, ListsOfOnePoolAreApart) {
  RunIntervals intervals;
  std::vector<RunIntervals::List> lists(3, 0);
  std::vector<Intervals> expected(3);
  for (TimeMs at = 0; at < 3000; at += 10) {
    const auto which = static_cast<std::size_t>(at / 10 * 7 % 3);
    const auto calendar = static_cast<CalendarId>(at % limits::calendars_max);
    intervals.append(lists[which], at, at + 5, calendar);
    expected[which].emplace_back(at, at + 5, calendar);
    if (at % 1010 != 0) continue;
    intervals.release(lists[which]);
    expected[which].clear();
  }
  for (std::size_t i = 0; i < lists.size(); ++i) {
    EXPECT_EQ(read(intervals, lists[i]), expected[i]);
    EXPECT_EQ(intervals.count(lists[i]), expected[i].size());
  }
}

TEST(RunIntervals, TheMarkStaysWithTheListAsItGrows) {
  RunIntervals intervals;
  RunIntervals::List list = 0, other = 0;
  intervals.mark_stale(list);  // nothing to count
  EXPECT_FALSE(intervals.stale(list));
  intervals.append(list, 1, 2, 1023);
  intervals.append(other, 1, 2, 7);
  EXPECT_FALSE(intervals.stale(list));
  intervals.mark_stale(list);
  intervals.append(list, 3, 4, 1023);
  EXPECT_TRUE(intervals.stale(list));
  EXPECT_FALSE(intervals.stale(other));
  EXPECT_EQ(read(intervals, list), (Intervals{{1, 2, 1023}, {3, 4, 1023}}));
  intervals.unmark_stale(list);
  intervals.append(list, 5, 6, 0);
  EXPECT_FALSE(intervals.stale(list));
  intervals.release(list);
  intervals.append(list, 8, 9, 1);  // a node that was used before
  EXPECT_FALSE(intervals.stale(list));
}

TEST(RunIntervals, InAnotherCalendarAllIsToBeCountedAnew) {
  RunIntervals intervals;
  RunIntervals::List list = 0;
  intervals.append(list, 1, 2, 1);
  intervals.append(list, 3, 4, 2);
  intervals.relabel(list, 5);
  EXPECT_TRUE(intervals.stale(list));
  EXPECT_EQ(read(intervals, list), (Intervals{{1, 2, 5}, {3, 4, 5}}));
}

// The last one of a full list takes in the time before it.
TEST(RunIntervals, AFullListIsToBeCountedAnew) {
  RunIntervals intervals;
  RunIntervals::List list = 0;
  for (std::uint32_t i = 0; i < RunIntervals::kCountMax; ++i) {
    intervals.append(list, 10 * i, 10 * i + 5, 1);
  }
  EXPECT_FALSE(intervals.stale(list));
  const TimeMs last = 10 * (RunIntervals::kCountMax - 1);
  intervals.append(list, last + 20, last + 25, 1);
  EXPECT_TRUE(intervals.stale(list));
  EXPECT_EQ(intervals.count(list), RunIntervals::kCountMax);
  EXPECT_EQ(read(intervals, list).back(), std::make_tuple(last, last + 25, CalendarId{1}));
}

}  // namespace
}  // namespace vencer
