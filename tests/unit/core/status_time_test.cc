// Time in status against minutes counted one by one.
#include <map>
#include <random>

#include "tests/unit/core/desk.h"

namespace vencer::test {
namespace {

using Totals = std::map<std::pair<CivilDay, StatusId>, DurationMs>;

// Four hours behind UTC until its clocks go back at the midnight that ends 2026-06-06: that day has
// 25 hours. They go forward at the one that ends the 12th: 13 June begins at 01:00.
constexpr TimeMs kBack = kT0 - 13 * kHourMs + 6 * limits::kDay + 4 * kHourMs;
constexpr TimeMs kForward = kT0 - 13 * kHourMs + 12 * limits::kDay + 5 * kHourMs;

CalendarSpec zone() {
  CalendarSpec calendar;
  calendar.name = "oficina";
  calendar.zone.initial_offset_s = -4 * 3600;
  calendar.zone.transitions = {{kBack / 1000, -5 * 3600}, {kForward / 1000, -4 * 3600}};
  for (auto& day : calendar.weekly) day = {{540, 1080}};
  return calendar;
}

// 2026-06-07 begins when its midnight comes for the second time: days do not overlap.
CivilDay local_date(TimeMs at) {
  const bool second = at >= kBack && at < kForward;
  const TimeMs local = at - (second ? 5 : 4) * kHourMs;
  const auto day = static_cast<CivilDay>(local / limits::kDay);
  return at < kBack && at >= kBack - kHourMs ? day : day;
}

TenantSpec document() {
  TenantSpec spec = desk_document();
  spec.events_on = 0;
  spec.calendars.push_back(zone());
  spec.time_in_status = {true, {{kPriority, false, {3}}}, 1};
  spec.rules.clear();
  spec.rule_order.clear();
  return spec;
}

Totals totals(const Desk& desk, std::uint64_t key) {
  Totals totals;
  for (const TimeInStatus& row : desk.ticket(key).time_in_status) {
    totals[{row.day, row.status}] = row.ms;
  }
  return totals;
}

TEST(TimeInStatus, agrees_with_counting_each_minute) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937 dice(seed);
    Desk desk(document());
    Totals expected;
    TimeMs now = kT0;
    StatusId status = kNew;
    bool counts = seed % 4 != 0;
    desk.create(now, 1, counts ? 3 : 2);
    for (int i = 0; i < 120; ++i) {
      const auto until = now + static_cast<TimeMs>(dice() % 600) * kMinuteMs;
      for (; now < until; now += kMinuteMs) {
        if (counts) expected[{local_date(now), status}] += kMinuteMs;
      }
      desk.advance(now);
      ASSERT_EQ(totals(desk, 1), expected) << "seed " << seed << " step " << i;
      switch (dice() % 8) {
        case 0:
          counts = !counts;
          desk.priority(now, 1, counts ? 3 : 2);
          break;
        case 1:
          desk.activity(now, 1, BuiltinActivity::internal_note);
          break;
        default:
          status = static_cast<StatusId>(dice() % 3);
          desk.status(now, 1, status);
      }
      ASSERT_EQ(totals(desk, 1), expected);
    }
    desk.expect_replay();
  }
}

TEST(TimeInStatus, keeps_92_days_and_ends_with_the_ticket) {
  Desk desk(document());
  desk.create(kT0, 1, 3);
  desk.create(kT0, 2, 2);
  desk.status(kT0 + 5 * kHourMs, 1, kOpen);
  const TimeMs later = kT0 + 200 * limits::kDay;
  desk.advance(later);
  EXPECT_EQ(desk.ticket(1).time_in_status.size(), limits::time_in_status_days);
  EXPECT_EQ(desk.ticket(1).time_in_status.front().ms, limits::kDay);
  EXPECT_TRUE(desk.ticket(2).time_in_status.empty());
  desk.status(later, 1, kClosed);
  const auto kept = desk.ticket(1).time_in_status;
  EXPECT_EQ(kept.size(), limits::time_in_status_days);
  desk.advance(later + limits::kDay);
  EXPECT_EQ(totals(desk, 1).size(), kept.size());
  EXPECT_EQ(desk.ticket(1).time_in_status.back().ms, kept.back().ms);
  desk.expect_replay();
}

TEST(TimeInStatus, late_news_counts_when_it_happened) {
  Desk desk(document());
  desk.create(kT0, 1, 3);
  Command command;
  command.kind = CommandKind::set_status;
  command.key = {1, 0, KeyKind::number};
  command.status = kOpen;
  command.occurred_at = kT0 + 10 * kMinuteMs;
  desk.command(kT0 + kHourMs, command);
  const CivilDay day = local_date(kT0);
  EXPECT_EQ(totals(desk, 1),
            (Totals{{{day, kNew}, 10 * kMinuteMs}, {{day, kOpen}, 50 * kMinuteMs}}));
  desk.expect_replay();
}

TEST(TimeInStatus, a_document_begins_and_ends_it) {
  TenantSpec spec = document();
  spec.time_in_status.on = false;
  Desk desk(spec);
  desk.create(kT0, 1, 3);
  spec.time_in_status.on = true;
  spec.version = 2;
  desk.put(kT0 + kHourMs, spec);
  while (desk.machine.background_pending()) desk.background(kT0 + 2 * kHourMs);
  const CivilDay day = local_date(kT0);
  EXPECT_EQ(totals(desk, 1), (Totals{{{day, kNew}, kHourMs}}));
  spec.time_in_status.on = false;
  spec.version = 3;
  desk.put(kT0 + 3 * kHourMs, spec);
  while (desk.machine.background_pending()) desk.background(kT0 + 4 * kHourMs);
  EXPECT_EQ(totals(desk, 1), (Totals{{{day, kNew}, 2 * kHourMs}}));
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
