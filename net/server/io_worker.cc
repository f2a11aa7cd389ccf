#include "net/server/io_worker.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <chrono>
#include <string>
#include <utility>

#include <vencer_generated.h>

#include "engine/core/assert.h"
#include "engine/wire/request_codec.h"
#include "engine/wire/request_route.h"

namespace vencer {
namespace {

// Between two turns of the roles on this thread.
constexpr int kHandlersMax = 256;
constexpr std::chrono::milliseconds kSweepEvery{250};
constexpr unsigned kHeartbeatSweeps = 4;  // a heartbeat a second

thread_local const IoWorker* current_worker = nullptr;  // whose thread this is

}  // namespace

IoWorker::IoWorker(std::uint32_t index, PartitionSet& partitions, SocketMetrics& metrics,
                   const ServerConfig& config)
    : index_(index),
      partitions_(partitions),
      metrics_(metrics),
      config_(config),
      work_(context_.get_executor()),
      sweep_timer_(context_),
      precise_timer_(context_),
      disk_event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      disk_(context_) {
  VENCER_ASSERT(disk_event_ >= 0);  // no descriptors left: nothing could be started
  disk_.assign(disk_event_);
  wait_for_disk();
  for (std::uint32_t i = 0; i < partitions.size(); ++i) {
    encoders_.push_back(std::make_unique<EventEncoder>(partitions[i].hub()));
    doors_.push_back(std::make_unique<Door>(*this, partitions[i]));
  }
}

IoWorker::~IoWorker() {
  stop();
}

void IoWorker::start(std::vector<Role*> roles) {
  thread_ = std::thread([this, roles = std::move(roles)] {
    begin_thread("io-" + std::to_string(index_));
    run(roles);
  });
}

void IoWorker::stop() {
  ended_.store(true, std::memory_order_release);
  boost::asio::post(context_, [] {});
  if (thread_.joinable()) thread_.join();
}

void IoWorker::run(const std::vector<Role*>& roles) {
  current_worker = this;
  while (!ended_.load(std::memory_order_acquire)) {
    int done = run_sockets();
    for (Role* role : roles) done += role->do_work();
    done += pump_behind();
    if (done > 0) continue;
    SteadyTime until = kNoWakeTime;
    for (const Role* role : roles) until = std::min(until, role->wake_at());
    wait(until);
  }
}

// Until something is to be handled, or `until`. The reactor counts in whole milliseconds, upwards;
// a deadline must not wait for that, so the last one is waited for by a timer of its own.
void IoWorker::wait(SteadyTime until) {
  using std::chrono::milliseconds;
  if (until == kNoWakeTime) {
    context_.run_one();
    return;
  }
  const auto remaining = until - std::chrono::steady_clock::now();
  if (remaining >= milliseconds(1)) {
    context_.run_one_for(std::chrono::floor<milliseconds>(remaining));
  } else if (remaining > SteadyTime::duration::zero()) {
    precise_timer_.expires_at(until);
    precise_timer_.async_wait([](const boost::system::error_code&) {});
    context_.run_one();
  }
}

// Handling it makes run() turn to its roles.
void IoWorker::wait_for_disk() {
  disk_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                   [this](const boost::system::error_code& error) {
                     if (error) return;
                     std::uint64_t count = 0;
                     (void)!::read(disk_event_, &count, sizeof count);
                     wait_for_disk();
                   });
}

int IoWorker::run_sockets() {
  int done = 0;
  while (done < kHandlersMax && context_.poll_one() > 0) ++done;
  return done;
}

void IoWorker::begin_stop() {
  boost::asio::post(context_, [this] {
    stopping_ = true;
    for (const Entry& entry : std::vector<Entry>(connections_)) {
      if (entry.connection != nullptr) entry.connection->finish(true);
    }
  });
}

void IoWorker::adopt(Connection::Socket socket) {
  if (!stopping_) enter(std::move(socket))->start();
}

void IoWorker::adopt(Connection::Socket socket, Session::Luggage luggage) {
  if (!stopping_) enter(std::move(socket))->start(std::move(luggage));
}

IoWorker* IoWorker::home_of(const RequestFrame& frame) const {
  const bool hello = frame.type == static_cast<std::uint16_t>(wire::FrameType::hello);
  if (!hello || verify_request(frame.type, frame.body) != Errc::ok) return nullptr;
  const RequestRoute to = request_route(frame.type, frame.body);
  std::uint32_t partition = to.partition;
  if (!to.tenant_name.empty()) partition = partitions_.tenants().find(to.tenant_name).value_or(0);
  if (to.tenant_name.empty() && to.tenant == kNoTenant) return nullptr;  // it may want anything
  if (partition >= homes_.size() || homes_[partition] == this) return nullptr;
  return homes_[partition];
}

