// Connection: one peer on the native port.
//
//   read -> Session (session.h) -> one write for all that is ready
//
// Bounds (server_config.h): those of the session; bytes that the peer has not read, beyond them it
// is not read from either. After what cannot be a frame the connection is closed.
//
// At its first Hello it moves to the worker beside whose sockets the shard of its tenant runs: from
// then on no request of that tenant goes from thread to thread.
//
// Lives: as long as an operation is under way or the worker's table has it.  Thread: its IO
// worker's.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <span>

#include "engine/runtime/request.h"
#include "engine/runtime/wakeup.h"
#include "net/server/session.h"

namespace vencer {

class IoWorker;

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  Connection(IoWorker& worker, Socket socket, ConnectionId id);

  void start();
  // One that has moved here from another worker.
  void start(Session::Luggage luggage);
  // An answer from the shard; goes out with the next flush().
  void deliver(std::span<const std::byte> frame, std::uint32_t request_bytes);
  void flush();
  // New events may be there: a bounded number of them goes out; if there are more, the worker is
  // asked to come back.
  void pump();
  bool subscribed() const { return session_.subscribed(); }
  // The worker's note that it will.
  bool pump_is_coming = false;
  void heartbeat();
  // Closes what waits for too long: for a Hello, or for the peer's end after a refusal.
  void check_deadline(SteadyTime now);
  // Takes no more requests; closes when everything asked before is answered. linger: the peer may
  // still be sending.
  void finish(bool linger);
  void close();

 private:
  enum class State : std::uint8_t {
    open,
    finishing,  // reads no more; closes once everything is answered and sent
    lingering,  // has sent its end; reads and drops until the peer's, so that no reset overtakes
                // the answer
    closed,
  };

  bool move_home();
  void read();
  void on_read(std::size_t bytes);
  void on_end_of_input();
  void on_written();
  static void forget(Bytes& bytes);
  void settle();
  std::size_t unsent_bytes() { return session_.out().size() + writing_.size(); }

  IoWorker& worker_;
  Socket socket_;
  Session session_;
  Bytes writing_;  // under way
  SteadyTime deadline_;
  State state_ = State::open;
  bool reading_ = false;
  bool linger_ = false;
};

}  // namespace vencer
