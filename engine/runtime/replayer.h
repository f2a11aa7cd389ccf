// Replayer: steps as they lie in the log -> the state machine, as when they were new.
//
// What a step really did must be what the log says it did (timers fired, units done); its events go
// to whoever compares them with the event segments. An error names the step by its number, counted
// from 1. An assertion that fails meanwhile ends the process; note_replay_on_abort() makes it say
// at which step. Thread: one.  Cost: that of the step.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/core/state_machine.h"
#include "engine/log/event_log.h"
#include "engine/log/wal.h"
#include "engine/runtime/recovery_progress.h"
#include "engine/runtime/wakeup.h"
#include "engine/wire/step_codec.h"

namespace vencer {

// For the server's main: a handler of SIGABRT that names the step being replayed, if there is one.
void note_replay_on_abort();

// Where the events of a replay go, in order. An error ends it.
class EventTaker {
 public:
  virtual ~EventTaker() = default;
  virtual Status take(const EventBytes& event) = 0;
};

class Replayer final : public Sink {
 public:
  // events: nullptr if the step can have none. progress: steps and tickets are shown there.
  Replayer(StateMachine& machine, EventTaker* events, RecoveryProgress::Part* progress = nullptr);
  ~Replayer() override;

  Status apply(const StepRecord& record);
  std::uint64_t steps() const { return steps_; }

  void event(const Event& event) override;
  void result(const CommandResult&) override {}

 private:
  Error at_step(std::string_view what) const;
  void log_progress();

  StateMachine& machine_;
  EventTaker* events_;
  RecoveryProgress::Part* progress_;
  StepDecoder decoder_;
  std::vector<std::byte> record_;  // of one event
  Status event_status_ = ok_status();
  std::uint64_t steps_ = 0;
  SteadyTime next_progress_;
};

}  // namespace vencer
