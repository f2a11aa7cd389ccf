// SimServer: one run of a server, from its start on a data directory to its end, whatever the end:
// the real Partition, its roles turned one at a time, and the real sessions on simulated wires.
//
// Each role has its turns as its thread would give them: when it is notified or its wake_at()
// comes, a little later or, when starved, much later. Which comes first is the dice's. Lives: from
// start() to crash or stop().  Thread: one.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/runtime/partition.h"
#include "net/server/session.h"
#include "tests/sim/network.h"
#include "tests/sim/sim_clock.h"
#include "tests/sim/sim_disk.h"

namespace vencer::sim {

struct ServerKnobs {
  WorldTime turn_least = 1, turn_most = 200;                  // from a notice to the role's turn
  WorldTime write_least = 40, write_most = 3 * kMillisecond;  // a commit turn that wrote lasts
  bool roles_apart = true;  // else: io, shard and commit in one turn
};

class SimServer final : public SessionHost, private ReplyOutlet {
 public:
  struct Seams {
    World& world;
    SimDisk& disk;
    const WallClock& wall;
    Dice& dice;
  };
  SimServer(const Seams& seams, const ServerConfig& config, const ServerKnobs& knobs);
  ~SimServer() override;

  Status start();  // recovery; an error is what the operator reads
  void accept(std::shared_ptr<Wire> wire);
  Status stop();  // in order
  // The process is gone: connections with it.
  void drop_connections();

  bool up() const { return partition_ != nullptr; }  // recovery is through
  bool dead() const { return fatal_ != nullptr; }
  const Error* fatal() const { return fatal_.get(); }
  void starve_shard_until(WorldTime when) { starved_until_ = when; }
  Partition& partition() { return *partition_; }
  TimeMs engine_now() { return clock_->now(); }
  bool idle() const;
  // A role asks for its turn at once, time and again, and does nothing: its thread would spin.
  bool spins() const { return spun_ > kSpinsMax; }

  // Called behind every turn of a role.
  std::function<void()> after_turn;

 private:
  enum RoleName : std::size_t { kIo, kShard, kCommit, kMaintenance, kRoles };
  class Notice final : public Wakeup {
   public:
    void notify() override { server->wake(role); }
    int event() const override { return 0; }  // the simulated disk asks for none of the kernel's
    SimServer* server = nullptr;
    RoleName role = kIo;
  };
  struct Peer {
    std::shared_ptr<Wire> wire;
    std::unique_ptr<Session> session;
    std::vector<std::byte> unread;
    bool refused = false;
  };

  void wake(RoleName role);
  void turn_at(RoleName role, WorldTime when);
  void turn(RoleName role);
  int work(RoleName role);
  int io();
  void read(Peer& peer);
  void flush(Peer& peer);
  void close(std::uint32_t slot);
  void sweep();

  // SessionHost.
  const ServerConfig& config() const override { return config_; }
  std::uint32_t partition_count() const override { return 1; }
  const TenantDirectory& tenants() const override { return tenants_; }
  const EventEncoders& encoders() const override { return encoders_; }
  ShardProxy& proxy(std::uint32_t) override { return partition_->proxy(); }
  bool try_submit(std::uint32_t partition, RequestBatchPtr& batch) override;
  const std::shared_ptr<BatchPool>& batch_pool(std::uint32_t) const override { return pool_; }
  bool stopping() const override { return stopping_; }
  void note_subscriber(const ConnectionId&) override {}
  void count_bad_frame() override {}
  void count_overloaded(std::uint64_t) override {}
  // ReplyOutlet.
  std::unique_ptr<ReplyBatch> deliver(std::unique_ptr<ReplyBatch> batch) override;
  void events_published() override;

  const Seams seams_;
  const ServerConfig config_;
  const ServerKnobs knobs_;
  std::unique_ptr<SimClock> clock_;
  std::unique_ptr<Error> fatal_;
  std::unique_ptr<Partition> partition_;
  using Producer = std::unique_ptr<ShardProxy::Producer, void (*)(ShardProxy::Producer*)>;
  std::unique_ptr<Producer> producer_;
  TenantDirectory tenants_{1, {}};  // empty: all are of the one partition
  EventEncoders encoders_;
  std::shared_ptr<BatchPool> pool_ = std::make_shared<BatchPool>();
  std::array<Notice, kRoles> notices_;
  std::array<WorldTime, kRoles> next_turn_{};
  std::array<std::uint64_t, kRoles> turn_generation_{};
  static constexpr std::uint64_t kSpinsMax = 10'000;
  std::uint64_t spun_ = 0;  // turns since any role did something or time was waited for
  WorldTime starved_until_ = 0;
  WorldTime writing_until_ = 0;
  std::map<std::uint32_t, Peer> peers_;
  std::uint32_t last_slot_ = 0;
  std::vector<std::unique_ptr<ReplyBatch>> inbox_;
  bool events_ = false;
  bool stopping_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace vencer::sim
