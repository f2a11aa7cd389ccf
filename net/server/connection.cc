#include "net/server/connection.h"

#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <utility>

#include "net/server/io_worker.h"

namespace vencer {
namespace {

using boost::system::error_code;
constexpr std::chrono::seconds kLingerFor{2};
// A buffer that a burst has blown up is given back.
constexpr std::size_t kKeptBufferBytes = 1 << 20;

}  // namespace

Connection::Connection(IoWorker& worker, Socket socket, ConnectionId id)
    : worker_(worker),
      socket_(std::move(socket)),
      session_(worker, id),
      deadline_(std::chrono::steady_clock::now() +
                std::chrono::milliseconds(worker.config().hello_timeout_ms)) {}

void Connection::start() {
  error_code ignored;
  socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);  // for what flush() tries at once
  read();
}

void Connection::start(Session::Luggage luggage) {
  session_.arrive(std::move(luggage));
  settle();
}

// True: the connection lives on with another worker.
bool Connection::move_home() {
  IoWorker* const home = worker_.home_of(session_.first_frame());
  if (home == nullptr) return false;
  error_code error;
  const auto protocol = socket_.local_endpoint(error).protocol();
  if (error) return false;
  const auto handle = socket_.release(error);
  if (error) return false;
  Socket moved(home->context());
  moved.assign(protocol, handle, error);
  if (error) ::close(handle);  // the peer sees the connection end
  state_ = State::closed;
  worker_.remove(session_.id());
  boost::asio::post(home->context(),
                    [home, socket = std::move(moved), luggage = session_.leave()]() mutable {
                      home->adopt(std::move(socket), std::move(luggage));
                    });
  return true;
}

void Connection::read() {
  const bool wanted = state_ == State::open || state_ == State::lingering;
  if (reading_ || !wanted || unsent_bytes() > worker_.config().outbound_bytes_max) return;
  reading_ = true;
  const auto into = session_.prepare();
  socket_.async_read_some(boost::asio::buffer(into.data(), into.size()),
                          [self = shared_from_this()](const error_code& error, std::size_t bytes) {
                            self->reading_ = false;
                            if (self->state_ == State::closed) return;
                            if (!error) return self->on_read(bytes);
                            if (error == boost::asio::error::eof) return self->on_end_of_input();
                            self->close();
                          });
}

void Connection::on_read(std::size_t bytes) {
  if (state_ == State::lingering)
    return read();  // dropped: the buffer is filled again from its start
  if (state_ == State::finishing) return;
  const bool goes_on = session_.take(bytes);
  if (session_.leaves()) {
    if (move_home()) return;
    session_.stay();
  }
  if (goes_on) {
    pump();  // it may have subscribed
  } else {
    finish(true);
  }
  settle();
}

void Connection::on_end_of_input() {
  if (state_ != State::open) {
    if (state_ == State::lingering) close();
    return;
  }
  session_.end_of_input();
  finish(false);
}

void Connection::deliver(std::span<const std::byte> frame, std::uint32_t request_bytes) {
  session_.deliver(frame, request_bytes, state_ != State::closed);
}

// Nearly always the socket takes all of it now. What it doesn't take goes when there is room, and
// an error is found there, too: whoever calls this may have more to do with this connection.
void Connection::flush() {
  if (state_ == State::closed || state_ == State::lingering || !writing_.empty()) return;
  Bytes& out = session_.out();
  if (out.empty()) return settle();
  error_code error;
  const std::size_t sent = socket_.write_some(boost::asio::buffer(out.data(), out.size()), error);
  if (!error && sent == out.size()) {
    forget(out);
    return settle();
  }
  writing_.swap(out);
  const auto rest = boost::asio::buffer(writing_.data(), writing_.size()) + (error ? 0 : sent);
  boost::asio::async_write(socket_, rest,
                           [self = shared_from_this()](const error_code& failed, std::size_t) {
                             if (self->state_ == State::closed) return;
                             if (failed) return self->close();
                             self->on_written();
                           });
}

void Connection::on_written() {
  forget(writing_);
  if (subscribed()) worker_.pump_soon(*this);
  settle();
}

void Connection::forget(Bytes& bytes) {
  bytes.clear();
  if (bytes.capacity() > kKeptBufferBytes) bytes.shrink_to_fit();
}

// What can go on, goes on: sending, reading, ending.
void Connection::settle() {
  if (!session_.out().empty()) return flush();
  if (state_ == State::open) return read();
  if (state_ != State::finishing || !writing_.empty() || session_.waits_for_answers()) return;
  if (!linger_) return close();
  state_ = State::lingering;
  deadline_ = std::chrono::steady_clock::now() + kLingerFor;
  error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  read();
}

void Connection::pump() {
  if (state_ != State::open || !subscribed()) return;
  const std::size_t window = worker_.config().outbound_bytes_max / 2;
  if (unsent_bytes() >= window) return;  // on_written() comes back here
  const bool behind = session_.pump(window - writing_.size());
  flush();
  if (behind && writing_.empty()) worker_.pump_soon(*this);
}

void Connection::heartbeat() {
  if (state_ != State::open || unsent_bytes() > 0) return;
  session_.heartbeat();
  flush();
}

void Connection::check_deadline(SteadyTime now) {
  const bool waiting = (state_ == State::open && !session_.greeted()) || state_ == State::lingering;
  if (waiting && now >= deadline_) close();
}

void Connection::finish(bool linger) {
  if (state_ != State::open) return;
  state_ = State::finishing;
  linger_ = linger;
  session_.end_subscriptions();
  settle();
}

void Connection::close() {
  if (state_ == State::closed) return;
  state_ = State::closed;
  session_.end_subscriptions();
  session_.end_backup();
  error_code ignored;
  socket_.close(ignored);
  worker_.remove(session_.id());
}

}  // namespace vencer
