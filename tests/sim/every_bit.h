// Every bit of something small flipped, one at a time: a log, a snapshot, event segments. What a
// reader does not notice is counted as unnoticed; there must be none.
//
// Cost: an open a bit; the log has 8 blocks of 32,768 bits. `stride`: only every so many-th bit.
#pragma once

#include <cstdint>

namespace vencer::sim {

struct EveryBit {
  std::uint64_t bits = 0;      // flipped
  std::uint64_t detected = 0;  // refused, with the file's name; or told as a torn end
  std::uint64_t harmless = 0;  // in the zeros that fill a record up to 8 bytes: nothing is altered
  bool all() const { return detected + harmless == bits; }
};

// Four groups and a seal, in three segments, by recovery: what was acknowledged comes back whole,
// or the start is refused.
EveryBit every_bit_of_a_log(std::uint64_t stride = 1);
// A file of three blocks, by the reader of snapshots.
EveryBit every_bit_of_a_snapshot(std::uint64_t stride = 1);
// Two segments, by the reader of `vencer events dump`.
EveryBit every_bit_of_event_segments(std::uint64_t stride = 1);

}  // namespace vencer::sim
