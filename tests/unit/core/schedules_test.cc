// Calendar events and digests: what falls due for a tenant and belongs to no ticket.
#include "tests/unit/core/desk.h"

namespace vencer::test {
namespace {

constexpr TimeMs kMidnight = kT0 - 13 * kHourMs;  // Mon 2026-06-01 00:00 UTC
constexpr DurationMs kDayMs = limits::kDay;

// Monday to Friday 09:00-13:00 and 14:00-18:00, two hours behind UTC; from 2026-06-10 one hour.
CalendarSpec office() {
  CalendarSpec calendar;
  calendar.name = "oficina";
  calendar.zone.initial_offset_s = -7200;
  calendar.zone.transitions = {{(kMidnight + 9 * kDayMs) / 1000 + 3600, -3600}};
  for (int day = 0; day < 5; ++day) calendar.weekly[day] = {{540, 780}, {840, 1080}};
  return calendar;
}

TenantSpec document() {
  TenantSpec spec = desk_document();
  spec.events_on = 0;
  spec.calendars.push_back(office());
  spec.recipients = {
      {"equipo", {{1, kNoId8, "agente", "chat"}, {0, kNoId8, "guardia", "sms"}}, false, false}};
  return spec;
}

CalendarEventSpec event_at(bool at_close, DurationMs offset_ms) {
  CalendarEventSpec spec;
  spec.name = "cierre";
  spec.calendar = 1;
  spec.at_close = at_close;
  spec.offset_ms = offset_ms;
  spec.recipient = 0;
  return spec;
}

std::vector<TimeMs> dues(const Desk& desk, EventType type, std::uint16_t subject) {
  std::vector<TimeMs> instants;
  for (const Seen& seen : desk.sink.seen) {
    if (seen.event.type == type && seen.event.subject == subject) {
      instants.push_back((seen.event.due - kMidnight) / kMinuteMs);
    }
  }
  return instants;
}

constexpr TimeMs minute(int day, int hour, int minutes = 0) {  // of UTC
  return (day * 24 + hour) * 60 + minutes;
}

TEST(CalendarEvents, come_before_a_close_and_after_an_opening_on_business_days) {
  TenantSpec spec = document();
  spec.calendar_events = {event_at(true, -15 * kMinuteMs), event_at(false, kHourMs)};
  Desk desk(spec);
  const TimeMs end = kMidnight + 12 * kDayMs;
  while (desk.machine.next_deadline() < end) desk.advance(desk.machine.next_deadline());
  EXPECT_EQ(dues(desk, EventType::calendar_event, 0),
            (std::vector<TimeMs>{minute(0, 19, 45), minute(1, 19, 45), minute(2, 19, 45),
                                 minute(3, 19, 45), minute(4, 19, 45), minute(7, 19, 45),
                                 minute(8, 19, 45), minute(9, 18, 45), minute(10, 18, 45),
                                 minute(11, 18, 45)}));
  EXPECT_EQ(dues(desk, EventType::calendar_event, 1),
            (std::vector<TimeMs>{minute(1, 12), minute(2, 12), minute(3, 12), minute(4, 12),
                                 minute(7, 12), minute(8, 12), minute(9, 11), minute(10, 11),
                                 minute(11, 11)}));
  for (const Seen& seen : desk.sink.seen) {
    if (seen.event.type != EventType::calendar_event) continue;
    EXPECT_EQ(seen.event.emitted, seen.event.due);
    EXPECT_EQ(seen.event.route, 0);  // the office is open at both
  }
  desk.expect_replay();
}

TEST(CalendarEvents, missed_in_an_outage_all_come_in_order_with_their_own_due) {
  TenantSpec spec = document();
  spec.calendar_events = {event_at(true, 0), event_at(false, 0)};
  std::vector<std::string> told;
  for (const std::uint64_t slice : {1u, 2u, 1000u}) {
    Desk desk(spec);
    const TimeMs back = kMidnight + 3 * kDayMs;  // Thursday, midnight
    while (desk.machine.next_deadline() <= back) desk.advance(back, slice);
    std::string order;
    for (const Seen& seen : desk.sink.seen) {
      if (seen.event.type != EventType::calendar_event) continue;
      order += (seen.event.subject == 0 ? "close " : "open ") +
               std::to_string((seen.event.due - kMidnight) / kHourMs) + ' ';
      EXPECT_EQ(seen.event.emitted, back);
      EXPECT_EQ(seen.event.route, 1);  // at night the stand-by
    }
    EXPECT_EQ(order, "close 20 open 35 close 44 open 59 close 68 ");
    desk.expect_replay();
  }
}

TEST(CalendarEvents, missed_for_longer_than_the_bound_are_not_told) {
  TenantSpec spec = document();
  spec.calendar_events = {event_at(false, 0)};
  Desk desk(spec);
  const TimeMs back = kT0 + 3 * 365 * kDayMs;
  desk.advance(back);
  const auto told = dues(desk, EventType::calendar_event, 0);
  ASSERT_FALSE(told.empty());
  EXPECT_GE(told.size(), 20u);
  EXPECT_LE(told.size(), 23u);
  EXPECT_GE(told.front() * kMinuteMs + kMidnight, back - limits::missed_max_ms);
  EXPECT_GT(desk.machine.next_deadline(), back);
  desk.expect_replay();
}

TEST(CalendarEvents, a_document_adds_moves_and_retires_them) {
  TenantSpec spec = document();
  spec.calendar_events = {event_at(true, 0)};
  Desk desk(spec);
  TenantSpec next = spec;
  next.version = 2;
  next.calendar_events[0].offset_ms = -kHourMs;
  next.calendar_events.push_back(event_at(true, kHourMs));
  EXPECT_EQ(desk.put(kT0 + 1, next).code, Errc::ok);
  desk.advance(kMidnight + kDayMs);
  EXPECT_EQ(dues(desk, EventType::calendar_event, 0), std::vector<TimeMs>{minute(0, 19)});
  EXPECT_EQ(dues(desk, EventType::calendar_event, 1), std::vector<TimeMs>{minute(0, 21)});
  next.version = 3;
  next.calendar_events[0].retired = true;
  next.calendars[1].weekly[1] = {{540, 600}};
  EXPECT_EQ(desk.put(kMidnight + kDayMs, next).code, Errc::ok);
  desk.advance(kMidnight + 2 * kDayMs);
  EXPECT_EQ(dues(desk, EventType::calendar_event, 0).size(), 1u);
  EXPECT_EQ(dues(desk, EventType::calendar_event, 1),
            (std::vector<TimeMs>{minute(0, 21), minute(1, 13)}));
  // What was due before the document and waits is told all the same.
  next.version = 4;
  next.calendar_events[1].offset_ms = 0;
  EXPECT_EQ(desk.put(kMidnight + 3 * kDayMs, next).code, Errc::ok);
  desk.advance(kMidnight + 3 * kDayMs);
  EXPECT_EQ(dues(desk, EventType::calendar_event, 1).back(), minute(2, 21));
  desk.expect_replay();
}

TEST(CalendarEvents, of_the_input_clock_begin_with_its_time) {
  TenantSpec spec = document();
  spec.calendar_events = {event_at(false, 0)};
  Settings settings;
  settings.clock_source = ClockSource::input;
  Desk desk(spec, settings);
  EXPECT_EQ(desk.machine.next_deadline(), kNever);
  Command command;
  command.kind = CommandKind::create;
  command.occurred_at = kT0;
  desk.command(0, command);
  EXPECT_EQ(desk.told(), "created");
  command.key.low = 2;
  command.occurred_at = kT0 + kDayMs;
  desk.command(0, command);
  EXPECT_EQ(dues(desk, EventType::calendar_event, 0), std::vector<TimeMs>{minute(1, 11)});
  EXPECT_EQ(desk.last(EventType::calendar_event).event.emitted, kMidnight + 35 * kHourMs);
  desk.expect_replay();
}

DigestSpec digest_of(DigestList list) {
  DigestSpec spec;
  spec.name = "digest";
  spec.calendar = 1;
  spec.list = list;
  spec.recipient = 0;
  if (list == DigestList::due_within) spec.span_ms = 4 * kHourMs;
  spec.activities = 1ull << static_cast<unsigned>(BuiltinActivity::agent_reply);
  return spec;
}

TEST(Digests, come_at_the_first_opening_or_a_local_time_on_business_days_or_all) {
  TenantSpec spec = document();
  spec.digests.assign(3, digest_of(DigestList::overdue));
  spec.digests[1].at = spec.digests[2].at = DigestTime::local_time;
  spec.digests[1].minute = spec.digests[2].minute = 8 * 60 + 30;
  spec.digests[2].every_day = true;
  Desk desk(spec);
  const TimeMs end = kMidnight + 10 * kDayMs;
  while (desk.machine.next_deadline() < end) desk.advance(desk.machine.next_deadline());
  EXPECT_EQ(dues(desk, EventType::digest, 0),
            (std::vector<TimeMs>{minute(1, 11), minute(2, 11), minute(3, 11), minute(4, 11),
                                 minute(7, 11), minute(8, 11), minute(9, 10)}));
  EXPECT_EQ(dues(desk, EventType::digest, 1),
            (std::vector<TimeMs>{minute(1, 10, 30), minute(2, 10, 30), minute(3, 10, 30),
                                 minute(4, 10, 30), minute(7, 10, 30), minute(8, 10, 30),
                                 minute(9, 9, 30)}));
  EXPECT_EQ(dues(desk, EventType::digest, 2).size(), 9u);
  EXPECT_EQ(dues(desk, EventType::digest, 2)[4], minute(5, 10, 30));
  EXPECT_EQ(desk.last(EventType::digest).event.count, 0u);  // without tickets: told at once
  desk.expect_replay();
}

TEST(Digests, two_of_one_outage_are_told_in_order_one_at_a_time) {
  for (const std::uint64_t slice : {1u, 3u, 1000u}) {
    TenantSpec spec = document();
    spec.digests = {digest_of(DigestList::overdue), digest_of(DigestList::not_updated_today)};
    Desk desk(spec);
    for (std::uint64_t key = 1; key <= 5; ++key) desk.create(kT0, key, 1);
    const TimeMs back = kMidnight + 4 * kDayMs + 9 * kHourMs;
    for (int i = 0; i < 200; ++i) {
      if (desk.machine.background_pending()) {
        desk.background(back, slice);
      } else if (desk.machine.next_deadline() <= back || i == 0) {
        desk.advance(back, slice);
      }
    }
    EXPECT_EQ(dues(desk, EventType::digest, 0),
              (std::vector<TimeMs>{minute(1, 11), minute(2, 11), minute(3, 11)}));
    EXPECT_EQ(dues(desk, EventType::digest, 1), dues(desk, EventType::digest, 0));
    const Event& last = desk.last(EventType::digest).event;
    EXPECT_EQ(last.count, 5u);
    EXPECT_EQ(last.overdue, 5u);
    EXPECT_EQ(last.emitted, back);
    desk.expect_replay();
  }
}

TEST(Digests, a_document_in_between_collects_anew_or_drops) {
  TenantSpec spec = document();
  spec.digests = {digest_of(DigestList::overdue), digest_of(DigestList::overdue)};
  Desk desk(spec);
  for (std::uint64_t key = 1; key <= 5; ++key) desk.create(kT0, key, key == 5 ? 3 : 1);
  const TimeMs at = kMidnight + kDayMs + 11 * kHourMs;
  desk.advance(at);
  desk.background(at, 3);
  TenantSpec next = spec;
  next.version = 2;
  next.digests[0].list = DigestList::not_updated_today;
  next.digests[1].retired = true;
  EXPECT_EQ(desk.put(at + 1, next).code, Errc::ok);
  while (desk.machine.background_pending()) desk.background(at + 2, 2);
  EXPECT_EQ(dues(desk, EventType::digest, 0), std::vector<TimeMs>{minute(1, 11)});
  EXPECT_TRUE(dues(desk, EventType::digest, 1).empty());
  EXPECT_EQ(desk.last(EventType::digest).event.count, 5u);
  EXPECT_EQ(desk.last(EventType::digest).event.overdue, 4u);
  EXPECT_EQ(desk.last(EventType::digest).rows.at(4).ticket.low, 5u);  // without a due: last
  desk.advance(at + 1 + kDayMs);
  while (desk.machine.background_pending()) desk.background(at + 1 + kDayMs);
  EXPECT_EQ(dues(desk, EventType::digest, 0).size(), 2u);
  EXPECT_TRUE(dues(desk, EventType::digest, 1).empty());
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
