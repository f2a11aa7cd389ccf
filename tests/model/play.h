// play: one story through engine/core's StateMachine in three ways, and what differs.
//
//   in time : every deadline at its instant, a new document at once. Must say what the model says,
//             event for event, and show the same clocks after every op.
//   in slices: timers, background work and touches in random slices, as a busy server has them.
//             Must give the same events per ticket, save when they were emitted.
//   replay  : the logged steps of the second way, by their logged counts. Must be the same to the
//             last sequence number and digest.
#pragma once

#include <string>

#include "tests/model/story.h"

namespace vencer::model {

// Empty: no difference. Else the first one, for people.
std::string play(const Story& story);

// A shorter story that still differs. At most `tries` plays.
Story shrink(const Story& story, int tries);

// Plays `histories` stories from `seed` on. 0, or 1 with the shrunk story of the first difference
// in *report.
int play_many(std::uint64_t seed, std::uint64_t histories, std::string* report);

}  // namespace vencer::model
