#include "tests/sim/server.h"

#include <algorithm>
#include <cstring>

namespace vencer::sim {
namespace {

constexpr WorldTime kNoTurn = INT64_MAX;
constexpr WorldTime kSweepEvery = kSecond;  // heartbeats

}  // namespace

SimServer::SimServer(const Seams& seams, const ServerConfig& config, const ServerKnobs& knobs)
    : seams_(seams),
      config_(config),
      knobs_(knobs),
      clock_(std::make_unique<SimClock>(seams.world, seams.wall)) {
  next_turn_.fill(kNoTurn);
  for (std::size_t i = 0; i < kRoles; ++i) {
    notices_[i].server = this;
    notices_[i].role = static_cast<RoleName>(i);
  }
  seams_.disk.later = [this, alive = alive_](std::function<void()> what) {
    if (!*alive) return what();
    seams_.world.after(seams_.dice.between(knobs_.write_least, knobs_.write_most), std::move(what));
  };
  seams_.disk.on_write_done = [this, alive = alive_] {
    if (*alive) wake(kCommit);
  };
}

SimServer::~SimServer() {
  *alive_ = false;
  drop_connections();
  encoders_.clear();
  producer_.reset();
}

Status SimServer::start() {
  auto opened = Partition::open(seams_.disk, *clock_, config_, [this](const Error& error) {
    if (fatal_ == nullptr) fatal_ = std::make_unique<Error>(error);
  });
  if (!opened) return opened.error();
  partition_ = std::move(*opened);
  partition_->connect({this});
  partition_->place(notices_[kShard], notices_[kCommit], notices_[kMaintenance]);
  producer_ = std::make_unique<Producer>(partition_->proxy().make_producer());
  encoders_.push_back(std::make_unique<EventEncoder>(partition_->hub()));
  for (std::size_t i = 0; i < kRoles; ++i) wake(static_cast<RoleName>(i));
  seams_.world.after(kSweepEvery, [this, alive = alive_] {
    if (*alive) sweep();
  });
  return ok_status();
}

void SimServer::wake(RoleName role) {
  turn_at(role, seams_.world.now() + seams_.dice.between(knobs_.turn_least, knobs_.turn_most));
}

void SimServer::turn_at(RoleName role, WorldTime when) {
  if (role == kShard) when = std::max(when, starved_until_);
  if (role == kCommit) when = std::max(when, writing_until_);
  if (when >= next_turn_[role]) return;
  next_turn_[role] = when;
  const std::uint64_t generation = ++turn_generation_[role];
  seams_.world.at(when, [this, role, generation, alive = alive_] {
    if (*alive && turn_generation_[role] == generation) turn(role);
  });
}

void SimServer::turn(RoleName role) {
  next_turn_[role] = kNoTurn;
  if (dead()) return;
  if (role == kShard && starved_until_ > seams_.world.now()) return turn_at(role, starved_until_);
  const int done = work(role);
  if (done > 0) {
    spun_ = 0;
    wake(role);
  } else if (role != kIo) {
    const Role& waits = role == kShard    ? partition_->shard()
                        : role == kCommit ? partition_->commit()
                                          : partition_->maintenance();
    const SteadyTime until = waits.wake_at();
    const WorldTime now = seams_.world.now();
    const bool at_once = until != kNoWakeTime && SimClock::world_time(until) <= now;
    spun_ = at_once ? spun_ + 1 : 0;
    // Never at this very instant: a role that asks and asks would hold all others up.
    if (until != kNoWakeTime) turn_at(role, std::max(SimClock::world_time(until), now) + 1);
  }
  after_turn();  // may be the last thing that happens to this object
}

int SimServer::work(RoleName role) {
  switch (role) {
    case kIo:
      return io();
    case kShard: {
      int done = partition_->shard().do_work();
      if (!knobs_.roles_apart) done += partition_->commit().do_work();
      return done;
    }
    case kCommit: {
      const std::uint64_t calls = seams_.disk.counters().calls;
      const int done = partition_->commit().do_work();
      // A thread that begins its writes does not wait for them.
      if (seams_.disk.counters().calls != calls && config_.groups_in_flight == 1) {
        writing_until_ =
            seams_.world.now() + seams_.dice.between(knobs_.write_least, knobs_.write_most);
      }
      return done;
    }
    default:
      return partition_->maintenance().do_work();
  }
}

std::unique_ptr<ReplyBatch> SimServer::deliver(std::unique_ptr<ReplyBatch> batch) {
  inbox_.push_back(std::move(batch));
  wake(kIo);
  // The other thread is quick: what it was given leaves while this one goes on.
  if (knobs_.roles_apart && seams_.dice.percent(20)) io();
  return nullptr;
}

void SimServer::events_published() {
  events_ = true;
  wake(kIo);
}

bool SimServer::try_submit(std::uint32_t, RequestBatchPtr& batch) {
  return partition_->proxy().try_submit(**producer_, batch);
}

int SimServer::io() {
  if (seams_.disk.crashed()) return 0;  // the machine is off: nothing leaves any more
  for (const auto& batch : std::exchange(inbox_, {})) {
    for (const Reply& reply : batch->replies) {
      const auto peer = peers_.find(reply.connection.slot);
      if (peer == peers_.end()) continue;
      peer->second.session->deliver(std::span(batch->bytes).subspan(reply.offset, reply.size),
                                    reply.request_bytes, true);
    }
  }
  events_ = false;
  bool more = false;
  for (auto& [slot, peer] : peers_) {
    read(peer);
    const std::size_t window = config_.outbound_bytes_max / 2;
    const std::size_t unsent = peer.wire->to_client.under_way();
    if (peer.session->subscribed() && unsent + peer.session->out().size() < window) {
      more = peer.session->pump(window - unsent) || more;
    }
    flush(peer);
  }
  return more ? 1 : 0;
}

// A peer that does not read is not read from either.
void SimServer::read(Peer& peer) {
  while (!peer.unread.empty() && !peer.refused &&
         peer.session->out().size() + peer.wire->to_client.under_way() <=
             config_.outbound_bytes_max) {
    const auto into = peer.session->prepare();
    const std::size_t count = std::min(into.size(), peer.unread.size());
    std::memcpy(into.data(), peer.unread.data(), count);
    peer.unread.erase(peer.unread.begin(),
                      peer.unread.begin() + static_cast<std::ptrdiff_t>(count));
    peer.refused = !peer.session->take(count);
  }
}

void SimServer::flush(Peer& peer) {
  Bytes& out = peer.session->out();
  peer.wire->to_client.send(out);
  out.clear();
}

void SimServer::accept(std::shared_ptr<Wire> wire) {
  const std::uint32_t slot = ++last_slot_;
  Peer& peer = peers_[slot];
  peer.wire = std::move(wire);
  peer.session = std::make_unique<Session>(*this, ConnectionId{0, slot, 1});
  peer.wire->to_server.on_bytes = [this, slot, alive = alive_](std::span<const std::byte> bytes) {
    if (!*alive || !peers_.contains(slot)) return;
    auto& unread = peers_[slot].unread;
    unread.insert(unread.end(), bytes.begin(), bytes.end());
    wake(kIo);
  };
  peer.wire->on_server_end = [this, slot, alive = alive_] {
    if (*alive) close(slot);
  };
}

void SimServer::close(std::uint32_t slot) {
  peers_.erase(slot);
}

void SimServer::drop_connections() {
  for (auto& [slot, peer] : peers_) {
    peer.wire->on_server_end = nullptr;
    peer.wire->to_server.on_bytes = nullptr;
    peer.wire->cut();
  }
  peers_.clear();
}

void SimServer::sweep() {
  if (dead()) return;
  for (auto& [slot, peer] : peers_) {
    if (peer.session->out().empty() && peer.wire->to_client.under_way() == 0) {
      peer.session->heartbeat();
      flush(peer);
    }
  }
  seams_.world.after(kSweepEvery, [this, alive = alive_] {
    if (*alive) sweep();
  });
}

bool SimServer::idle() const {
  return inbox_.empty() && partition_->machine().next_deadline() > partition_->machine().now();
}

Status SimServer::stop() {
  stopping_ = true;
  Status stopped = partition_->stop();
  io();
  return stopped;
}

}  // namespace vencer::sim
