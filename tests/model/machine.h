// Machine: the StateMachine as tests drive it: steps kept as a log, events and results gathered.
//
// Like a shard it has a slice: its own steps work off that much at most, whatever they are asked
// for. What it replays was cut by whoever logged it.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "tests/model/dice.h"
#include "tests/model/story.h"
#include "tests/support/saved_state.h"

namespace vencer::model {

// What came out of a run, or of a part of one.
struct Told {
  std::vector<Said> events;
  std::vector<CommandResult> results;
};

class Machine final : private Sink {
 public:
  explicit Machine(const Settings& settings, std::uint64_t slice = UINT64_MAX);
  // In the state that was saved; `chunk`: bytes it is read by. fault(): "" if it could be.
  Machine(const test::SavedState& saved, std::size_t chunk);
  const std::string& fault() const { return fault_; }

  // The state as of now, in slices that the dice cut before the steps to come.
  void begin_saving(std::uint64_t seed);
  const test::SavedState& finish_saving();

  // A step as the log has it: with what was really done.
  struct Logged {
    Step step;
    std::deque<Op> ops;             // what its commands point at
    std::vector<Command> commands;  //
    TenantSpec document;
    std::uint64_t done = 0;
    std::uint64_t told = 0;  // events so far, this step's included
  };

  void document(const TenantSpec& document, TimeMs at);
  void command(const Op& op);
  void frame(const std::vector<Op>& ops);  // of one instant, without producers
  std::uint64_t advance(TimeMs to, std::uint64_t limit);
  std::uint64_t background(TimeMs at, std::uint64_t limit);
  void touch(const TicketKey& key, TimeMs at);
  // Every deadline until `to` at its own instant; background work at once.
  void advance_in_time(TimeMs to);
  // Applies the steps [from, to) of another machine's log.
  void replay(const std::deque<Logged>& log, std::size_t from, std::size_t to);

  StateMachine& state() { return machine_; }
  const StateMachine& state() const { return machine_; }
  const std::deque<Logged>& log() const { return log_; }
  std::vector<Said> take_events();
  std::vector<CommandResult> take_results();
  Told take_told() { return {take_events(), take_results()}; }
  const StepOutcome& put_outcome() const { return put_outcome_; }  // of the last document

 private:
  void event(const Event& event) override;
  void result(const CommandResult& result) override;
  void apply(Logged& logged);
  TimeMs stamp(TimeMs at) const;  // engine time never goes back

  StateMachine machine_;
  std::uint64_t slice_;
  std::deque<Logged> log_;
  std::vector<Said> said_;
  std::vector<CommandResult> results_;
  StepOutcome put_outcome_;
  test::SavedState saved_;
  Dice saving_dice_{0};
  std::string fault_;
};

}  // namespace vencer::model
