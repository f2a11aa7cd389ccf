// IoWorker: one io_context, the connections that live on it, and the thread that runs both.
//
// With threads = "shared" (or "commit") roles run on the same thread, in turn with the sockets: no
// hand-over, and while the log syncs, requests gather in the sockets.
//
// It serves every partition: a queue's end, an inbox for replies and a pool of batches for each.
//
// Thread: run() is the worker's thread; replies_came(), events_came(), notify(), begin_stop() and
// stop() from any; the rest from the worker's.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include "engine/runtime/metrics.h"
#include "engine/runtime/partition_set.h"
#include "engine/runtime/request.h"
#include "engine/runtime/role.h"
#include "net/server/connection.h"
#include "net/server/event_encoder.h"
#include "net/server/reply_inbox.h"

namespace vencer {

class IoWorker final : public ReplyInboxOwner, public Wakeup, public SessionHost {
 public:
  IoWorker(std::uint32_t index, PartitionSet& partitions, SocketMetrics& metrics,
           const ServerConfig& config);
  ~IoWorker() override;

  boost::asio::io_context& context() { return context_; }
  void start(std::vector<Role*> roles);  // on this thread too, beside the sockets
  void stop();                           // joins; connections die
  // Connections take no more requests and close when all is answered. `stopped` from any thread.
  void begin_stop();
  bool drained() const { return connection_count_.load(std::memory_order_acquire) == 0; }

  void adopt(Connection::Socket socket);
  void adopt(Connection::Socket socket, Session::Luggage luggage);  // it has moved here
  // By partition: the worker beside whose sockets its shard runs; none: it runs elsewhere. Before
  // threads start.
  void know_homes(std::vector<IoWorker*> homes) { homes_ = std::move(homes); }
  // Whose the connection should be that begins with this frame; nullptr: it may stay here.
  IoWorker* home_of(const RequestFrame& frame) const;

  ReplyOutlet& outlet(std::uint32_t partition) { return doors_[partition]->inbox; }
  // ReplyInboxOwner, Wakeup.
  void replies_came() override;
  void events_came() override;
  void notify() override;
  int event() const override { return disk_event_; }

  // SessionHost.
  const ServerConfig& config() const override { return config_; }
  std::uint32_t partition_count() const override { return partitions_.size(); }
  const TenantDirectory& tenants() const override { return partitions_.tenants(); }
  const EventEncoders& encoders() const override { return encoders_; }
  ShardProxy& proxy(std::uint32_t partition) override { return partitions_[partition].proxy(); }
  Backups* backups(std::uint32_t partition) override { return &partitions_[partition].backups(); }
  bool try_submit(std::uint32_t partition, RequestBatchPtr& batch) override {
    return partitions_[partition].proxy().try_submit(*doors_[partition]->producer, batch);
  }
  const std::shared_ptr<BatchPool>& batch_pool(std::uint32_t partition) const override {
    return doors_[partition]->batches;
  }
  bool is_elsewhere(const RequestFrame& first) const override { return home_of(first) != nullptr; }
  bool stopping() const override { return stopping_; }
  void note_subscriber(const ConnectionId& id) override { subscribers_.insert(id.slot); }
  void count_bad_frame() override { metrics_.bad_frames.fetch_add(1, std::memory_order_relaxed); }
  void count_overloaded(std::uint64_t frames) override {
    metrics_.overloaded.fetch_add(frames, std::memory_order_relaxed);
  }
  // For connections.
  void remove(const ConnectionId& id);
  // Its events go on after the roles on this thread had their turn.
  void pump_soon(Connection& connection);

 private:
  // To and from one partition.
  struct Door {
    Door(IoWorker& worker, Partition& partition)
        : inbox(worker), producer(partition.proxy().make_producer()) {}
    ReplyInbox inbox;
    std::unique_ptr<ShardProxy::Producer, void (*)(ShardProxy::Producer*)> producer;
    const std::shared_ptr<BatchPool> batches = std::make_shared<BatchPool>();
  };
  struct Entry {
    std::shared_ptr<Connection> connection;
    std::uint64_t generation = 0;
  };

  void run(const std::vector<Role*>& roles);
  int run_sockets();
  void wait(SteadyTime until);
  void wait_for_disk();
  void drain_inboxes();
  void hand_out(const ReplyBatch& batch);
  void pump_subscribers();
  int pump_behind();
  void schedule_sweep();
  void sweep();
  std::shared_ptr<Connection> enter(Connection::Socket socket);
  Connection* find(const ConnectionId& id);

  const std::uint32_t index_;
  PartitionSet& partitions_;
  SocketMetrics& metrics_;
  const ServerConfig& config_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer sweep_timer_;
  boost::asio::steady_timer precise_timer_;
  const int disk_event_;  // an eventfd: a role on this thread has begun a write, and it is done
  boost::asio::posix::stream_descriptor disk_;
  EventEncoders encoders_;
  std::vector<std::unique_ptr<Door>> doors_;  // by partition
  std::vector<IoWorker*> homes_;              // by partition
  std::vector<Entry> connections_;
  std::vector<std::uint32_t> free_slots_;
  std::set<std::uint32_t> subscribers_;  // slots
  std::atomic<std::size_t> connection_count_{0};
  bool stopping_ = false;
  bool sweeping_ = false;
  unsigned sweeps_ = 0;

  // Kept for their memory.
  std::vector<std::unique_ptr<ReplyBatch>> draining_;
  std::vector<std::shared_ptr<Connection>> touched_;
  std::vector<std::shared_ptr<Connection>> behind_, pumping_;

  std::atomic<bool> inbox_posted_{false};
  std::atomic<bool> events_posted_{false};
  std::atomic<bool> notified_{false};
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

}  // namespace vencer
