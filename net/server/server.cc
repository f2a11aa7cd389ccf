#include "net/server/server.h"

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <chrono>
#include <thread>
#include <utility>

#include "engine/runtime/logging.h"
#include "engine/runtime/recovery_progress.h"
#include "net/server/recovery_door.h"

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
  RecoveryProgress progress;
  auto door = RecoveryDoor::open(config.listen, [&progress] { return progress.text(); });
  if (!door) return door.error();
  log_line(LogLevel::info, "recovering; requests are told how far",
           {{"listen", (*door)->address()}, {"data", config.data}});
  ServerConfig recovering = config;
  recovering.recovery_progress = &progress;
  auto partitions = PartitionSet::open(storage, clock, recovering, on_fatal);
  if (!partitions) return partitions.error();
  std::unique_ptr<Server> server(new Server(config, std::move(*partitions)));
  if (Status listening = server->listen(**door); !listening) return listening.error();
  server->start_threads();
  return server;
}

Server::Server(const ServerConfig& config, std::unique_ptr<PartitionSet> partitions)
    : config_(config), partitions_(std::move(partitions)) {
  const std::uint32_t workers = config_.io_threads != 0 ? config_.io_threads : partitions_->size();
  for (std::uint32_t i = 0; i < workers; ++i) {
    workers_.push_back(std::make_unique<IoWorker>(i, *partitions_, metrics_, config_));
  }
  beside_sockets_.resize(workers);
}

Server::~Server() {
  stop_threads();
  // Connections die with their workers, before the partitions that they refer to.
  acceptor_.reset();
  accept_again_.reset();
  workers_.clear();
}

std::string Server::address() const {
  return address_text(host_, port_);
}

// On the socket that has been listening all the time.
Status Server::listen(RecoveryDoor& door) {
  host_ = door.endpoint().address().to_string();
  port_ = door.endpoint().port();
  acceptor_ = std::make_unique<asio::ip::tcp::acceptor>(workers_.front()->context());
  accept_again_ = std::make_unique<asio::steady_timer>(workers_.front()->context());
  error_code error;
  acceptor_->assign(door.endpoint().protocol(), door.release(), error);
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
  if (metrics_.connections.load() >= config_.connections_max) {
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

// Shards and commits each on a thread of their partition: beside the sockets of the worker of the
// same number where the placement says so and there is one, else on one of their own.
void Server::place(std::uint32_t number) {
  Partition& partition = (*partitions_)[number];
  std::vector<ReplyOutlet*> outlets;
  for (const auto& worker : workers_) outlets.push_back(&worker->outlet(number));
  partition.connect(outlets);
  const std::string suffix = partitions_->size() == 1 ? "" : fmt::format("-{}", number);
  const auto apart = [&](const char* name, std::vector<Role*> roles) -> Wakeup* {
    threads_.push_back(std::make_unique<RoleThread>(name + suffix, std::move(roles)));
    return &threads_.back()->wakeup();
  };
  const auto with_shard = [&](std::vector<Role*> roles) -> Wakeup* {
    if (config_.threads == Placement::separate || number >= workers_.size()) {
      homes_.push_back(nullptr);
      return apart("shard", std::move(roles));
    }
    homes_.push_back(workers_[number].get());
    beside_sockets_[number] = std::move(roles);
    return workers_[number].get();
  };
  std::vector<Role*> roles{&partition.shard()};
  if (config_.threads == Placement::shared) roles.push_back(&partition.commit());
  Wakeup* const shard = with_shard(std::move(roles));
  Wakeup* const commit =
      config_.threads == Placement::shared ? shard : apart("commit", {&partition.commit()});
  shard_wakeups_.push_back(shard);
  partition.place(*shard, *commit, maintenance_thread_->wakeup());
}

void Server::start_threads() {
  std::vector<Role*> maintenance;
  for (std::uint32_t i = 0; i < partitions_->size(); ++i) {
    maintenance.push_back(&(*partitions_)[i].maintenance());
    maintenance.push_back(&(*partitions_)[i].backups_role());
  }
  maintenance_thread_ = std::make_unique<RoleThread>("maintenance", std::move(maintenance));
  for (std::uint32_t i = 0; i < partitions_->size(); ++i) place(i);
  for (const auto& worker : workers_) worker->know_homes(homes_);
  accept();
  running_ = true;  // before the first: where one cannot be made those that run are stopped
  maintenance_thread_->start();
  for (const auto& thread : threads_) thread->start();
  for (std::size_t i = 0; i < workers_.size(); ++i) workers_[i]->start(beside_sockets_[i]);
}

void Server::stop_threads() {
  if (!std::exchange(running_, false)) return;
  for (const auto& worker : workers_) worker->stop();
  maintenance_thread_->stop();
  for (const auto& thread : threads_) thread->stop();
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
  return partitions_->stop();
}

}  // namespace vencer
