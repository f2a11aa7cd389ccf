// Peer: a system that people keep deadlines in today, and what it does with the same workload.
//
//   insert  50 connections (or so), each with `pipeline` unanswered commands; a command puts one
//           deadline with about 100 bytes, an hour ahead
//   drain   `count` deadlines that are all due are taken out and delivered to a client
//
// Lives: start(), calls, stop(); a fresh data folder each start. The generator runs in this
// process, the peer in its own. Thread: main.  Errors: std::runtime_error.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "bench/harness/child.h"

namespace vencer::bench {

struct InsertShape {
  int connections = 50;
  int pipeline = 1;
  double seconds = 2;
};

struct InsertFigures {
  double per_second = 0;
  double p50_ms = 0, p99_ms = 0;
  double cpu_us = 0;  // of the server, a command
};

struct DrainFigures {
  double per_second = 0;
  double bytes_per_deadline = 0;  // before the drain, over what an empty server has
};

class Peer {
 public:
  virtual ~Peer() = default;
  virtual std::string name() const = 0;
  // What was set, for the notes below the table.
  virtual std::string settings() const = 0;
  virtual void start(const std::filesystem::path& folder, bool durable) = 0;
  virtual InsertFigures insert(const InsertShape& shape) = 0;
  // On a server that was just started.
  virtual DrainFigures drain(std::uint64_t count) = 0;
  virtual void stop() = 0;
};

std::unique_ptr<Peer> make_redis_peer();
std::unique_ptr<Peer> make_beanstalkd_peer();
// rows: inserted by one statement. Null if it was built without libpq.
std::unique_ptr<Peer> make_postgres_peer(int rows);
// mix: after the creating, status, activity and attributes are measured in its place.
std::unique_ptr<Peer> make_vencer_peer(bool one_frame, bool mix);
// The machine's limit for durable commands in frames of n: a server without the product.
std::unique_ptr<Peer> make_bare_peer(bool mix);

// Why it can't run here: "redis-server is not installed"; "" if it can.
std::string missing_program(const std::string& peer);

// A port of loopback that was free a moment ago.
int free_port();
// Until something accepts there; throws with the end of `log` if the child ends or 20 s pass.
void wait_for_port(int port, Child& child, const std::filesystem::path& log);
// "deadline 0000000042 ......": 100 bytes, another for each number.
std::string member_text(std::uint64_t number);
inline constexpr std::size_t kMemberBytes = 100;

}  // namespace vencer::bench
