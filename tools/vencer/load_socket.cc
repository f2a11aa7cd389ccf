#include "tools/vencer/load_socket.h"

#include <fmt/core.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <vencer_generated.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "engine/wire/little_endian.h"
#include "net/client/request_frames.h"

namespace vencer {
namespace {

constexpr std::size_t kReadBytes = 64 << 10;
constexpr std::size_t kReplyFrameBytesMax = 64 << 20;
constexpr std::size_t kCorrelationAt = 8;  // in a frame

Error unreachable(std::string message) {
  return {Errc::unreachable, std::move(message)};
}

Error lost(const char* why) {
  return unreachable(fmt::format("connection lost: {}", why));
}

// -1 and errno, or a connected socket that gives up after timeout_ms.
int connect_to(const addrinfo& address, DurationMs timeout_ms) {
  const int file = ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (file < 0) return -1;
  const timeval patience{timeout_ms / 1000, timeout_ms % 1000 * 1000};
  setsockopt(file, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const int on = 1;
  setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(file, address.ai_addr, address.ai_addrlen) == 0) return file;
  const int why = errno;
  ::close(file);
  errno = why;
  return -1;
}

Result<int> connect_to(const std::string& endpoint, DurationMs timeout_ms) {
  const std::size_t colon = endpoint.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == endpoint.size()) {
    return unreachable(fmt::format("'{}' is not HOST:PORT", endpoint));
  }
  std::string host = endpoint.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int code = getaddrinfo(host.c_str(), endpoint.c_str() + colon + 1, &hints, &found)) {
    return unreachable(fmt::format("no connection to {}: {}", endpoint, gai_strerror(code)));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(found, freeaddrinfo);
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    if (const int file = connect_to(*each, timeout_ms); file >= 0) return file;
  }
  return unreachable(fmt::format("no connection to {}: {}", endpoint, std::strerror(errno)));
}

}  // namespace

Result<LoadSocket> LoadSocket::connect(const ClientOptions& options) {
  const Result<int> file = connect_to(options.endpoint, options.timeout_ms);
  if (!file) return file.error();
  LoadSocket socket(*file);
  if (const Status greeted = socket.greet(options); !greeted) return greeted.error();
  return socket;
}

LoadSocket::LoadSocket(LoadSocket&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      hello_(std::move(other.hello_)),
      out_(std::move(other.out_)),
      sent_(other.sent_),
      in_(std::move(other.in_)) {}

LoadSocket::~LoadSocket() {
  if (file_ >= 0) ::close(file_);
}

// The only place that waits, by the socket's own timeouts.
Status LoadSocket::greet(const ClientOptions& options) {
  const std::vector<std::byte> frame = hello_frame(options);
  if (::send(file_, frame.data(), frame.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(frame.size())) {
    return lost(std::strerror(errno));
  }
  for (;;) {
    const std::span<std::byte> room = in_.room(kReadBytes);
    const ssize_t got = ::recv(file_, room.data(), room.size(), 0);
    if (got == 0) return lost("the server closed it");
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      return Error{Errc::timeout, fmt::format("no answer from {} within {} ms", options.endpoint,
                                              options.timeout_ms)};
    }
    if (got < 0) return lost(std::strerror(errno));
    in_.received(static_cast<std::size_t>(got));
    Status status = ok_status();
    const std::optional<Frame> answer = next(&status);
    if (!status) return status;
    if (!answer) continue;
    if (answer->header.type != static_cast<std::uint16_t>(wire::FrameType::hello_reply)) {
      return read_failure(answer->body);
    }
    Result<HelloAnswer> hello = read_hello(answer->body);
    if (!hello) return hello.error();
    hello_ = std::move(*hello);
    return ok_status();
  }
}

void LoadSocket::add(std::span<const std::byte> frame, std::uint64_t correlation) {
  const std::size_t begin = out_.size();
  out_.insert(out_.end(), frame.begin(), frame.end());
  store_le(out_.data() + begin + kCorrelationAt, correlation);
}

Status LoadSocket::flush() {
  while (sent_ < out_.size()) {
    const ssize_t sent =
        ::send(file_, out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return ok_status();
    if (sent < 0) return lost(std::strerror(errno));
    sent_ += static_cast<std::size_t>(sent);
  }
  out_.clear();
  sent_ = 0;
  return ok_status();
}

Status LoadSocket::receive() {
  const std::span<std::byte> room = in_.room(kReadBytes);
  const ssize_t got = ::recv(file_, room.data(), room.size(), MSG_DONTWAIT);
  if (got == 0) return lost("the server closed it");
  if (got < 0) {
    const bool nothing = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    return nothing ? ok_status() : Status(lost(std::strerror(errno)));
  }
  in_.received(static_cast<std::size_t>(got));
  return ok_status();
}

std::optional<LoadSocket::Frame> LoadSocket::next(Status* status) {
  Frame frame;
  if (!in_.peek(frame.header)) return std::nullopt;
  if (const Errc code = check_frame_header(frame.header, kReplyFrameBytesMax); code != Errc::ok) {
    *status = Error{code, fmt::format("the server sent a frame of version {} and {} bytes",
                                      frame.header.version, frame.header.length)};
    return std::nullopt;
  }
  frame.body = in_.take(frame.header);
  if (frame.body.empty()) return std::nullopt;
  return frame;
}

}  // namespace vencer
