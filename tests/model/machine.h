// Machine: the StateMachine as tests drive it: steps kept as a log, events and results gathered.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "tests/model/story.h"

namespace vencer::model {

class Machine final : private Sink {
 public:
  explicit Machine(const Settings& settings);

  // A step as the log has it: with what was really done.
  struct Logged {
    Step step;
    std::deque<Op> ops;             // what its commands point at
    std::vector<Command> commands;  //
    TenantSpec document;
    std::uint64_t done = 0;
  };

  void document(const TenantSpec& document, TimeMs at);
  void command(const Op& op);
  void frame(const std::vector<Op>& ops);  // of one instant, without producers
  std::uint64_t advance(TimeMs to, std::uint64_t limit);
  std::uint64_t background(TimeMs at, std::uint64_t limit);
  void touch(const TicketKey& key, TimeMs at);
  // Every deadline until `to` at its own instant; background work at once.
  void advance_in_time(TimeMs to);
  // Applies the steps of another machine's log.
  void replay(const std::deque<Logged>& log);

  StateMachine& state() { return machine_; }
  const std::deque<Logged>& log() const { return log_; }
  std::vector<Said> take_events();
  std::vector<CommandResult> take_results();
  const StepOutcome& put_outcome() const { return put_outcome_; }  // of the last document

 private:
  void event(const Event& event) override;
  void result(const CommandResult& result) override;
  void apply(Logged& logged);
  TimeMs stamp(TimeMs at) const;  // engine time never goes back

  StateMachine machine_;
  std::deque<Logged> log_;
  std::vector<Said> said_;
  std::vector<CommandResult> results_;
  StepOutcome put_outcome_;
};

}  // namespace vencer::model
