// FakeServer: a socket on loopback whose other end a test writes by hand, frame by frame.
//
//   FakeServer server([](FakePeer& peer) { peer.greet(); peer.answer(peer.read(), ...); });
//   Client::connect({.endpoint = server.endpoint()});
//
// The script runs on a thread of its own for the first connection; when it returns the connection
// is closed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "engine/core/tenant.h"
#include "engine/wire/frame.h"
#include "engine/wire/reply_codec.h"
#include "engine/wire/request_codec.h"

namespace vencer::test {

// A frame that the client sent. type 0: it closed the connection.
struct Request {
  FrameHeader header;
  std::vector<std::byte> body;
  explicit operator bool() const { return header.type != 0; }
};

class FakePeer {
 public:
  explicit FakePeer(int fd) : fd_(fd) {}
  Request read();
  void send(std::span<const std::byte> bytes);
  // Reads the Hello and answers it with this tenant's names.
  Request greet(std::uint64_t last_number = 0, const TenantSpec* tenant = nullptr);
  void answer_hello(const Request& hello, std::uint64_t last_number,
                    const TenantSpec* tenant = nullptr);
  // Reads a Commands frame and answers ok to each, or this code.
  Request accept_commands(Errc code = Errc::ok);
  void answer_commands(const Request& request, Errc code = Errc::ok);
  // Reads until the client closes.
  void until_closed();

 private:
  int fd_;
};

class FakeServer {
 public:
  explicit FakeServer(std::function<void(FakePeer&)> script);
  ~FakeServer();
  std::string endpoint() const;
  // Until the script has ended: what it wrote may be read then.
  void wait();

 private:
  int listener_ = -1;
  int port_ = 0;
  std::thread thread_;
};

// Two statuses, two levels, a closed attribute "plan", an open one "customer", one clock with one
// step.
TenantSpec small_tenant();

}  // namespace vencer::test
