// Faults: what goes wrong in a simulated life, planned from the seed before it begins, so that a
// fault can be left out and all others stay.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/model/dice.h"
#include "tests/sim/world.h"

namespace vencer::sim {

enum class FaultKind : std::uint8_t {
  // crash
  power,           // at the a-th storage call from then on; off for b
  kill,            // of the process; the page cache stays; gone for b
  recovery_crash,  // power, and in the restart again at its a-th call, a few times
  snapshot_crash,  // power, at the a-th call of the next snapshot; off for b
  stop,            // in order; gone for b
  // disk
  write_error,   // at the a-th call from then on, once
  write_errors,  // from the a-th call on
  read_error,    // kill; in the restart its a-th read fails
  full,          // for a
  lost_write,    // the next direct write never reaches the platter; power off after a
  misdirected,   // it lands elsewhere; power off after a
  bit_flips,     // kill; a bits flip while it is off
  bad_snapshot,  // the same, all of them in the newest snapshot
  // clock
  step,    // of the wall clock, by a ms
  drift,   // of a ppm, for b
  starve,  // the shard has no turn for a
  // net
  cut_one,      // connection
  cut_all,      //
  slow_reader,  // one that takes nothing for a
  resume_back,  // a subscriber dies and goes on from a place before
};
inline constexpr std::size_t kFaultKinds = 20;

std::string_view to_string(FaultKind kind);

enum FaultGroup : unsigned { kCrash = 1, kDisk = 2, kClock = 4, kNet = 8, kAllFaults = 15 };
// "crash,net", "all", "none"; false: not one of them.
bool parse_faults(std::string_view text, unsigned* groups);
std::string tell_groups(unsigned groups);

struct Fault {
  FaultKind kind;
  WorldTime at;
  std::int64_t a = 0, b = 0;
};
std::string tell(const Fault& fault);

// Of a life of so many hours; ascending.
std::vector<Fault> plan_faults(model::Dice dice, double hours, unsigned groups);

}  // namespace vencer::sim
