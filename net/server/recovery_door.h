// RecoveryDoor: the server's address while the log is replayed: every request is answered
// `recovering`, with how far it has come, so that a peer knows that it is worth trying again.
//
// Lives: from the start of Server::start to the end of the recovery; release() hands the listening
// socket on, so that nobody who connects meanwhile is refused.
// Bounds: kConnectionsMax, each with one frame of 64 KiB and an answer under way; beyond them a
// connection waits to be accepted. Thread: one of its own; how_far() is called there.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "engine/core/result.h"

namespace vencer {

std::string address_text(const std::string& host, std::uint16_t port);  // "[::1]:7401"

class RecoveryDoor {
 public:
  static constexpr std::size_t kConnectionsMax = 64;
  // "43 %, ...": a sentence's end.
  using HowFar = std::function<std::string()>;

  // listen: as in the configuration. Errors: a sentence for the operator.
  static Result<std::unique_ptr<RecoveryDoor>> open(const std::string& listen, HowFar how_far);
  ~RecoveryDoor();
  RecoveryDoor(const RecoveryDoor&) = delete;
  RecoveryDoor& operator=(const RecoveryDoor&) = delete;

  const boost::asio::ip::tcp::endpoint& endpoint() const { return endpoint_; }
  std::string address() const;  // "127.0.0.1:40123"
  // Ends the thread and the connections; the socket goes on listening. Once.
  boost::asio::ip::tcp::acceptor::native_handle_type release();

 private:
  class Visitor;
  explicit RecoveryDoor(HowFar how_far) : how_far_(std::move(how_far)), acceptor_(context_) {}
  void accept();
  void stop();

  const HowFar how_far_;
  boost::asio::io_context context_{1};
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::ip::tcp::endpoint endpoint_;
  std::size_t visitors_ = 0;
  bool accepting_ = false;
  std::thread thread_;
};

}  // namespace vencer
