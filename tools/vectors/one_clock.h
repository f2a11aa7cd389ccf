// OneClock: a desk with one ticket and one clock, driven the way clock and ladder vectors are
// written.
//
// The real state machine under a tenant document made for the case: activities start, answer and
// reset the clock, statuses pause, resolve and reopen it, and the attribute "rule" picks the
// target.
#pragma once

#include <string>
#include <vector>

#include "engine/core/state_machine.h"

namespace vencer::vectors {

struct SeenEvent {
  EventType type;
  TimeMs emitted;
  TimeMs due;
  StepId step;
  LevelId level;
  DurationMs elapsed_ms;
  DurationMs overrun_ms;
};

struct Target {
  DurationMs target_ms;
  const CalendarSpec* calendar;
};

class OneClock {
 public:
  // targets[0] applies at first, retarget() goes on to the next one. Steps name calendars by
  // position in the list that calendars() gives.
  OneClock(const std::vector<Target>& targets, std::vector<LadderStepSpec> steps,
           const std::vector<const CalendarSpec*>& step_calendars,
           OnChange on_change = OnChange::recompute);

  void start(TimeMs at, TimeMs arrives) { activity(BuiltinActivity::customer_reply, at, arrives); }
  void answer(TimeMs at, TimeMs arrives) { activity(BuiltinActivity::agent_reply, at, arrives); }
  void reset(TimeMs at, TimeMs arrives) { activity(BuiltinActivity::internal_note, at, arrives); }
  void pause(TimeMs at, TimeMs arrives) { status(1, at, arrives); }
  void work(TimeMs at, TimeMs arrives) { status(0, at, arrives); }  // resume, reopen
  void resolve(TimeMs at, TimeMs arrives) { status(2, at, arrives); }
  void retarget(TimeMs at, TimeMs arrives);
  void extend(TimeMs at, TimeMs arrives, DurationMs by_ms);
  void acknowledge(TimeMs at, DurationMs timeout_ms);
  void observe(TimeMs at);  // time passes, every deadline worked off as it comes
  void wake(TimeMs at);     // the server was down: time jumps

  ClockView clock() const;
  const std::vector<SeenEvent>& events() const { return sink_.events; }
  const std::vector<std::string>& refusals() const { return sink_.refusals; }

 private:
  struct Recorder final : Sink {
    void event(const Event& event) override;
    void result(const CommandResult& result) override;
    std::vector<SeenEvent> events;
    std::vector<std::string> refusals;
  };

  void activity(BuiltinActivity which, TimeMs at, TimeMs arrives);
  void status(StatusId to, TimeMs at, TimeMs arrives);
  void apply(Command command, TimeMs at, TimeMs arrives);

  Recorder sink_;
  StateMachine machine_;
  std::vector<AttributeValue> rule_{{0, 1}};
};

}  // namespace vencer::vectors
