#include "bench/peers/line_load.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <stdexcept>

namespace vencer::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

double seconds_between(SteadyClock::time_point from, SteadyClock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

struct Lane {
  LineSocket socket;
  std::string out;
  std::uint64_t waiting = 0;   // lines
  std::uint64_t in_batch = 0;  // requests
  bool at_line_start = true;
  SteadyClock::time_point sent;
};

class LineLoad {
 public:
  explicit LineLoad(const LineLoadOptions& options) : options_(options), next_(options.first) {}

  LineLoadReport run() {
    const int poll = epoll_create1(EPOLL_CLOEXEC);
    open_lanes(poll);
    began_ = SteadyClock::now();
    for (Lane& lane : lanes_) send_batch(lane);
    epoll_event ready[64];
    while (busy_ > 0) {
      const int count = epoll_wait(poll, ready, 64, 10'000);
      if (count <= 0) throw std::runtime_error("a server stopped answering");
      for (int i = 0; i < count; ++i) read_lane(lanes_[ready[i].data.u32]);
    }
    report_.seconds = seconds_between(began_, SteadyClock::now());
    close(poll);
    return std::move(report_);
  }

 private:
  void open_lanes(int poll) {
    for (int i = 0; i < options_.shape.connections; ++i) {
      lanes_.push_back({LineSocket(options_.port), {}, 0, 0, true, {}});
      if (!options_.greeting.empty()) {
        lanes_.back().socket.send(options_.greeting);
        (void)lanes_.back().socket.line();
      }
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u32 = static_cast<std::uint32_t>(i);
      epoll_ctl(poll, EPOLL_CTL_ADD, lanes_.back().socket.file(), &event);
    }
  }

  void send_batch(Lane& lane) {
    const auto now = SteadyClock::now();
    std::uint64_t count = static_cast<std::uint64_t>(options_.shape.pipeline);
    if (options_.count > 0) {
      count = std::min(count, options_.first + options_.count - next_);
    } else if (seconds_between(began_, now) >= options_.shape.seconds) {
      count = 0;
    }
    if (count == 0) return;
    lane.out.clear();
    for (std::uint64_t i = 0; i < count; ++i) options_.append_request(lane.out, next_++);
    lane.waiting = lane.in_batch = count;
    lane.sent = now;
    ++busy_;
    lane.socket.send(lane.out);
  }

  void read_lane(Lane& lane) {
    for (const char c : lane.socket.some()) {
      if (lane.at_line_start && c != options_.good) {
        throw std::runtime_error(std::string("a server refused a request: ") + c + "...");
      }
      lane.at_line_start = c == '\n';
      if (c == '\n') --lane.waiting;
    }
    if (lane.waiting > 0) return;
    const double took = seconds_between(lane.sent, SteadyClock::now());
    report_.latency.record(static_cast<std::uint64_t>(took * 1e6), lane.in_batch);
    report_.requests += lane.in_batch;
    --busy_;
    send_batch(lane);
  }

  const LineLoadOptions& options_;
  std::vector<Lane> lanes_;
  std::uint64_t next_;
  std::size_t busy_ = 0;  // lanes that wait for lines
  SteadyClock::time_point began_;
  LineLoadReport report_;
};

}  // namespace

LineSocket::LineSocket(int port) : file_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const int on = 1;
  setsockopt(file_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(file_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("a server does not accept connections");
  }
}

LineSocket::LineSocket(LineSocket&& other) noexcept
    : file_(other.file_), buffer_(std::move(other.buffer_)), read_(other.read_) {
  other.file_ = -1;
}

LineSocket::~LineSocket() {
  if (file_ >= 0) close(file_);
}

void LineSocket::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(file_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) throw std::runtime_error("a server closed its connection");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void LineSocket::receive() {
  buffer_.erase(0, read_);
  read_ = 0;
  const std::size_t had = buffer_.size();
  buffer_.resize(had + 256 * 1024);
  const ssize_t got = recv(file_, buffer_.data() + had, buffer_.size() - had, 0);
  if (got <= 0) throw std::runtime_error("a server closed its connection");
  buffer_.resize(had + static_cast<std::size_t>(got));
}

std::string_view LineSocket::line() {
  std::size_t end = 0;
  while ((end = buffer_.find('\n', read_)) == std::string::npos) receive();
  std::string_view line(buffer_.data() + read_, end - read_);
  read_ = end + 1;
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view LineSocket::bytes(std::size_t count) {
  while (buffer_.size() - read_ < count) receive();
  read_ += count;
  return {buffer_.data() + read_ - count, count};
}

std::string_view LineSocket::some() {
  if (read_ == buffer_.size()) {
    if (buffer_.size() < 64 * 1024) buffer_.resize(64 * 1024);
    const ssize_t got = recv(file_, buffer_.data(), buffer_.size(), 0);
    if (got <= 0) throw std::runtime_error("a server closed its connection");
    read_ = buffer_.size();
    return {buffer_.data(), static_cast<std::size_t>(got)};
  }
  const std::string_view left(buffer_.data() + read_, buffer_.size() - read_);
  read_ = buffer_.size();
  return left;
}

LineLoadReport run_line_load(const LineLoadOptions& options) {
  return LineLoad(options).run();
}

InsertFigures insert_figures(const LineLoadReport& report, double cpu_seconds) {
  InsertFigures figures;
  const auto requests = static_cast<double>(report.requests);
  figures.per_second = requests / report.seconds;
  figures.p50_ms = static_cast<double>(report.latency.quantile(0.5)) / 1000;
  figures.p99_ms = static_cast<double>(report.latency.quantile(0.99)) / 1000;
  figures.cpu_us = cpu_seconds * 1e6 / requests;
  return figures;
}

}  // namespace vencer::bench