std::shared_ptr<Connection> IoWorker::enter(Connection::Socket socket) {
  std::uint32_t slot = 0;
  if (free_slots_.empty()) {
    slot = static_cast<std::uint32_t>(connections_.size());
    connections_.emplace_back();
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
  }
  Entry& entry = connections_[slot];
  const ConnectionId id{index_, slot, ++entry.generation};
  entry.connection = std::make_shared<Connection>(*this, std::move(socket), id);
  connection_count_.fetch_add(1, std::memory_order_acq_rel);
  metrics_.connections.fetch_add(1, std::memory_order_relaxed);
  schedule_sweep();
  return entry.connection;
}

void IoWorker::remove(const ConnectionId& id) {
  if (find(id) == nullptr) return;
  connections_[id.slot].connection.reset();
  free_slots_.push_back(id.slot);
  subscribers_.erase(id.slot);
  connection_count_.fetch_sub(1, std::memory_order_acq_rel);
  metrics_.connections.fetch_sub(1, std::memory_order_relaxed);
}

Connection* IoWorker::find(const ConnectionId& id) {
  if (id.slot >= connections_.size()) return nullptr;
  const Entry& entry = connections_[id.slot];
  return entry.generation == id.generation ? entry.connection.get() : nullptr;
}

void IoWorker::replies_came() {
  if (inbox_posted_.exchange(true, std::memory_order_acq_rel)) return;
  boost::asio::post(context_, [this] { drain_inboxes(); });
}

void IoWorker::events_came() {
  if (events_posted_.exchange(true, std::memory_order_acq_rel)) return;
  boost::asio::post(context_, [this] { pump_subscribers(); });
}

// On its own thread run() turns to the roles anyway.
void IoWorker::notify() {
  if (current_worker == this || notified_.exchange(true, std::memory_order_acq_rel)) return;
  // Handling anything makes run() turn to its roles.
  boost::asio::post(context_, [this] { notified_.store(false, std::memory_order_release); });
}

void IoWorker::drain_inboxes() {
  inbox_posted_.store(false, std::memory_order_release);
  for (const auto& door : doors_) {
    door->inbox.take(draining_);
    for (const auto& batch : draining_) hand_out(*batch);
    door->inbox.give_back(draining_);
  }
  // One write for all that is ready; a connection that is flushed twice has nothing the second
  // time.
  for (const auto& connection : touched_) connection->flush();
  touched_.clear();
}

void IoWorker::hand_out(const ReplyBatch& batch) {
  for (const Reply& reply : batch.replies) {
    Connection* connection = find(reply.connection);
    if (connection == nullptr) continue;
    connection->deliver(std::span(batch.bytes).subspan(reply.offset, reply.size),
                        reply.request_bytes);
    if (touched_.empty() || touched_.back().get() != connection) {
      touched_.push_back(connection->shared_from_this());
    }
  }
}

void IoWorker::pump_subscribers() {
  events_posted_.store(false, std::memory_order_release);
  for (auto slot = subscribers_.begin(); slot != subscribers_.end();) {
    const std::shared_ptr<Connection> connection = connections_[*slot].connection;
    ++slot;  // pump() may close the connection, which takes it off the list
    if (connection != nullptr) connection->pump();
  }
}

void IoWorker::pump_soon(Connection& connection) {
  if (!std::exchange(connection.pump_is_coming, true)) {
    behind_.push_back(connection.shared_from_this());
  }
}

int IoWorker::pump_behind() {
  pumping_.swap(behind_);
  for (const auto& connection : pumping_) {
    connection->pump_is_coming = false;
    connection->pump();
  }
  const auto pumped = static_cast<int>(pumping_.size());
  pumping_.clear();
  return pumped;
}

// No ticking without connections.
void IoWorker::schedule_sweep() {
  if (sweeping_ || drained()) return;
  sweeping_ = true;
  sweep_timer_.expires_after(kSweepEvery);
  sweep_timer_.async_wait([this](const boost::system::error_code& error) {
    sweeping_ = false;
    if (!error) sweep();
  });
}

void IoWorker::sweep() {
  const SteadyTime now = std::chrono::steady_clock::now();
  const bool heartbeat = ++sweeps_ % kHeartbeatSweeps == 0;
  for (std::size_t slot = 0; slot < connections_.size(); ++slot) {
    const std::shared_ptr<Connection> connection = connections_[slot].connection;
    if (connection == nullptr) continue;
    connection->check_deadline(now);
    if (heartbeat) connection->heartbeat();
  }
  schedule_sweep();
}

}  // namespace vencer
