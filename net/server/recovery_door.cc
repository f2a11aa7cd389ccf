#include "net/server/recovery_door.h"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <utility>

#include "engine/runtime/role.h"
#include "engine/runtime/server_config.h"
#include "engine/wire/reply_codec.h"
#include "net/server/connection.h"
#include "net/server/frame_reader.h"

namespace vencer {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::chrono::seconds kSilenceMax{10};

Error listen_error(const std::string& where, const error_code& error) {
  return {Errc::internal, fmt::format("cannot listen on {}: {}", where, error.message())};
}

}  // namespace

// A connection: reads frames, answers each, until the peer goes or is silent.
class RecoveryDoor::Visitor : public std::enable_shared_from_this<Visitor> {
 public:
  Visitor(RecoveryDoor& door, asio::ip::tcp::socket socket)
      : door_(door), socket_(std::move(socket)), silence_(socket_.get_executor()) {}
  ~Visitor() {
    --door_.visitors_;
    door_.accept();
  }

  void read() {
    silence_.expires_after(kSilenceMax);
    silence_.async_wait([self = shared_from_this()](const error_code& stopped) {
      if (!stopped) self->close();
    });
    const auto into = reader_.prepare();
    socket_.async_read_some(
        asio::buffer(into.data(), into.size()),
        [self = shared_from_this()](const error_code& error, std::size_t bytes) {
          if (error) return self->close();
          self->on_read(bytes);
        });
  }

 private:
  void on_read(std::size_t bytes) {
    FrameReader::Problem problem;
    const auto batch = reader_.take(bytes, &problem);
    last_ = problem.code != Errc::ok;
    if (batch == nullptr && !last_) return read();
    out_.clear();
    if (batch != nullptr) {
      for (const RequestFrame& frame : batch->frames) refuse(frame.correlation, Errc::recovering);
    }
    if (last_) refuse(problem.header.correlation, problem.code);
    asio::async_write(socket_, asio::buffer(out_.data(), out_.size()),
                      [self = shared_from_this()](const error_code& error, std::size_t) {
                        if (error || self->last_) return self->close();
                        self->read();
                      });
  }

  void refuse(std::uint64_t correlation, Errc code) {
    const std::string message =
        code == Errc::recovering
            ? fmt::format("the server is recovering: {}; try again", door_.how_far_())
            : std::string("this is not a frame");
    FailureInfo failure;
    failure.code = code;
    failure.message = message;
    encode_failure(correlation, failure, out_);
  }

  void close() {
    error_code ignored;
    socket_.close(ignored);
    silence_.cancel();
  }

  RecoveryDoor& door_;
  asio::ip::tcp::socket socket_;
  asio::steady_timer silence_;
  FrameReader reader_{kFirstFrameBytesMax};
  Bytes out_;
  bool last_ = false;
};

Result<std::unique_ptr<RecoveryDoor>> RecoveryDoor::open(const std::string& listen,
                                                         HowFar how_far) {
  const auto wanted = parse_host_port(listen);
  if (!wanted) return wanted.error();
  error_code error;
  const std::string host = wanted->host == "localhost" ? "127.0.0.1" : wanted->host;
  const auto address = asio::ip::make_address(host, error);
  if (error) return listen_error(listen, error);
  const asio::ip::tcp::endpoint endpoint(address, wanted->port);
  std::unique_ptr<RecoveryDoor> door(new RecoveryDoor(std::move(how_far)));
  auto& acceptor = door->acceptor_;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (!error) door->endpoint_ = acceptor.local_endpoint(error);
  if (error) return listen_error(listen, error);
  door->accept();
  door->thread_ = std::thread([raw = door.get()] {
    begin_thread("recovery-door");
    raw->context_.run();
  });
  return door;
}

std::string address_text(const std::string& host, std::uint16_t port) {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port)
                                             : fmt::format("[{}]:{}", host, port);
}

std::string RecoveryDoor::address() const {
  return address_text(endpoint_.address().to_string(), endpoint_.port());
}

RecoveryDoor::~RecoveryDoor() {
  stop();
}

void RecoveryDoor::accept() {
  if (accepting_ || visitors_ >= kConnectionsMax || !acceptor_.is_open()) return;
  accepting_ = true;
  acceptor_.async_accept([this](error_code error, asio::ip::tcp::socket socket) {
    accepting_ = false;
    // Out of file descriptors, mostly: who connects waits, until somebody here goes or all is
    // ready.
    if (error) return;
    ++visitors_;
    std::make_shared<Visitor>(*this, std::move(socket))->read();
    accept();
  });
}

void RecoveryDoor::stop() {
  if (!thread_.joinable()) return;
  context_.stop();
  thread_.join();
  accepting_ = true;  // what is destroyed with the context accepts no more
}

asio::ip::tcp::acceptor::native_handle_type RecoveryDoor::release() {
  stop();
  error_code ignored;
  return acceptor_.release(ignored);
}

}  // namespace vencer
