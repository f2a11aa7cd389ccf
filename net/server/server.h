// Server: the partitions of a process behind a listening socket, their roles placed on threads.
// While they recover, requests are answered `recovering` (recovery_door.h).
//
//   auto server = Server::start(storage, clock, config, on_fatal);
//   ... server->address() ...
//   server->stop();     // clean: everything taken is answered, the log is sealed
//
// Without stop(), destruction is like a crash: what was acknowledged is in the log.
// storage, clock must outlive it.  Thread: one.  Errors: a sentence for the operator.
#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <vector>

#include "engine/runtime/partition_set.h"
#include "engine/runtime/role.h"
#include "net/server/io_worker.h"

namespace vencer {

class RecoveryDoor;

class Server {
 public:
  static Result<std::unique_ptr<Server>> start(Storage& storage, Clock& clock,
                                               const ServerConfig& config, FatalHandler on_fatal);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const { return port_; }
  std::string address() const;  // "127.0.0.1:40123"
  PartitionSet& partitions() { return *partitions_; }
  Partition& partition(std::uint32_t number = 0) { return (*partitions_)[number]; }
  const SocketMetrics& socket_metrics() const { return metrics_; }
  // Of the threads that the shards run on: for a clock that tests move.
  const std::vector<Wakeup*>& shard_wakeups() const { return shard_wakeups_; }

  Status stop();

 private:
  Server(const ServerConfig& config, std::unique_ptr<PartitionSet> partitions);
  Status listen(RecoveryDoor& door);
  void accept();
  void adopt(boost::system::error_code error, Connection::Socket socket, IoWorker& worker);
  void place(std::uint32_t partition);
  void start_threads();
  void stop_threads();

  const ServerConfig config_;
  std::string host_;
  std::uint16_t port_ = 0;
  std::unique_ptr<PartitionSet> partitions_;
  SocketMetrics metrics_;
  std::vector<std::unique_ptr<IoWorker>> workers_;
  std::vector<std::vector<Role*>> beside_sockets_;    // by worker
  std::vector<IoWorker*> homes_;                      // by partition: see IoWorker
  std::vector<std::unique_ptr<RoleThread>> threads_;  // of shards and commits that stand apart
  std::unique_ptr<RoleThread> maintenance_thread_;    // of all partitions
  std::vector<Wakeup*> shard_wakeups_;                // by partition
  std::unique_ptr<boost::asio::ip::tcp::acceptor> acceptor_;  // on worker 0
  std::unique_ptr<boost::asio::steady_timer> accept_again_;
  std::size_t next_worker_ = 0;
  bool running_ = false;
};

}  // namespace vencer
