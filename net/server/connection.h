// Connection: one peer on the native port.
//
//   read -> FrameReader -> verify -> shard (ShardProxy), or answered here: subscriptions, refusals
//   replies and events -> one buffer -> one write for all that is ready
//
// Bounds (server_config.h): frames and bytes that wait for an answer, beyond them `overloaded` at
// once; bytes that the peer has not read, beyond them it is not read from either. The first frame
// must be a Hello, and small. What cannot be a frame is answered by a Failure, then the connection
// is closed.
//
// Lives: as long as an operation is under way or the worker's table has it.  Thread: its IO
// worker's.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "engine/runtime/request.h"
#include "engine/runtime/wakeup.h"
#include "engine/wire/reply_codec.h"
#include "net/server/frame_reader.h"
#include "net/server/subscriptions.h"

namespace vencer {

class IoWorker;

// Before its Hello a peer gets no more memory than this.
inline constexpr std::size_t kFirstFrameBytesMax = 64 << 10;

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  Connection(IoWorker& worker, Socket socket, ConnectionId id);

  void start();
  // An answer from the shard; goes out with the next flush().
  void deliver(std::span<const std::byte> frame, std::uint32_t request_bytes);
  void flush();
  // New events may be there.
  void pump();
  bool subscribed() const { return !subscriptions_.empty(); }
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

  void read();
  void on_read(std::size_t bytes);
  void on_end_of_input();
  void on_written();
  void settle();
  std::size_t unsent_bytes() const { return out_.size() + writing_.size(); }

  // connection_requests.cc
  void process(RequestBatchPtr batch);
  bool admit(const RequestFrame& frame);
  bool take_credit(const RequestFrame& frame);
  void submit(RequestBatchPtr batch);
  void refuse_bad_frame(const FrameReader::Problem& problem);
  void fail(std::uint64_t correlation, Errc code, std::string_view message);

  IoWorker& worker_;
  Socket socket_;
  const ConnectionId id_;
  FrameReader reader_;
  Subscriptions subscriptions_;
  Bytes out_;                         // ready to go
  Bytes writing_;                     // under way
  std::size_t frames_in_flight_ = 0;  // at the shard
  std::size_t bytes_in_flight_ = 0;
  SteadyTime deadline_;
  State state_ = State::open;
  bool greeted_ = false;
  bool reading_ = false;
  bool linger_ = false;
};

}  // namespace vencer
