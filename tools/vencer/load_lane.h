// LoadLane: one connection of the load: its workload, its frames in flight, its counts.
//
// Cost: about 50 ns a command beside the system calls.  Thread: one at a time.
// Errors: a lost connection ends the lane; what was in flight stays without an answer.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "net/client/command_frame.h"
#include "tools/vencer/load_run.h"
#include "tools/vencer/load_socket.h"

namespace vencer {

using LoadTime = std::chrono::steady_clock::time_point;

// What all lanes share: how much is still to be sent, and until when.
class LoadBudget {
 public:
  LoadBudget(std::uint64_t commands, DurationMs for_ms)
      : bounded_(commands > 0), left_(commands), for_ms_(for_ms) {}

  void begin() { began_ = std::chrono::steady_clock::now(); }
  LoadTime began() const { return began_; }
  // How many commands of `wanted` may go at `now`.
  std::uint64_t take(std::uint64_t wanted, LoadTime now);

 private:
  const bool bounded_;
  std::uint64_t left_;
  const DurationMs for_ms_;
  LoadTime began_;
};

class LoadLane {
 public:
  // options and budget must outlive it.
  LoadLane(LoadSocket socket, const LoadRunOptions& options, const LoadOptions& workload,
           LoadBudget& budget);

  int file() const { return socket_.file(); }
  std::uint64_t in_flight() const { return in_flight_; }
  bool has_unsent() const { return socket_.has_unsent(); }
  bool is_lost() const { return lost_.has_value(); }

  // The next frame, whose latency counts from `from`; goes out with flush(). False if there is
  // nothing more to send, or nobody to send it to.
  bool send_next(LoadTime from, LoadTime now);
  void flush();
  // Reads what has come; in the closed loop each answer lets the next frame go.
  void receive();

  void add_to(LoadReport& report) const;

 private:
  struct Flight {
    LoadTime from;
    std::uint64_t commands = 0;
  };
  void fill(std::uint64_t count);
  void take_answer(const LoadSocket::Frame& frame, LoadTime now);
  void count(const Flight& flight, const FrameReply& reply, LoadTime now);
  void record_slice(const Flight& flight, std::uint64_t latency_us);

  LoadSocket socket_;
  const LoadRunOptions& options_;
  LoadBudget& budget_;
  LoadWorkload workload_;
  const ProducerId producer_;
  CommandFrame frame_;
  std::vector<CommandOutcome> outcomes_;

  // A frame's correlation id is its place here.
  std::vector<Flight> flights_;
  std::vector<std::uint32_t> free_;
  std::uint64_t in_flight_ = 0;
  std::optional<Error> lost_;

  std::uint64_t sent_ = 0, commands_ = 0, frames_ = 0;
  LoadTime last_answer_;
  LatencyHistogram latency_;
  std::vector<LoadSlice> slices_;
  std::map<Errc, std::uint64_t> refused_;
};

}  // namespace vencer
