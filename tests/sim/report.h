// Report: the figures of many lives, as a table or as JSON.
#pragma once

#include <cstdint>
#include <string>

#include "tests/sim/every_bit.h"
#include "tests/sim/life.h"

namespace vencer::sim {

struct Report {
  std::uint64_t seeds = 0;
  std::uint64_t first_seed = 0;
  unsigned faults = 0;
  double simulated_hours = 0;
  double wall_seconds = 0;
  LifeCounters life;
  TruthCounters truth;
  ClientCounters clients;
  DiskCounters disk;
  NetCounters net;
  WorkCounters work;
  EveryBit log_bits, snapshot_bits, event_bits;  // flipped apart from all lives
  // Of failing lives, by what their complaint begins with.
  std::uint64_t lost = 0, early = 0, twice = 0, swallowed = 0, other = 0;

  void add(const LifeResult& result);
  std::string table() const;
  std::string json() const;
};

}  // namespace vencer::sim
