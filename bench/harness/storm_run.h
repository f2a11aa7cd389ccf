// StormRun: many deadlines at once, and one subscriber over TCP that counts what comes.
//
// Tickets of tenant "storm" bring due_at = an instant ahead + (i mod spread) ms; they are created
// in time, then nothing is sent until the instant. Every breach must arrive once, none early.
//
//   after_last_ms      from the last due instant to the arrival of the last event
//   events_per_second  of spread 1: count / (last arrival - the instant); else over the arrivals
//
// Instants are this machine's wall clock; the server's own follows it within a millisecond.
// Thread: main; the subscriber has its client's.  Errors: std::runtime_error.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "engine/core/types.h"
#include "tools/vencer/load_histogram.h"

namespace vencer::bench {

struct StormOptions {
  std::string endpoint;
  std::string document;  // text of the tenant's document; "": it is there already
  std::uint64_t deadlines = 1'000'000;
  std::uint32_t spread_ms = 1000;  // 1: all at one instant
  bool own_due = false;
  DurationMs lead_ms = 0;  // from the start to the first; 0: what creating takes, guessed
  std::function<void(TimeMs first_due)> on_armed = {};  // all created, before the first falls due
};

struct StormReport {
  std::uint64_t events = 0, repeated = 0, early = 0;
  TimeMs first_due = 0, last_due = 0;
  double fill_seconds = 0;
  double first_after_ms = 0;  // arrival of the first event after first_due
  double after_last_ms = 0;
  double events_per_second = 0;
  LatencyHistogram lag;  // microseconds, due to arrival
};

StormReport run_storm(const StormOptions& options);

}  // namespace vencer::bench
