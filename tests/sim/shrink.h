// Shrinks a failing life: fewer faults, a smaller desk, until nothing can be left out; and says how
// to play it again.
//
// Any failure counts, not only the first one's sentence: what is wrong tends to be told in other
// words when less happens.  Cost: at most `tries` lives.
#pragma once

#include <string>

#include "tests/sim/life.h"

namespace vencer::sim {

LifeOptions shrink(const LifeOptions& failing, const LifeResult& result, int tries);
// "vencer-sim --seed 7 --hours 3.2 --faults crash --without 1,4-9"
std::string replay_command(const LifeOptions& options);
// "1,4-9" -> positions; false: not a list.
bool parse_positions(const std::string& text, std::set<std::size_t>* positions);

}  // namespace vencer::sim
