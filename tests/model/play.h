// play: one story through engine/core's StateMachine in several ways, and what differs.
//
//   in time : every deadline at its instant, a new document at once. Must say what the model says,
//             event for event, and show the same tickets after every op.
//   by dice : timers, background work and touches in random slices, as a busy server has them.
//   as shard: with a slice size of its own, as engine/runtime has it.
//             Both must answer alike and give the same events per ticket, save when they were
//             emitted, and end in the same state.
//   replay  : the log of the second way, on a machine with another slice size; a part of it first,
//             then the rest; a part, from where the machine goes on by itself. Must be the same to
//             the last sequence number and digest (sliced_run.h).
#pragma once

#include <map>
#include <string>

#include "tests/model/story.h"

namespace vencer::model {

// Empty: no difference. Else the first one, for people.
std::string play(const Story& story);

// A shorter story that still differs. At most `tries` plays.
Story shrink(const Story& story, int tries);

// How many events of each type, how many refused commands of each code the stories played in time
// have seen so far: stories that reach nothing prove nothing.
struct Seen {
  std::uint64_t events[kEventTypes] = {};
  std::uint64_t muted = 0;
  std::map<Errc, std::uint64_t> codes;
};
const Seen& seen();
std::string tell_seen();

// Plays `histories` stories from `seed` on. 0, or 1 with the shrunk story of the first difference
// in *report.
int play_many(std::uint64_t seed, std::uint64_t histories, std::string* report);

}  // namespace vencer::model
