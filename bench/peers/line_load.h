// LineLoad: loads a server whose protocol answers each request with one line.
//
// Every connection writes `pipeline` requests at once, waits for as many lines, and writes the next
// ones: a batch's time counts for each of its requests. One thread, epoll, plain sockets.
// Cost: about 60 ns a request, mostly building it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/peers/peer.h"
#include "tools/vencer/load_histogram.h"

namespace vencer::bench {

// A connection to loopback, blocking.
class LineSocket {
 public:
  explicit LineSocket(int port);
  ~LineSocket();
  LineSocket(LineSocket&& other) noexcept;
  LineSocket& operator=(LineSocket&&) = delete;

  int file() const { return file_; }
  void send(std::string_view bytes);  // all of it
  // The next line without its end. Valid until the next call.
  std::string_view line();
  // The next `count` bytes. Valid until the next call.
  std::string_view bytes(std::size_t count);
  // What is there now, at least one byte, unless bytes of line() are left.
  std::string_view some();

 private:
  void receive();

  int file_ = -1;
  std::string buffer_;
  std::size_t read_ = 0;  // of buffer_
};

struct LineLoadOptions {
  int port = 0;
  InsertShape shape;
  std::uint64_t count = 0;  // 0: for shape.seconds
  std::uint64_t first = 0;  // number of the first request
  char good = '+';          // how a line begins that is no error
  std::function<void(std::string& out, std::uint64_t number)> append_request;
  std::string greeting;  // sent first, its answer is one line
};

struct LineLoadReport {
  std::uint64_t requests = 0;
  double seconds = 0;
  LatencyHistogram latency;  // microseconds
};
// Throws if a line is not good.
LineLoadReport run_line_load(const LineLoadOptions& options);

InsertFigures insert_figures(const LineLoadReport& report, double cpu_seconds);

}  // namespace vencer::bench
