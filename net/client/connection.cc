#include "net/client/connection.h"

#include <fmt/format.h>
#include <vencer_generated.h>

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <thread>

#include "engine/wire/frame.h"
#include "engine/wire/little_endian.h"
#include "net/client/in_flight.h"
#include "net/client/receive_buffer.h"
#include "net/client/reply_reader.h"

namespace vencer {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

constexpr std::size_t kReadBytes = 256 << 10;
constexpr std::size_t kReplyFrameBytesMax = 64 << 20;
constexpr std::uint64_t kStreamBit = 1ull << 63;
constexpr std::size_t kCorrelationAt = 8;

// "host:port", "[v6]:port".
bool split_endpoint(const std::string& endpoint, std::string& host, std::string& port) {
  const std::size_t colon = endpoint.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == endpoint.size()) return false;
  host = endpoint.substr(0, colon);
  port = endpoint.substr(colon + 1);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  return port.find_first_not_of("0123456789") == std::string::npos;
}

Error unreachable(std::string message) {
  return {Errc::unreachable, std::move(message)};
}

}  // namespace

struct Connection::Impl {
  explicit Impl(std::size_t in_flight_max) : waiters(in_flight_max) {}

  asio::io_context io{1};
  tcp::socket socket{io};
  using WorkGuard = asio::executor_work_guard<asio::io_context::executor_type>;
  std::optional<WorkGuard> work;  // keeps the thread until stop()
  std::thread thread;
  DurationMs timeout_ms = 0;

  mutable std::mutex mutex;  // guards what follows
  std::condition_variable changed;
  InFlight waiters;
  std::map<std::uint64_t, std::shared_ptr<AnswerCallback>> streams;
  std::uint64_t next_stream = kStreamBit;
  std::vector<std::byte> outgoing;
  bool writing = false;
  bool answering = false;  // a callback of what was in flight is running
  std::optional<Error> lost;

  // The connection's thread only.
  std::vector<std::byte> being_written;
  ReceiveBuffer incoming;
  std::vector<CommandOutcome> outcomes;
  std::optional<Error> parting;  // an error that answers no request: why the server will hang up

  Status connect(const std::string& endpoint);
  void start();
  void stop();

  Status add(std::span<const std::byte> frame, Waiter waiter, bool errand);
  void append(std::span<const std::byte> frame, std::uint64_t correlation);
  void write_more();
  void read_more();
  void on_read();
  bool on_frame(const FrameHeader& header, std::span<const std::byte> body);
  void answer(Waiter& waiter, const Answer& answer);
  void answered_all();
  void lose(Error error);
};

// ---- Connecting --------------------------------------------------------------------------------
Status Connection::Impl::connect(const std::string& endpoint) {
  std::string host, port;
  if (!split_endpoint(endpoint, host, port)) {
    return unreachable(fmt::format("'{}' is not HOST:PORT", endpoint));
  }
  tcp::resolver resolver(io);
  error_code result = asio::error::timed_out;
  resolver.async_resolve(
      host, port, [&](error_code code, const tcp::resolver::results_type& found) {
        result = code;
        if (code) return;
        result = asio::error::timed_out;
        asio::async_connect(socket, found, [&](error_code connected, const tcp::endpoint&) {
          result = connected;
          io.stop();
        });
      });
  io.run_for(std::chrono::milliseconds(timeout_ms));
  if (result) {
    error_code ignored;
    resolver.cancel();
    socket.close(ignored);
    io.restart();
    io.run();  // what was cancelled refers to this frame
    return unreachable(fmt::format("no connection to {}: {}", endpoint, result.message()));
  }
  io.restart();
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  return ok_status();
}

void Connection::Impl::start() {
  work.emplace(io.get_executor());
  read_more();
  thread = std::thread([this] { io.run(); });
}

void Connection::Impl::stop() {
  if (!thread.joinable()) return;
  asio::post(io, [this] {
    {
      const std::lock_guard lock(mutex);
      streams.clear();  // their handlers may be gone already
    }
    lose(unreachable("the client was closed"));
    work.reset();
  });
  thread.join();
}

