// Digests against a list made anew from all tickets and all that ever happened to them.
#include <algorithm>
#include <map>
#include <random>

#include "engine/core/day_cell.h"
#include "tests/unit/core/desk.h"

namespace vencer::test {
namespace {

constexpr DurationMs kOffset = -4 * kHourMs;  // of the office: the civil day is not that of UTC

CalendarSpec office() {
  CalendarSpec calendar;
  calendar.name = "oficina";
  calendar.zone.initial_offset_s = static_cast<std::int32_t>(kOffset / 1000);
  for (int day = 0; day < 5; ++day) calendar.weekly[day] = {{540, 1080}};
  return calendar;
}

CivilDay local_date(TimeMs at) {
  return static_cast<CivilDay>((at + kOffset) / limits::kDay);
}

TEST(DayCell, agrees_with_a_set_of_days) {
  std::mt19937 generator(7);
  for (int round = 0; round < 200; ++round) {
    std::uint64_t cell = 0;
    std::vector<CivilDay> days;
    CivilDay day = 20'000;
    for (int i = 0; i < 60; ++i) {
      day += static_cast<CivilDay>(generator() % (round % 7 == 0 ? 60 : 4));
      const CivilDay late = day - static_cast<CivilDay>(generator() % 3);
      cell = day_cell::with(cell, late);
      days.push_back(late);
      const CivilDay last = *std::max_element(days.begin(), days.end());
      for (CivilDay asked = last - 44; asked <= last + 2; ++asked) {
        const bool expected = std::find(days.begin(), days.end(), asked) != days.end();
        ASSERT_EQ(day_cell::has(cell, asked), expected) << "round " << round << " " << asked;
      }
    }
  }
}

// What the test knows of each ticket beside its view.
struct Known {
  std::uint64_t key;
  std::vector<TimeMs> replies;
};

class Story {
 public:
  Story(unsigned seed, std::uint64_t slice, DigestSpec digest)
      : dice_(seed), slice_(slice), desk_(document(digest)), digest_(digest) {}

  static TenantSpec document(const DigestSpec& digest) {
    TenantSpec spec = desk_document();
    spec.events_on = 0;
    spec.calendars.push_back(office());
    spec.ladders[0].steps[2].set_attributes.clear();
    spec.digests = {digest};
    return spec;
  }

  void play() {
    TimeMs now = kT0;
    for (int i = 0; i < 400; ++i) {
      now += static_cast<TimeMs>(roll(40 * kMinuteMs));
      pass(now);
      act(now);
    }
    EXPECT_GE(told_, 5);
    desk_.expect_replay();
  }

 private:
  std::uint64_t roll(std::uint64_t sides) { return dice_() % sides; }

  void act(TimeMs now) {
    if (known_.size() < 5 || roll(3) == 0) {
      const std::uint64_t key = known_.size() + 1;
      desk_.create(now, key, 1 + roll(3));
      known_.push_back({key, {}});
      return;
    }
    Known& ticket = known_[roll(known_.size())];
    if (roll(2) == 0) {
      const CommandResult result = desk_.activity(now, ticket.key, BuiltinActivity::agent_reply);
      if (result.code == Errc::ok) ticket.replies.push_back(now);
    } else {
      desk_.status(now, ticket.key, static_cast<StatusId>(roll(roll(4) == 0 ? 6 : 4)));
    }
  }

  // Time passes as in the shard; each digest is checked as it comes.
  void pass(TimeMs to) {
    for (;;) {
      const TimeMs next = desk_.machine.next_deadline();
      if (next > to) break;
      desk_.advance(std::max(next, desk_.machine.now()), slice_);
      std::size_t seen = desk_.sink.seen.size();
      if (!desk_.machine.background_pending()) continue;
      const std::vector<EventRow> expected = list(next);
      while (desk_.machine.background_pending()) desk_.background(desk_.machine.now(), slice_);
      for (; seen < desk_.sink.seen.size(); ++seen) {
        if (desk_.sink.seen[seen].event.type == EventType::digest) {
          check(desk_.sink.seen[seen], expected);
        }
      }
    }
    desk_.advance(to);
  }

