// IoWorker: one io_context, the connections that live on it, and the thread that runs both.
//
// With threads = "shared" (or "commit") roles run on the same thread, in turn with the sockets: no
// hand-over, and while the log syncs, requests gather in the sockets.
//
// Thread: run() is the worker's thread; deliver(), events_published(), notify(), begin_stop() and
// stop() from any; the rest from the worker's.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "engine/runtime/partition.h"
#include "engine/runtime/request.h"
#include "engine/runtime/role.h"
#include "net/server/connection.h"
#include "net/server/event_encoder.h"

namespace vencer {

class IoWorker final : public ReplyOutlet, public Wakeup, public SessionHost {
 public:
  IoWorker(std::uint32_t index, Partition& partition, const ServerConfig& config);
  ~IoWorker() override;

  boost::asio::io_context& context() { return context_; }
  void start(std::vector<Role*> roles);  // on this thread too, beside the sockets
  void stop();                           // joins; connections die
  // Connections take no more requests and close when all is answered. `stopped` from any thread.
  void begin_stop();
  bool drained() const { return connection_count_.load(std::memory_order_acquire) == 0; }

  void adopt(Connection::Socket socket);

  // ReplyOutlet, Wakeup.
  std::unique_ptr<ReplyBatch> deliver(std::unique_ptr<ReplyBatch> batch) override;
  void events_published() override;
  void notify() override;

  // SessionHost.
  const ServerConfig& config() const override { return config_; }
  const EventHub& hub() const override { return partition_.hub(); }
  EventEncoder& encoder() override { return encoder_; }
  ShardProxy& proxy() override { return partition_.proxy(); }
  bool try_submit(RequestBatchPtr& batch) override {
    return partition_.proxy().try_submit(*producer_, batch);
  }
  const std::shared_ptr<BatchPool>& batch_pool() const override { return batch_pool_; }
  bool stopping() const override { return stopping_; }
  void note_subscriber(const ConnectionId& id) override { subscribers_.insert(id.slot); }
  void count_bad_frame() override {
    partition_.metrics().bad_frames.fetch_add(1, std::memory_order_relaxed);
  }
  void count_overloaded(std::uint64_t frames) override {
    partition_.metrics().overloaded.fetch_add(frames, std::memory_order_relaxed);
  }
  // For connections.
  void remove(const ConnectionId& id);
  // Its events go on after the roles on this thread had their turn.
  void pump_soon(Connection& connection);

 private:
  struct Entry {
    std::shared_ptr<Connection> connection;
    std::uint64_t generation = 0;
  };

  void run(const std::vector<Role*>& roles);
  int run_sockets();
  void wait(SteadyTime until);
  void drain_inbox();
  void pump_subscribers();
  int pump_behind();
  void schedule_sweep();
  void sweep();
  Connection* find(const ConnectionId& id);

  const std::uint32_t index_;
  Partition& partition_;
  const ServerConfig& config_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer sweep_timer_;
  boost::asio::steady_timer precise_timer_;
  EventEncoder encoder_;
  std::unique_ptr<ShardProxy::Producer, void (*)(ShardProxy::Producer*)> producer_;
  std::vector<Entry> connections_;
  std::vector<std::uint32_t> free_slots_;
  std::set<std::uint32_t> subscribers_;  // slots
  std::atomic<std::size_t> connection_count_{0};
  bool stopping_ = false;
  bool sweeping_ = false;
  unsigned sweeps_ = 0;

  const std::shared_ptr<BatchPool> batch_pool_ = std::make_shared<BatchPool>();
  // Kept for their memory.
  std::vector<std::unique_ptr<ReplyBatch>> draining_;
  std::vector<std::shared_ptr<Connection>> touched_;
  std::vector<std::shared_ptr<Connection>> behind_, pumping_;

  std::mutex inbox_mutex_;
  std::vector<std::unique_ptr<ReplyBatch>> inbox_;
  std::vector<std::unique_ptr<ReplyBatch>> spare_;  // drained, to be filled again
  std::atomic<bool> inbox_posted_{false};
  std::atomic<bool> events_posted_{false};
  std::atomic<bool> notified_{false};
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

}  // namespace vencer