// ---- Sending -----------------------------------------------------------------------------------
void Connection::Impl::append(std::span<const std::byte> frame, std::uint64_t correlation) {
  const std::size_t begin = outgoing.size();
  outgoing.insert(outgoing.end(), frame.begin(), frame.end());
  store_le(outgoing.data() + begin + kCorrelationAt, correlation);
  if (writing) return;
  writing = true;
  asio::post(io, [this] { write_more(); });
}

Status Connection::Impl::add(std::span<const std::byte> frame, Waiter waiter, bool errand) {
  if (frame.size() < kFrameHeaderBytes) return Error{Errc::malformed_frame, "not a whole frame"};
  std::unique_lock lock(mutex);
  const auto ready = [&] { return lost.has_value() || waiters.has_room(errand); };
  if (!ready()) {
    // Its own thread would wait for itself.
    const bool may_wait = !errand && std::this_thread::get_id() != thread.get_id();
    if (!may_wait) return Error{Errc::overloaded, "too many frames wait for an answer"};
    if (!changed.wait_for(lock, std::chrono::milliseconds(timeout_ms), ready)) {
      return Error{Errc::timeout, "no answer to any of the frames in flight in time"};
    }
  }
  if (lost) return *lost;
  append(frame, waiters.add(std::move(waiter)));
  return ok_status();
}

void Connection::Impl::write_more() {
  {
    const std::lock_guard lock(mutex);
    if (outgoing.empty() || lost) {
      writing = false;
      return;
    }
    being_written.clear();
    std::swap(outgoing, being_written);
  }
  asio::async_write(socket, asio::buffer(being_written), [this](error_code code, std::size_t) {
    if (code) return lose(unreachable("connection lost: " + code.message()));
    write_more();
  });
}

// ---- Receiving ---------------------------------------------------------------------------------
void Connection::Impl::read_more() {
  const std::span<std::byte> room = incoming.room(kReadBytes);
  socket.async_read_some(asio::buffer(room.data(), room.size()), [this](error_code code,
                                                                        std::size_t bytes) {
    if (code) {
      const std::string why = code == asio::error::eof ? "the server closed it" : code.message();
      return lose(parting ? *parting : unreachable("connection lost: " + why));
    }
    incoming.received(bytes);
    on_read();
  });
}

void Connection::Impl::on_read() {
  FrameHeader header;
  while (incoming.peek(header)) {
    const Errc code = check_frame_header(header, kReplyFrameBytesMax);
    if (code == Errc::protocol_version) {
      return lose({code, fmt::format("the server speaks protocol version {}, this client {}",
                                     header.version, kProtocolVersion)});
    }
    if (code != Errc::ok) {
      return lose(
          {code, fmt::format("the server sent a frame with a length of {}", header.length)});
    }
    const std::span<const std::byte> body = incoming.take(header);
    if (body.empty()) break;
    if (!on_frame(header, body)) return;
  }
  read_more();
}

// False: the connection has ended.
bool Connection::Impl::on_frame(const FrameHeader& header, std::span<const std::byte> body) {
  Waiter waiter;
  std::shared_ptr<AnswerCallback> stream;
  bool waited = false;
  {
    const std::lock_guard lock(mutex);
    if (lost) return false;
    waited = waiters.take(header.correlation, waiter);
    answering = waited;
    if (const auto found = streams.find(header.correlation); found != streams.end()) {
      stream = found->second;
    }
  }
  const Answer answered{nullptr, header.type, body};
  if (waited) {
    changed.notify_all();  // there is room
    answer(waiter, answered);
    answered_all();
  } else if (stream) {
    (*stream)(answered);
  } else if (header.type == static_cast<std::uint16_t>(wire::FrameType::error)) {
    parting = read_failure(body);
  }
  // else: an answer that nobody waits for any more.
  return true;
}

