// LoadRun: sends a workload over several connections and counts what comes back.
//
//   closed loop  each connection keeps `pipeline` frames in flight: an answer lets the next one go.
//   Latency
//                counts from the moment of sending: a slow server slows the load
//   open loop    (rate > 0) frames have their times, evenly spread, whether or not answers come.
//   Latency
//                counts from the time that a frame should have left, waiting included
//
// A frame that is refused as a whole counts as that many refused commands.
//
// Threads: run_load() blocks and serves all connections itself, as the peers' generators do; with
// subscribe a client's thread beside it. Bounded by commands, by time, or both.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "net/client/client.h"
#include "tools/vencer/load_histogram.h"
#include "tools/vencer/load_workload.h"

namespace vencer {

struct LoadRunOptions {
  ClientOptions client;  // endpoint, tenant, token; the producer is made here
  LoadOptions workload;  // connection and first_tickets (of all connections) are dealt out
  std::uint32_t connections = 1;
  std::uint32_t pipeline = 1;  // frames in flight a connection, closed loop
  std::uint32_t frame = 1;     // commands a frame
  std::uint64_t commands = 0;  // 0: until `for_ms`
  DurationMs for_ms = 0;       // 0: until `commands`
  double rate = 0;             // commands a second over all connections; 0: closed loop
  bool create_only = false;    // ends when workload.first_tickets are created, evenly dealt out
  bool exactly_once = false;   // commands carry (producer, number)
  bool subscribe = false;      // another connection reads every event of the tenant
  DurationMs every_ms = 0;     // latencies by so long a slice of the run, too; 0: not
};

// Of the commands that left, or in the open loop should have left, within one slice.
struct LoadSlice {
  std::uint64_t commands = 0;
  LatencyHistogram latency;
};

struct LoadReport {
  std::uint64_t commands = 0;  // answered, refused ones included
  std::uint64_t frames = 0;
  double seconds = 0;  // from the first frame's sending to the last answer
  LatencyHistogram latency;
  std::map<Errc, std::uint64_t> refused;
  std::uint64_t unknown = 0;  // sent, but the connection was lost before an answer
  std::optional<Error> lost;  // a connection's end before the work's
  std::uint64_t events = 0;   // with subscribe
  // With subscribe, of warnings, breaches and escalations: from their due instant to their arrival
  // here, by this machine's wall clock.
  LatencyHistogram lag;
  TimeMs began_at = 0;            // wall clock, ms since the epoch
  std::vector<LoadSlice> slices;  // with every_ms
};

Result<LoadReport> run_load(const LoadRunOptions& options);

}  // namespace vencer
