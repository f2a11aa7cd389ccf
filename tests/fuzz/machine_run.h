// A machine that takes steps and keeps a hash of all it says: for two runs of the same steps.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/core/state_machine.h"

namespace vencer::fuzz {

class MachineRun final : private Sink {
 public:
  MachineRun();

  // The step, if a shard could have logged it: settings first, time not going back, and no more
  // tickets than a fuzzer has memory for. Returns whether it was applied.
  bool apply(Step step);
  const StepOutcome& outcome() const { return outcome_; }  // of the last applied step
  const StateMachine& machine() const { return machine_; }
  StateMachine& machine() { return machine_; }  // to be restored from a snapshot

  // Of all events and results so far.
  std::uint64_t told() const { return told_; }

 private:
  void event(const Event& event) override;
  void result(const CommandResult& result) override;
  void add(std::uint64_t word) { told_ = (told_ ^ word) * 0x9e3779b97f4a7c15u + (told_ >> 31); }

  StateMachine machine_;
  StepOutcome outcome_;
  std::uint64_t told_ = 0;
  std::uint64_t sequence_ = 0;  // of the last event
  std::vector<std::byte> record_;
};

}  // namespace vencer::fuzz