void Connection::Impl::answer(Waiter& waiter, const Answer& answered) {
  if (waiter.answer) return waiter.answer(answered);
  FrameReply reply;
  if (answered.lost != nullptr) {
    reply.error = *answered.lost;
  } else if (answered.frame_type == static_cast<std::uint16_t>(wire::FrameType::commands_reply)) {
    reply = read_frame_reply(answered.body, outcomes);
  } else if (answered.frame_type == static_cast<std::uint16_t>(wire::FrameType::error)) {
    reply.error = read_failure(answered.body);
  } else {
    reply.error = {Errc::internal,
                   fmt::format("the server answered with frame type {}", answered.frame_type)};
  }
  waiter.commands(reply);
}

void Connection::Impl::answered_all() {
  {
    const std::lock_guard lock(mutex);
    answering = false;
  }
  changed.notify_all();
}

void Connection::Impl::lose(Error error) {
  std::vector<Waiter> waiting;
  std::map<std::uint64_t, std::shared_ptr<AnswerCallback>> ended;
  {
    const std::lock_guard lock(mutex);
    if (lost) return;
    lost = std::move(error);
    answering = true;
    waiting = waiters.take_all();
    ended.swap(streams);
    outgoing.clear();
  }
  error_code ignored;
  socket.close(ignored);
  changed.notify_all();
  const Error reason = *lost;  // set once, by this thread
  const Answer end{&reason, 0, {}};
  for (Waiter& waiter : waiting) answer(waiter, end);
  answered_all();
  for (auto& [id, callback] : ended) (*callback)(end);
}

// ---- The door ----------------------------------------------------------------------------------
Connection::Connection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Connection::~Connection() {
  impl_->stop();
}

Result<std::unique_ptr<Connection>> Connection::open(const std::string& endpoint,
                                                     DurationMs timeout_ms,
                                                     std::size_t in_flight_max) {
  auto impl = std::make_unique<Impl>(in_flight_max);
  impl->timeout_ms = timeout_ms;
  if (const Status connected = impl->connect(endpoint); !connected) return connected.error();
  impl->start();
  return std::unique_ptr<Connection>(new Connection(std::move(impl)));
}

Status Connection::request(std::span<const std::byte> frame, AnswerCallback callback) {
  return impl_->add(frame, {std::move(callback), {}}, false);
}
Status Connection::commands(std::span<const std::byte> frame, CommandsCallback callback) {
  return impl_->add(frame, {{}, std::move(callback)}, false);
}
Status Connection::errand(std::span<const std::byte> frame, AnswerCallback callback) {
  return impl_->add(frame, {std::move(callback), {}}, true);
}

Result<std::uint64_t> Connection::open_stream(std::span<const std::byte> frame,
                                              AnswerCallback callback) {
  const std::lock_guard lock(impl_->mutex);
  if (impl_->lost) return *impl_->lost;
  const std::uint64_t id = ++impl_->next_stream;
  impl_->streams[id] = std::make_shared<AnswerCallback>(std::move(callback));
  impl_->append(frame, id);
  return id;
}

Status Connection::send_to_stream(std::uint64_t id, std::span<const std::byte> frame) {
  const std::lock_guard lock(impl_->mutex);
  if (impl_->lost) return *impl_->lost;
  impl_->append(frame, id);
  return ok_status();
}

void Connection::remove_stream(std::uint64_t id) {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->streams.erase(id);
  }
  if (on_own_thread()) return;
  // Whatever runs there now is over once this has run.
  std::promise<void> passed;
  asio::post(impl_->io, [&passed] { passed.set_value(); });
  passed.get_future().wait();
}

Status Connection::drain(DurationMs timeout_ms) {
  if (on_own_thread()) return Error{Errc::overloaded, "a callback cannot wait for itself"};
  std::unique_lock lock(impl_->mutex);
  const auto done = [this] { return impl_->waiters.idle() && !impl_->answering; };
  if (!impl_->changed.wait_for(lock, std::chrono::milliseconds(timeout_ms), done)) {
    return Error{Errc::timeout, "frames are still waiting for an answer"};
  }
  if (impl_->lost) return *impl_->lost;
  return ok_status();
}

std::optional<Error> Connection::lost() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->lost;
}

bool Connection::on_own_thread() const {
  return std::this_thread::get_id() == impl_->thread.get_id();
}

}  // namespace vencer
