#include "engine/core/calendar_intervals.h"

#include <algorithm>

namespace vencer {

Intervals unite(Intervals intervals) {
  std::erase_if(intervals, [](const Interval& each) { return each.begin >= each.end; });
  std::sort(intervals.begin(), intervals.end());
  Intervals united;
  for (const Interval& each : intervals) {
    if (!united.empty() && each.begin <= united.back().end) {
      united.back().end = std::max(united.back().end, each.end);
    } else {
      united.push_back(each);
    }
  }
  return united;
}

Intervals subtract(const Intervals& from, const Intervals& cut) {
  Intervals left;
  auto next_cut = cut.begin();
  for (Interval rest : from) {
    while (next_cut != cut.end() && next_cut->end <= rest.begin) ++next_cut;
    // A cut may reach into the next interval too, so `next_cut` stays on the last one used.
    for (auto each = next_cut; each != cut.end() && each->begin < rest.end; ++each) {
      if (rest.begin < each->begin) left.push_back({rest.begin, each->begin});
      rest.begin = std::min(each->end, rest.end);
    }
    if (rest.begin < rest.end) left.push_back(rest);
  }
  return left;
}

Intervals clip(const Intervals& intervals, Interval window) {
  Intervals inside;
  for (const Interval& each : intervals) {
    const Interval part{std::max(each.begin, window.begin), std::min(each.end, window.end)};
    if (part.begin < part.end) inside.push_back(part);
  }
  return inside;
}

}  // namespace vencer
