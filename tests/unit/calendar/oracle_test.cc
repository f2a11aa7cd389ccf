// Goal: openings are right to the millisecond wherever a zone does something odd.
// Method: random calendars, three weeks each, mostly around a transition of their zone; random and
// edge instants against minute stepping (minute_oracle.h).
#include <absl/time/time.h>
#include <gtest/gtest.h>

#include "engine/core/limits.h"
#include "tests/unit/calendar/business_oracle.h"
#include "tests/unit/calendar/minute_oracle.h"
#include "tests/unit/calendar/test_calendars.h"

namespace vencer::test {
namespace {

constexpr int kCalendars = 168;  // six in each zone
constexpr int kQueries = 150;
constexpr int kDays = 21;

// Three times of four near a transition, if the zone has any from 1973 on.
TimeMs interesting_time(Random& random, const ZoneSpec& zone) {
  const TimeMs first = utc(1973, 1, 20);
  std::vector<TimeMs> transitions;
  for (const ZoneTransition& each : zone.transitions) {
    const TimeMs at = each.at_s * limits::kSecond;
    // Rules of our days and before as often as the 800 transitions still to come.
    const bool rare = at < utc(2027, 1, 1);
    if (at > first) transitions.insert(transitions.end(), rare ? 10 : 1, at);
  }
  if (transitions.empty() || pick(random, 0, 3) == 0) {
    return pick(random, first, utc(2399, 11, 1));
  }
  return transitions[static_cast<std::size_t>(
      pick(random, 0, static_cast<std::int64_t>(transitions.size()) - 1))];
}

TimeMs query_instant(Random& random, const MinuteOracle& oracle) {
  const TimeMs at = pick(random, oracle.begin() + 1, oracle.end() - 2);
  switch (pick(random, 0, 2)) {
    case 0:
      return at;
    // Edges of openings: whole quarters of an hour, a millisecond before and after.
    case 1:
      return at - at % (15 * limits::kMinute) + pick(random, -1, 1);
    default:
      return at - at % limits::kMinute;
  }
}

class Checker {
 public:
  Checker(Random& random, const CalendarSpec& spec, const Calendar& calendar,
          const MinuteOracle& oracle)
      : random_(random),
        calendar_(calendar),
        oracle_(oracle),
        business_(spec, oracle.begin(), oracle.end(), oracle) {}

  void check_once() {
    const TimeMs from = std::max(query_instant(random_, oracle_), oracle_.begin());
    const TimeMs to = std::max(query_instant(random_, oracle_), oracle_.begin());
    ASSERT_EQ(calendar_.between(from, to), oracle_.between(from, to)) << from << " to " << to;
    ASSERT_EQ(calendar_.is_open(from), oracle_.is_open(from)) << from;
    // As far as `to`, and a little less or more: ends of openings.
    check_add(from, std::max<DurationMs>(oracle_.between(from, to) + pick(random_, -1, 1), 0));
    check_add(from, pick(random_, 0, 3 * limits::kDay));
  }

  // Days at the edges of the oracle's time are cut: not asked for.
  void check_days_once() {
    const TimeMs first = oracle_.begin() + 4 * limits::kDay;
    const TimeMs last = oracle_.end() - 4 * limits::kDay;
    const TimeMs at = std::clamp(query_instant(random_, oracle_), first, last);
    const TimeMs to = std::clamp(query_instant(random_, oracle_), first, last);
    ASSERT_EQ(calendar_.local_day(at), oracle_.local_day(at)) << at;
    check_at("next_open", at, calendar_.next_open(at), oracle_.next_open(at));
    check_at("next_close", at, calendar_.next_close(at), oracle_.next_close(at));
    ASSERT_EQ(calendar_.business_days_between(at, to), business_.closes_in(at, to))
        << at << " to " << to;
    const auto n = static_cast<std::uint32_t>(pick(random_, 1, 6));
    check_at("business_due", at, calendar_.business_due(at, n), business_.due(at, n));
    check_at("close_of_day", at, calendar_.close_of_day(at), business_.close_after(at));
    check_at("first_open_of_next_business_day", at, calendar_.first_open_of_next_business_day(at),
             business_.open_after(at));
  }

 private:
  // What lies in the last three days may be cut, in the oracle, or be missing.
  void check_at(const char* what, TimeMs at, TimeMs got, TimeMs expected) {
    const TimeMs known = oracle_.end() - 3 * limits::kDay;
    ASSERT_EQ(std::min(got, known), std::min(expected, known)) << what << " at " << at;
  }

  void check_add(TimeMs from, DurationMs open_ms) {
    const TimeMs expected = oracle_.add(from, open_ms);
    const TimeMs got = calendar_.add(from, open_ms);
    ASSERT_EQ(calendar_.add(from, open_ms, known_), got) << from << " + " << open_ms;
    ASSERT_EQ(calendar_.add(from, open_ms, known_), got) << "again " << from << " + " << open_ms;
    if (expected == kNever) {
      ASSERT_GT(got, oracle_.end()) << from << " + " << open_ms;
    } else {
      ASSERT_EQ(got, expected) << from << " + " << open_ms;
    }
  }

  Random& random_;
  const Calendar& calendar_;
  Calendar::From known_;
  const MinuteOracle& oracle_;
  const BusinessOracle business_;
};

TEST(CalendarOracle, AgreesWithMinuteSteppingAroundOddTransitions) {
  Random random(seed(20261121));
  for (int i = 0; i < kCalendars; ++i) {
    const std::string& zone = odd_zones()[static_cast<std::size_t>(i) % odd_zones().size()];
    const TimeMs middle = interesting_time(random, spec_in(zone).zone);
    const CalendarSpec spec =
        random_spec(random, zone, static_cast<CivilDay>(middle / limits::kDay));
    SCOPED_TRACE("calendar " + std::to_string(i) + " in " + zone + " around " +
                 absl::FormatTime(absl::FromUnixMillis(middle)));
    const Calendar calendar = compile(spec);
    const TimeMs begin = middle - middle % limits::kMinute - kDays / 2 * limits::kDay;
    const MinuteOracle oracle(spec, begin, kDays * 24 * 60);
    Checker checker(random, spec, calendar, oracle);
    for (int query = 0; query < kQueries; ++query) {
      checker.check_once();
      checker.check_days_once();
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace vencer::test
