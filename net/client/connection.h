// Connection: the socket of a Client, its thread, and who waits for which answer.
//
// Lives: from open() to the destructor, which joins the thread. Thread: everything public from any
// thread; callbacks on the connection's own, one at a time, with no lock held. A request takes a
// slot until it is answered; its correlation id is generation << 16 | slot. A stream's has the
// highest bit, so the two never meet. Errors: what ends the connection reaches every open request
// and stream once, as their last call. Memory: a slot a request, and buffers as large as what is in
// flight. No Asio in this header.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "engine/core/result.h"
#include "net/client/replies.h"

namespace vencer {

// One answer, or the end of the connection.
struct Answer {
  const Error* lost = nullptr;
  std::uint16_t frame_type = 0;
  std::span<const std::byte> body;  // 8-aligned, not verified; valid during the call
};
using AnswerCallback = std::function<void(const Answer&)>;
using CommandsCallback = std::function<void(const FrameReply&)>;

class Connection {
 public:
  static Result<std::unique_ptr<Connection>> open(const std::string& endpoint,
                                                  DurationMs timeout_ms, std::size_t in_flight_max);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // The callback comes exactly once if this returned ok. Waits for a slot, unless on the own
  // thread: overloaded then.
  Status request(std::span<const std::byte> frame, AnswerCallback callback);
  Status commands(std::span<const std::byte> frame, CommandsCallback callback);
  // Like request(), with a slot from a small reserve: never waits. For the client's own errands.
  Status errand(std::span<const std::byte> frame, AnswerCallback callback);

  // Every frame with the stream's id goes to the callback until it is removed or the connection
  // ends.
  Result<std::uint64_t> open_stream(std::span<const std::byte> frame, AnswerCallback callback);
  Status send_to_stream(std::uint64_t id, std::span<const std::byte> frame);
  // No call of it runs after this returned (but the one this is called from).
  void remove_stream(std::uint64_t id);

  // Until nothing is in flight and the last callback has returned.
  Status drain(DurationMs timeout_ms);
  std::optional<Error> lost() const;
  bool on_own_thread() const;

 private:
  struct Impl;
  explicit Connection(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vencer
