#include "tests/unit/calendar/sweep_oracle.h"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <algorithm>
#include <set>

#include "engine/core/limits.h"

namespace vencer::test {
namespace {

constexpr absl::CivilDay kEpoch(1970, 1, 1);

// Where something begins or ends to open or to close.
struct Edge {
  TimeMs at;
  int opens;
  int closes;
};

class EdgeMaker {
 public:
  explicit EdgeMaker(const CalendarSpec& spec) { absl::LoadTimeZone(spec.zone.name, &zone_); }

  void open(absl::CivilDay day, const ShiftSpec& shift) { add(day, shift, 1, 0); }
  void close(absl::CivilDay day, const ShiftSpec& shift) { add(day, shift, 0, 1); }
  void close(absl::CivilDay day) {
    edges_.push_back({first(absl::CivilMinute(day)), 0, 1});
    edges_.push_back({first(absl::CivilMinute(day + 1)), 0, -1});
  }
  std::vector<Edge> sorted() && {
    std::sort(edges_.begin(), edges_.end(),
              [](const Edge& a, const Edge& b) { return a.at < b.at; });
    return std::move(edges_);
  }

 private:
  void add(absl::CivilDay day, const ShiftSpec& shift, int opens, int closes) {
    const int end = shift.end_minute + (shift.end_minute <= shift.start_minute ? 1440 : 0);
    const TimeMs begin_at = first(absl::CivilMinute(day) + shift.start_minute);
    const TimeMs end_at = last(absl::CivilMinute(day) + end);
    edges_.push_back({begin_at, opens, closes});
    edges_.push_back({end_at, -opens, -closes});
  }
  TimeMs first(absl::CivilMinute minute) const {
    const auto info = zone_.At(absl::CivilSecond(minute));
    return absl::ToUnixMillis(info.kind == info.SKIPPED ? info.trans : info.pre);
  }
  TimeMs last(absl::CivilMinute minute) const {
    const auto info = zone_.At(absl::CivilSecond(minute));
    return absl::ToUnixMillis(info.kind == info.SKIPPED ? info.trans : info.post);
  }

  absl::TimeZone zone_;
  std::vector<Edge> edges_;
};

std::vector<Edge> edges_of(const CalendarSpec& spec) {
  std::set<absl::CivilDay> holidays;
  for (const CivilDay day : spec.holidays) holidays.insert(kEpoch + day);
  EdgeMaker maker(spec);
  auto special = spec.special.begin();
  for (absl::CivilDay day = kEpoch - 3; day < absl::CivilDay(2400, 1, 3); ++day) {
    while (special != spec.special.end() && kEpoch + special->day < day) ++special;
    const bool is_special = special != spec.special.end() && kEpoch + special->day == day;
    const auto weekday = static_cast<int>(absl::GetWeekday(day));
    for (const ShiftSpec& each : is_special ? special->shifts : spec.weekly[weekday]) {
      maker.open(day, each);
    }
    for (const ShiftSpec& each : spec.breaks[weekday]) maker.close(day, each);
    bool closed = holidays.contains(day);
    for (const YearlyDay& each : spec.yearly_holidays) {
      closed |= each.month == day.month() && each.day == day.day();
    }
    if (is_special ? special->shifts.empty() : closed) maker.close(day);
  }
  return std::move(maker).sorted();
}

}  // namespace

SweepOracle::SweepOracle(const CalendarSpec& spec) {
  int opens = 0;
  int closes = 0;
  TimeMs since = 0;
  DurationMs open_ms = 0;
  for (const Edge& edge : edges_of(spec)) {
    const TimeMs at = std::clamp(edge.at, limits::time_min_ms, limits::time_max_ms);
    if (opens > 0 && closes == 0 && at > since) {
      openings_.push_back({since, at, open_ms});
      open_ms += at - since;
    }
    since = at;
    opens += edge.opens;
    closes += edge.closes;
  }
}

DurationMs SweepOracle::open_before(TimeMs at) const {
  auto after = std::upper_bound(openings_.begin(), openings_.end(), at,
                                [](TimeMs t, const Opening& each) { return t < each.begin; });
  if (after == openings_.begin()) return 0;
  --after;
  return after->open_before + std::min(at, after->end) - after->begin;
}

DurationMs SweepOracle::between(TimeMs from, TimeMs to) const {
  return to <= from ? 0 : open_before(to) - open_before(from);
}

TimeMs SweepOracle::add(TimeMs from, DurationMs open_ms) const {
  if (open_ms == 0) return from;
  const DurationMs wanted = open_before(from) + open_ms;
  const auto found = std::partition_point(
      openings_.begin(), openings_.end(),
      [wanted](const Opening& each) { return each.open_before + each.end - each.begin < wanted; });
  return found == openings_.end() ? kNever : found->begin + wanted - found->open_before;
}

TimeMs SweepOracle::next_open(TimeMs at) const {
  const auto found = std::partition_point(openings_.begin(), openings_.end(),
                                          [at](const Opening& each) { return each.end <= at; });
  return found == openings_.end() ? kNever : std::max(at, found->begin);
}

TimeMs SweepOracle::next_close(TimeMs at) const {
  auto opening = std::partition_point(openings_.begin(), openings_.end(),
                                      [at](const Opening& each) { return each.end <= at; });
  if (opening == openings_.end()) return kNever;
  // Openings of two days may touch: that is one.
  for (; opening->end < limits::time_max_ms; ++opening) {
    if (opening + 1 == openings_.end() || (opening + 1)->begin > opening->end) return opening->end;
  }
  return kNever;
}

}  // namespace vencer::test
