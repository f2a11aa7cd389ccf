// Slices: a story as a busy server works it off: timers and background work cut into slices,
// between commands and behind them.
//
//   by dice : whenever the dice say so, as much as they say, touches in between, and what comes at
//             one instant in one frame.
//   as shard: in turns, as engine/runtime/shard.h has them: a slice of what is due, what is asked
//             for, a slice of the background job. The machine's own slice size decides.
//
// A copy goes on from where it stands, with the same dice: on another machine too.
#pragma once

#include <string>

#include "tests/model/machine.h"

namespace vencer::model {

// The instant at which the story is over.
TimeMs end_of(const Story& story);

class Slices {
 public:
  enum class Way { dice, shard };
  Slices(const Story& story, Way way, std::uint64_t seed)
      : story_(&story), way_(way), prompt_(prompt(story)), dice_(seed) {}

  // Does it bring customers' new values to their tickets before anything else comes? Not in some
  // stories: then what comes to a ticket first is the slices' to say.
  static bool prompt(const Story& story);

  std::size_t at() const { return at_; }  // ops that are done
  bool over() const { return at_ == story_->ops.size(); }
  std::string next(Machine& machine);    // the next op; what is wrong
  std::string finish(Machine& machine);  // the others, and what is to come afterwards

 private:
  bool input() const { return story_->settings.clock_source == ClockSource::input; }
  void before(Machine& machine, TimeMs at);
  void dawdle(Machine& machine, TimeMs until);
  void advance_to(Machine& machine, TimeMs at);
  void finish_jobs(Machine& machine, TimeMs at);
  std::string put(Machine& machine, const Op& op);
  TimeMs before_next(std::size_t next);
  std::size_t frame_length() const;

  const Story* story_;
  Way way_;
  bool prompt_;
  Dice dice_;
  std::size_t at_ = 0;
};

}  // namespace vencer::model
