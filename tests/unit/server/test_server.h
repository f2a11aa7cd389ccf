// A server in this process: temporary directory, a clock that the test moves, all roles on their
// real threads.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/runtime/clock.h"
#include "net/server/server.h"
#include "peer.h"

namespace vencer::testing {

inline constexpr TimeMs kStart = 1'750'000'000'000;

// One clock "resolution", open day and night: 10 s for priority 1 (Alta), 60 s for 2 (Baja); a
// warning at 50 %.
extern const char* const kDocument;
inline constexpr std::uint8_t kFresh = 0, kPending = 2, kResolved = 3;

class TestServer {
 public:
  explicit TestServer(Placement placement = Placement::shared);
  ~TestServer();

  ServerConfig config;  // may be changed before start()
  void start();
  // Why it did not start.
  std::string start_error();
  void stop();   // cleanly
  void crash();  // as kill -9, as far as that goes in one process
  void restart_after_crash() {
    crash();
    start();
  }
  void set_time(TimeMs now) { clock_->set(now); }
  // Of a wall clock that is not followed.
  void set_wall_lead(DurationMs lead_ms) { clock_->set_wall_lead(lead_ms); }

  std::uint16_t port() const { return server_->port(); }
  Server& server() { return *server_; }
  const std::vector<Error>& fatal() const { return fatal_; }

 private:
  Status try_start();

  std::string directory_;
  std::unique_ptr<Storage> storage_ = make_posix_storage();
  std::unique_ptr<ManualClock> clock_ = std::make_unique<ManualClock>(kStart);
  std::unique_ptr<Server> server_;
  std::vector<Error> fatal_;
};

// Hello, the document of kDocument, Hello again; the tenant's id.
TenantId greet(Peer& peer);
// Results of a commands frame.
std::vector<wire::CommandResult> results_of(const Received& reply);
// The next `count` events of a subscription, as readable lines.
std::vector<std::string> read_events(Peer& peer, std::size_t count);

}  // namespace vencer::testing
