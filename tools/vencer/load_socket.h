// LoadSocket: a TCP connection of the load generator: whole frames out, whole frames in, never
// waiting once the Hello is answered.
//
// Beside net/client on purpose: a Client has a thread and callbacks of its own, and fifty of them
// cost more than what is to be measured.
//
// Cost: a system call for all that is added between two flushes, one a receive.  Thread: one at a
// time.  Errors: unreachable, or what the server said before it closed.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "net/client/client.h"
#include "net/client/receive_buffer.h"
#include "net/client/reply_reader.h"

namespace vencer {

class LoadSocket {
 public:
  // Connects and says Hello, within options.timeout_ms each.
  static Result<LoadSocket> connect(const ClientOptions& options);
  LoadSocket(LoadSocket&& other) noexcept;
  LoadSocket& operator=(LoadSocket&&) = delete;
  ~LoadSocket();

  int file() const { return file_; }
  const HelloAnswer& hello() const { return hello_; }

  // A frame behind those that wait; goes out with flush().
  void add(std::span<const std::byte> frame, std::uint64_t correlation);
  // As much as the kernel takes now; has_unsent() says whether something is left.
  Status flush();
  bool has_unsent() const { return sent_ < out_.size(); }

  // What has come by now, without waiting.
  Status receive();
  struct Frame {
    FrameHeader header;
    std::span<const std::byte> body;  // valid until receive()
  };
  // The next whole frame that was received; no value: none, or an error in *status.
  std::optional<Frame> next(Status* status);

 private:
  explicit LoadSocket(int file) : file_(file) {}
  Status greet(const ClientOptions& options);

  int file_ = -1;
  HelloAnswer hello_;
  std::vector<std::byte> out_;
  std::size_t sent_ = 0;
  ReceiveBuffer in_;
};

}  // namespace vencer
