// Desk: a small tenant on the real state machine, for tests: every step is kept, so that a test can
// replay them into a second machine and compare events and digests.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "engine/core/state_machine.h"

namespace vencer::test {

inline constexpr TimeMs kT0 = 1'780'318'800'000;  // Mon 2026-06-01 13:00 UTC
inline constexpr DurationMs kHourMs = 3'600'000;
inline constexpr DurationMs kMinuteMs = 60'000;

// Statuses, attributes and clocks of the desk's document, by position.
enum : std::uint8_t { kNew, kOpen, kPending, kResolved, kClosed, kCancelled };
enum : std::uint8_t { kPriority, kAgent };  // priority: 1 urgent, 2 normal, 3 no rule for it
enum : std::uint8_t { kFirstResponse, kResolution };

struct Seen {
  Event event;
  std::vector<AttributeValue> attributes;
  std::vector<EventRow> rows;
};

class Recorder : public Sink {
 public:
  void event(const Event& event) override {
    seen.push_back({event,
                    {event.attributes.begin(), event.attributes.end()},
                    {event.rows.begin(), event.rows.end()}});
    seen.back().event.attributes = {};
    seen.back().event.rows = {};
  }
  void result(const CommandResult& result) override { results.push_back(result); }
  std::vector<Seen> seen;
  std::vector<CommandResult> results;
};

// urgent: resolution 4 h with a ladder; normal: 8 h; first_response 1 h for both; all 24x7.
TenantSpec desk_document();
// The same in office hours, each day from this minute (UTC) to 18:00.
TenantSpec office_hours(std::int16_t opens, std::uint32_t version);

class Desk {
 public:
  explicit Desk(TenantSpec document = desk_document(), Settings settings = {});

  // A step, applied and kept. `now` of the step must be set.
  StepOutcome apply(Step step);
  void advance(TimeMs now, std::uint64_t limit = UINT64_MAX);
  StepOutcome background(TimeMs now, std::uint64_t limit = UINT64_MAX);
  CommandResult command(TimeMs now, Command command);

  CommandResult create(TimeMs now, std::uint64_t key, Value priority = 1);
  CommandResult status(TimeMs now, std::uint64_t key, StatusId status);
  CommandResult priority(TimeMs now, std::uint64_t key, Value value);
  CommandResult activity(TimeMs now, std::uint64_t key, BuiltinActivity activity);

  StepOutcome put(TimeMs now, TenantSpec document);
  TicketView ticket(std::uint64_t key) const;
  const ClockView clock(std::uint64_t key, ClockId id) const;

  // Types of all events since the last call, as words, in order: "created clock_started ...".
  std::string told();
  const Seen& last(EventType type) const;

  // The kept steps into a fresh machine: same events, same digest.
  void expect_replay() const;
  // The kept steps from number `from` on into another machine.
  std::size_t steps() const { return steps_.size(); }
  void replay(std::size_t from, StateMachine& other, Sink& into) const;

  StateMachine machine;
  Recorder sink;

 private:
  struct Kept {
    Step step;
    std::vector<Command> commands;
    std::vector<std::vector<AttributeValue>> attributes;
    TenantSpec document;
    Settings settings;
  };
  std::deque<Kept> steps_;
  std::size_t told_ = 0;
};

bool same_events(const std::vector<Seen>& a, const std::vector<Seen>& b);

}  // namespace vencer::test
