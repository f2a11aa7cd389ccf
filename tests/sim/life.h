// Life: one simulated life of a server and its desk, from one seed: it works, things go wrong, it
// comes back, and in the end everything must be as the committed history says.
//
// One seed, one history, to the byte.  Thread: one.  Lives: for run().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/faults.h"
#include "tests/sim/history.h"
#include "tests/sim/knobs.h"
#include "tests/sim/operator.h"
#include "tests/sim/producer.h"
#include "tests/sim/server.h"
#include "tests/sim/subscriber.h"
#include "tests/sim/workload.h"

namespace vencer::sim {

struct LifeOptions {
  std::uint64_t seed = 1;
  double hours = 48;
  unsigned faults = kAllFaults;
  std::set<std::size_t> without;  // faults of the plan, by position
  double load = 1;                // tickets, times this
  bool tell = false;              // every fault and restart, on stderr
  SimDisk::Lie lie = SimDisk::Lie::none;
};

struct LifeCounters {
  std::uint64_t starts = 0, crash_points = 0, recovery_crashes = 0, kills = 0, clean_stops = 0;
  std::uint64_t snapshots = 0, snapshots_given_up = 0;  // complete; for want of room, errors
  std::uint64_t snapshot_crashes = 0;                   // power lost while one was taken
  std::uint64_t snapshot_starts = 0;                    // starts from one
  std::uint64_t snapshots_set_aside = 0;                // damaged, told, and not started from
  std::uint64_t refusals = 0;           // starts refused because of damage: the good copy put back
  std::uint64_t damaged_pages = 0;      // when a server started: of them ...
  std::uint64_t damage_refused = 0;     // ... the start was refused and told,
  std::uint64_t damage_harmless = 0;    // ... or nothing of it mattered, or it was mended
  std::uint64_t damage_unprovable = 0;  // in the last group, before its seal: put back unasked
  std::uint64_t damage_proven_by_events = 0;  // starts where only events proved the last group
  std::uint64_t io_error_ends = 0;            // the process ended itself because of an I/O error
  std::uint64_t full_periods = 0, clock_steps = 0, clock_drifts = 0, starved = 0;
  std::uint64_t slow_readers = 0, streams_died = 0;
  std::uint64_t faults = 0;
};

struct LifeResult {
  std::string wrong;         // empty: nothing
  double hours = 0;          // that it took until then
  std::uint64_t digest = 0;  // of state, events and counters: the same for the same seed
  std::size_t planned_faults = 0;
  LifeCounters life;
  TruthCounters truth;
  ClientCounters clients;
  DiskCounters disk;
  NetCounters net;
  WorkCounters work;
};

class Life {
 public:
  explicit Life(const LifeOptions& options);
  ~Life();
  LifeResult run();

 private:
  // life.cc
  void begin_work();
  void hourly();
  void random_work();
  void wind_down();
  bool settled() const;
  void finish();
  void note(const std::string& what) const;
  // life_server.cc
  std::shared_ptr<Wire> connect();
  void power_on();
  void start();
  void started(std::uint64_t groups_before);
  void refused(const Error& error);
  void after_turn();
  void server_died();
  void end_process(WorldTime off_for);
  void put_back_what_cannot_be_proven();
  bool events_prove_more(std::uint64_t sequence);
  void flip_bits();
  std::vector<std::string> snapshots() const;
  std::string newest_snapshot() const;
  void watch_snapshot();
  void count_snapshots();
  std::string check_snapshots();
  bool newest_snapshot_alone_is_damaged() const;
  std::string check_all_events(bool damaged);
  void put_good_copies_back();
  // life_faults.cc
  void happen(const Fault& fault);
  void net_fault(const Fault& fault);
  void disk_fault(const Fault& fault);

  const LifeOptions options_;
  Dice dice_;
  const Knobs knobs_;
  World world_;
  WallClock wall_;
  SimDisk disk_;
  Truth truth_;
  History history_;
  std::unique_ptr<SimServer> server_;
  ClockWatch watch_;
  ClientCounters clients_;
  NetCounters net_;
  LifeCounters counters_;
  Site site_;
  std::unique_ptr<Operator> operator_;
  std::vector<std::unique_ptr<Producer>> producers_;
  std::vector<std::unique_ptr<Subscriber>> subscribers_;
  std::unique_ptr<Workload> work_;
  TenantSpec spec_;
  unsigned document_version_ = 0;
  std::vector<std::weak_ptr<Wire>> wires_;
  std::vector<Fault> plan_;

  bool starting_ = false;                           // a start is on its way
  std::vector<std::uint64_t> crashes_in_recovery_;  // calls, of the next starts
  std::uint64_t reads_until_error_ = UINT64_MAX;    // of the next start
  std::uint64_t flips_ = 0;                         // bits, before the next start
  bool flips_in_snapshot_ = false;                  // all of them in the newest one
  std::string newest_at_start_;                     // snapshot; a start may set it aside
  bool older_at_start_ = false;                     // there was another one
  std::optional<std::uint64_t> crash_in_snapshot_;  // call, of the next one
  bool snapshot_seen_ = false;                      // the one that is being taken
  WorldTime rush_again_at_ = 0;                     // while one is
  WorldTime off_for_ = kSecond;                     // after the next death
  WorldTime calm_since_ = 0;                        // nothing held the shard up since then
  WorldTime full_until_ = 0;
  bool winding_down_ = false;
};

}  // namespace vencer::sim
