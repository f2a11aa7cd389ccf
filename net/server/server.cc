#include "net/server/server.h"

#include <fmt/format.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <thread>
#include <utility>

#include "engine/runtime/logging.h"

namespace vencer {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
constexpr std::chrono::milliseconds kAcceptAgainAfter{100};

Error listen_error(const std::string& where, const error_code& error) {
  return {Errc::internal, fmt::format("cannot listen on {}: {}", where, error.message())};
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(Storage& storage, Clock& clock,
                                              const ServerConfig& config, FatalHandler on_fatal) {
  auto partition = Partition::open(storage, clock, config, std::move(on_fatal));
  if (!partition) return partition.error();
  std::unique_ptr<Server> server(new Server(config, std::move(*partition)));
  if (Status listening = server->listen(); !listening) return listening.error();
  server->start_threads();
  return server;
}

Server::Server(const ServerConfig& config, std::unique_ptr<Partition> partition)
    : config_(config), partition_(std::move(partition)) {
  for (std::uint32_t i = 0; i < config_.io_threads; ++i) {
    workers_.push_back(std::make_unique<IoWorker>(i, *partition_, config_));
  }
}

Server::~Server() {
  stop_threads();
  // Connections die with their workers, before the partition that they refer to.
  acceptor_.reset();
  accept_again_.reset();
  workers_.clear();
}

std::string Server::address() const {
  return host_.find(':') == std::string::npos ? fmt::format("{}:{}", host_, port_)
                                              : fmt::format("[{}]:{}", host_, port_);
}

Wakeup& Server::shard_wakeup() {
  if (shard_thread_ != nullptr) return shard_thread_->wakeup();
  return *workers_.front();
}

Status Server::listen() {
  const auto wanted = parse_host_port(config_.listen);
  if (!wanted) return wanted.error();
  host_ = wanted->host == "localhost" ? "127.0.0.1" : wanted->host;
  error_code error;
  const auto address = asio::ip::make_address(host_, error);
  if (error) return listen_error(config_.listen, error);
  const asio::ip::tcp::endpoint endpoint(address, wanted->port);
  acceptor_ = std::make_unique<asio::ip::tcp::acceptor>(workers_.front()->context());
  accept_again_ = std::make_unique<asio::steady_timer>(workers_.front()->context());
  acceptor_->open(endpoint.protocol(), error);
  if (!error) acceptor_->set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor_->bind(endpoint, error);
  if (!error) acceptor_->listen(asio::socket_base::max_listen_connections, error);
  if (error) return listen_error(config_.listen, error);
  port_ = acceptor_->local_endpoint(error).port();
  if (error) return listen_error(config_.listen, error);
  return ok_status();
}

void Server::accept() {
  if (!acceptor_->is_open()) return;
  IoWorker& worker = *workers_[next_worker_++ % workers_.size()];
  acceptor_->async_accept(worker.context(),
                          [this, &worker](error_code error, Connection::Socket socket) {
                            if (error == asio::error::operation_aborted) return;
                            adopt(error, std::move(socket), worker);
                          });
}

void Server::adopt(error_code error, Connection::Socket socket, IoWorker& worker) {
  if (error) {  // out of file descriptors, mostly: others will be closed
    log_line(LogLevel::warn, "a connection could not be accepted", {{"error", error.message()}});
    accept_again_->expires_after(kAcceptAgainAfter);
    accept_again_->async_wait([this](error_code stopped) {
      if (!stopped) accept();
    });
    return;
  }
  if (partition_->metrics().connections.load() >= config_.connections_max) {
    Bytes frame;
    FailureInfo failure;
    failure.code = Errc::overloaded;
    failure.message = "this server has as many connections as it takes";
    encode_failure(0, failure, frame);
    socket.non_blocking(true, error);
    socket.write_some(asio::buffer(frame.data(), frame.size()), error);
    socket.close(error);
  } else {
    asio::post(worker.context(), [&worker, socket = std::move(socket)]() mutable {
      worker.adopt(std::move(socket));
    });
  }
  accept();
}

void Server::start_threads() {
  std::vector<ReplyOutlet*> outlets;
  for (const auto& worker : workers_) outlets.push_back(worker.get());
  partition_->connect(outlets);
  std::vector<Role*> beside_sockets;
  Wakeup* shard_wakeup = workers_.front().get();
  Wakeup* commit_wakeup = workers_.front().get();
  if (config_.threads == Placement::separate) {
    shard_thread_ = std::make_unique<RoleThread>("shard", std::vector<Role*>{&partition_->shard()});
    shard_wakeup = &shard_thread_->wakeup();
  } else {
    beside_sockets.push_back(&partition_->shard());
  }
  if (config_.threads == Placement::shared) {
    beside_sockets.push_back(&partition_->commit());
  } else {
    commit_thread_ =
        std::make_unique<RoleThread>("commit", std::vector<Role*>{&partition_->commit()});
    commit_wakeup = &commit_thread_->wakeup();
  }
  maintenance_thread_ =
      std::make_unique<RoleThread>("maintenance", std::vector<Role*>{&partition_->maintenance()});
  partition_->place(*shard_wakeup, *commit_wakeup, maintenance_thread_->wakeup());
  accept();
  maintenance_thread_->start();
  if (commit_thread_ != nullptr) commit_thread_->start();
  if (shard_thread_ != nullptr) shard_thread_->start();
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    workers_[i]->start(i == 0 ? beside_sockets : std::vector<Role*>{});
  }
  running_ = true;
}

void Server::stop_threads() {
  if (!std::exchange(running_, false)) return;
  for (const auto& worker : workers_) worker->stop();
  maintenance_thread_->stop();
  if (shard_thread_ != nullptr) shard_thread_->stop();
  if (commit_thread_ != nullptr) commit_thread_->stop();
}

Status Server::stop() {
  asio::post(workers_.front()->context(), [this] {
    error_code ignored;
    acceptor_->close(ignored);
    accept_again_->cancel();
  });
  for (const auto& worker : workers_) worker->begin_stop();
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(config_.stop_timeout_ms);
  bool drained = false;
  while (!drained && std::chrono::steady_clock::now() < deadline) {
    drained = true;
    for (const auto& worker : workers_) drained = drained && worker->drained();
    if (!drained) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  if (!drained)
    log_line(LogLevel::warn, "some connections did not take their last answers in time");
  stop_threads();
  return partition_->stop();
}

}  // namespace vencer
