// Replayer: steps as they lie in the log -> the state machine, as when they were new.
//
// What a step really did must be what the log says it did (timers fired, units done); its events go
// to whoever compares them with the event segments. An error names the step (step_name.h), the
// command that shows it and the one that goes past it. An assertion that fails meanwhile ends the
// process; note_replay_on_abort() makes it say the same. Steps that are to be skipped
// (skipped_steps.h) are not applied; those behind one that were logged before it was decided may
// work off more or less than they say. Thread: one.  Cost: that of the step.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "engine/core/state_machine.h"
#include "engine/log/event_log.h"
#include "engine/log/wal.h"
#include "engine/runtime/recovery_progress.h"
#include "engine/runtime/skipped_steps.h"
#include "engine/runtime/wakeup.h"
#include "engine/wire/step_codec.h"

namespace vencer {

// For a main whose program replays: a handler of SIGABRT that names the step being replayed, if
// there is one. `program` stands before it and must live on.
void note_replay_on_abort(const char* program);

// Where the events of a replay go, in order. An error ends it.
class EventTaker {
 public:
  virtual ~EventTaker() = default;
  virtual Status take(const EventBytes& event) = 0;
  // Events up to this one are of groups that were durable before a later one was begun.
  virtual Status durable_through(std::uint64_t) { return ok_status(); }
};

// Which log it is.
struct ReplayedLog {
  std::string directory;  // the partition's, for messages
  std::uint32_t partition = 0;
  std::vector<SkippedStep> skipped = {};
};

class Replayer final : public Sink {
 public:
  // events: nullptr if the step can have none. progress: steps and tickets are shown there.
  Replayer(StateMachine& machine, EventTaker* events, ReplayedLog log,
           RecoveryProgress::Part* progress = nullptr);
  ~Replayer() override;

  Status apply(const StepRecord& record);
  std::uint64_t steps() const { return steps_; }

  void event(const Event& event) override;
  void result(const CommandResult&) override {}

 private:
  Error at_step(std::string_view what) const;
  Status begin_group(std::uint64_t group);
  bool skips(const StepRecord& record);
  Status check_done(const StepRecord& record, std::uint64_t done);
  void log_progress();

  StateMachine& machine_;
  EventTaker* events_;
  const ReplayedLog log_;
  const std::string shown_by_, skipped_by_;  // the beginnings of commands; a step's name follows
  RecoveryProgress::Part* progress_;
  StepDecoder decoder_;
  std::vector<std::byte> record_;  // of one event
  Status event_status_ = ok_status();
  std::uint64_t steps_ = 0;
  StepName step_;  // being applied
  struct GroupEnd {
    std::uint64_t group, event_sequence;
  };
  std::deque<GroupEnd> in_flight_;      // when this group was begun, perhaps
  std::uint64_t may_differ_until_ = 0;  // group
  std::uint64_t differing_ = 0;
  SteadyTime next_progress_;
};

}  // namespace vencer