  std::vector<EventRow> list(TimeMs due) const {
    std::vector<EventRow> rows;
    for (const Known& ticket : known_) {
      EventRow row;
      if (qualifies(ticket, due, &row)) rows.push_back(row);
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [](const EventRow& a, const EventRow& b) { return a.due < b.due; });
    return rows;
  }

  bool qualifies(const Known& ticket, TimeMs due, EventRow* row) const {
    const Slot slot = desk_.machine.find_ticket(1, {ticket.key, 0, KeyKind::number});
    if (slot == kNoSlot) return false;
    const TicketView view = desk_.machine.view(slot);
    if (view.attributes.empty() || view.attributes[0].value == 3) return false;  // `when`
    row->ticket = view.key;
    row->light = view.light;
    row->status = view.status;
    bool any = false;
    for (const ClockView& clock : view.clocks) {
      const bool active = clock.phase == ClockPhase::running || clock.phase == ClockPhase::paused;
      if (!active || clock.due == kNever) continue;
      if (digest_.list == DigestList::overdue && clock.due >= desk_.machine.now()) continue;
      if (digest_.list == DigestList::due_within &&
          (clock.due < due || clock.due > due + digest_.span_ms)) {
        continue;
      }
      any = true;
      if (clock.due >= row->due) continue;
      row->due = clock.due;
      row->clock = clock.clock;
    }
    const auto replied_on = [&](CivilDay day) {
      return std::any_of(ticket.replies.begin(), ticket.replies.end(),
                         [&](TimeMs at) { return local_date(at) == day; });
    };
    switch (digest_.list) {
      case DigestList::answered_yesterday:
        return replied_on(local_date(due) - 1);
      case DigestList::not_updated_today:
        return !view.closed_for_good && view.status < kResolved && !replied_on(local_date(due));
      default:
        return any;
    }
  }

  void check(const Seen& told, const std::vector<EventRow>& expected) {
    ++told_;
    ASSERT_EQ(told.event.count, expected.size());
    const std::size_t shown = std::min(expected.size(), limits::digest_rows_max);
    ASSERT_EQ(told.rows,
              std::vector<EventRow>(expected.begin(), expected.begin() + static_cast<long>(shown)));
  }

  std::mt19937_64 dice_;
  std::uint64_t slice_;
  Desk desk_;
  DigestSpec digest_;
  std::vector<Known> known_;
  int told_ = 0;
};

TEST(DigestRows, agree_with_a_look_at_all_tickets) {
  for (unsigned seed = 1; seed <= 24; ++seed) {
    DigestSpec digest;
    digest.name = "digest";
    digest.calendar = 1;
    digest.list = static_cast<DigestList>(seed % 4);
    digest.span_ms = digest.list == DigestList::due_within ? 4 * kHourMs : 0;
    digest.activities = 1ull << static_cast<unsigned>(BuiltinActivity::agent_reply);
    digest.when = {{kPriority, false, {1, 2}}};
    digest.at = DigestTime::local_time;
    digest.minute = seed % 3 == 0 ? 0 : 17 * 60 + 30;
    digest.every_day = true;
    SCOPED_TRACE("seed " + std::to_string(seed));
    Story(seed, seed % 5 == 0 ? 1 : 13, digest).play();
  }
}

TEST(DigestRows, are_the_first_200_by_due_and_the_rest_is_counted) {
  DigestSpec digest;
  digest.name = "vencidos";
  digest.calendar = 1;
  Desk desk(Story::document(digest));
  for (std::uint64_t key = 1; key <= 300; ++key) {
    desk.create(kT0 + static_cast<TimeMs>(key), key, 1);
  }
  const TimeMs at = desk.machine.now() + limits::kDay;
  desk.advance(at);
  while (desk.machine.background_pending()) desk.background(at, 7);
  const Seen& told = desk.last(EventType::digest);
  EXPECT_EQ(told.event.count, 300u);
  EXPECT_EQ(told.event.overdue, 300u);
  ASSERT_EQ(told.rows.size(), limits::digest_rows_max);
  for (std::size_t i = 1; i < told.rows.size(); ++i) {
    EXPECT_LE(told.rows[i - 1].due, told.rows[i].due);
  }
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
