// Goal: slices decide when things are told, never what. Method: one story with detectors, digests,
// calendar events, time in status and new documents, played under several slice sizes; each run is
// replayed from what it logged (same bytes), and the runs are compared ticket by ticket.
#include <algorithm>
#include <map>
#include <random>

#include "tests/unit/core/desk.h"

namespace vencer::test {
namespace {

constexpr std::uint64_t kTickets = 40;

CalendarSpec office() {
  CalendarSpec calendar;
  calendar.name = "oficina";
  calendar.zone.initial_offset_s = -4 * 3600;
  for (int day = 0; day < 6; ++day) calendar.weekly[day] = {{540, 1080}};
  return calendar;
}

TenantSpec document(std::uint32_t version) {
  TenantSpec spec = desk_document();
  spec.version = version;
  spec.calendars.push_back(office());
  spec.time_in_status = {version != 2, {{kPriority, true, {2}}}, 1};
  DetectorSpec created;
  created.name = "masivo";
  created.alike = {kPriority};
  created.count = 4;
  created.within_ms = kHourMs;
  created.quiet_ms = version * kHourMs;
  DetectorSpec escalated = created;
  escalated.on_escalated = true;
  spec.detectors = {created, escalated};
  for (int list = 0; list < 4; ++list) {
    DigestSpec digest;
    digest.name = "digest " + std::to_string(list);
    digest.calendar = 1;
    digest.list = static_cast<DigestList>(list);
    digest.span_ms = kHourMs;
    digest.activities = 1ull << static_cast<unsigned>(BuiltinActivity::agent_reply);
    digest.retired = version == 3 && list == 1;
    spec.digests.push_back(digest);
  }
  CalendarEventSpec close;
  close.name = "cierre";
  close.calendar = 1;
  close.at_close = true;
  close.offset_ms = -kMinuteMs * version;
  spec.calendar_events = {close};
  if (version > 1) spec.rules[0].targets[1].target_ms = version * kHourMs;
  return spec;
}

// The same commands at the same instants, whatever the slice.
struct SlicedRun {
  explicit SlicedRun(std::uint64_t slice) : desk(document(1)), slice_(slice) {}

  void play(unsigned seed) {
    std::mt19937 generator(seed);
    const auto roll = [&](unsigned sides) { return static_cast<unsigned>(generator() % sides); };
    TimeMs now = kT0;
    for (int i = 0; i < 240; ++i) {
      now += static_cast<TimeMs>(roll(roll(30) == 0 ? 40 : 2)) * 31 * kMinuteMs + roll(60'000);
      if (i == 90) put(now, 2);
      if (i == 180) put(now, 3);
      tick(now);
      const std::uint64_t key = 1 + roll(kTickets);
      switch (roll(5)) {
        case 0:
        case 1:
          desk.create(now, key, 1 + roll(3));
          break;
        case 2:
          desk.activity(now, key, BuiltinActivity::agent_reply);
          break;
        case 3:
          desk.priority(now, key, 1 + roll(3));
          break;
        default:
          desk.status(now, key, static_cast<StatusId>(roll(roll(5) == 0 ? 5 : 4)));
      }
    }
    finish(now + limits::kDay);
  }

  void tick(TimeMs now) {
    desk.advance(now, slice_);
    if (desk.machine.background_pending()) desk.background(now, slice_);
  }

  void finish(TimeMs now) {
    while (desk.machine.next_deadline() <= now || desk.machine.background_pending()) tick(now);
    desk.advance(now);
  }

  // A further document waits for the one before.
  void put(TimeMs now, std::uint32_t version) {
    while (desk.machine.background_pending()) desk.background(now, slice_);
    EXPECT_EQ(desk.put(now, document(version)).code, Errc::ok);
  }

  // What each ticket was told, without when.
  std::map<std::uint64_t, std::string> by_ticket() const {
    std::map<std::uint64_t, std::string> told;
    for (const Seen& seen : desk.sink.seen) {
      const Event& event = seen.event;
      if (event.ticket.low == 0) continue;
      // What alarms are about is what the log has worked off so far.
      if (event.type == EventType::mass_incident && event.subject == 1) continue;
      told[event.ticket.low] += std::string(to_string(event.type)) + ' ' +
                                std::to_string(event.due) + ' ' + std::to_string(event.version) +
                                ' ' + std::to_string(event.count) + '\n';
    }
    return told;
  }

  std::map<std::uint64_t, std::vector<DurationMs>> status_times() const {
    std::map<std::uint64_t, std::vector<DurationMs>> times;
    for (std::uint64_t key = 1; key <= kTickets; ++key) {
      if (desk.machine.find_ticket(1, {key, 0, KeyKind::number}) == kNoSlot) continue;
      for (const TimeInStatus& row : desk.ticket(key).time_in_status) {
        times[key].insert(times[key].end(), {row.day, row.status, row.ms});
      }
    }
    return times;
  }

  std::map<std::uint16_t, std::vector<TimeMs>> dues(EventType type) const {
    std::map<std::uint16_t, std::vector<TimeMs>> dues;
    for (const Seen& seen : desk.sink.seen) {
      if (seen.event.type == type) dues[seen.event.subject].push_back(seen.event.due);
    }
    return dues;
  }

  Desk desk;

 private:
  std::uint64_t slice_;
};

TEST(Slices, decide_when_not_what) {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SlicedRun whole(UINT64_MAX);
    whole.play(seed);
    whole.desk.expect_replay();
    ASSERT_FALSE(whole.dues(EventType::mass_incident).empty());
    ASSERT_EQ(whole.dues(EventType::digest).size(), 4u);
    for (const std::uint64_t slice : {1u, 3u, 17u}) {
      SCOPED_TRACE("slice " + std::to_string(slice));
      SlicedRun sliced(slice);
      sliced.play(seed);
      sliced.desk.expect_replay();
      EXPECT_EQ(sliced.by_ticket(), whole.by_ticket());
      EXPECT_EQ(sliced.status_times(), whole.status_times());
      EXPECT_EQ(sliced.dues(EventType::calendar_event), whole.dues(EventType::calendar_event));
      for (const auto& [digest, instants] : sliced.dues(EventType::digest)) {
        EXPECT_TRUE(std::is_sorted(instants.begin(), instants.end()));
      }
    }
  }
}

TEST(Slices, of_a_deleted_tenant_nothing_falls_due) {
  SlicedRun run(5);
  run.play(1);
  const TimeMs now = run.desk.machine.now();
  Step step;
  step.kind = StepKind::delete_tenant;
  step.now = now;
  step.tenant = 1;
  EXPECT_EQ(run.desk.apply(step).code, Errc::ok);
  const std::uint64_t told = run.desk.machine.event_sequence();
  run.finish(now + 10 * limits::kDay);
  EXPECT_EQ(run.desk.machine.event_sequence(), told);
  EXPECT_EQ(run.desk.machine.next_deadline(), kNever);
  run.desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
