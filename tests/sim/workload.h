// Workload: what a desk does, as shared real logs have it (workload.md): arrivals by hour and
// weekday times a busyness of the day, lognormal times of work and pauses, bumps of priority,
// reassignments, reopenings; storms of incidents, bulk creations with one deadline, imports, other
// documents.
//
// It asks producers for commands at the world's pace and does not look at answers: what is refused
// is refused (and the model must say the same).
// Thread: one.  Lives: as long as the world.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/core/tenant.h"
#include "tests/sim/producer.h"

namespace vencer::sim {

struct WorkKnobs {
  double tickets_per_hour = 6;      // on an average hour of the week
  double hours_scale = 1;           // of work and pauses: 1 is hours, less is a quicker desk
  double busyness_variance = 0.25;  // of the day's factor (Gamma, mean 1)
  unsigned pause_percent = 36;
  unsigned bump_percent = 4;
  unsigned reassign_percent = 44;
  unsigned reopen_percent = 4;
  unsigned odd_percent = 6;  // of commands: the rarer kinds, and late news
  bool links = false;        // merges, links, customers: what the model's stories cannot time
};

struct WorkCounters {
  std::uint64_t tickets = 0, storms = 0, bulks = 0, imports = 0, rushes = 0;
};

class Workload {
 public:
  Workload(Site& site, Dice dice, const WorkKnobs& knobs, const TenantSpec& spec,
           std::vector<Producer*> producers);

  void begin();
  void end() { over_ = true; }  // nothing new; tickets stay as they are
  void storm(WorldTime lasts, double times);
  void bulk(std::size_t tickets);        // of one instant, one target
  void import_old(std::size_t tickets);  // quiet, of days ago
  // So many changes of tickets that are there, all within a while.
  void rush(std::size_t changes, WorldTime within);
  TicketKey some_ticket();
  const WorkCounters& counters() const { return counters_; }

 private:
  struct Ticket {
    TicketKey key;
    std::size_t producer;
    bool open = true;
    bool reopened = false;
  };

  double rate_per_hour(TimeMs wall) const;
  void next_arrival();
  void arrive(bool quiet, TimeMs occurred_at);
  void live(std::size_t ticket);
  void reply(std::size_t ticket);
  void pause(std::size_t ticket);
  void resolve(std::size_t ticket);
  void odd(std::size_t ticket);
  void rare(std::size_t ticket, OwnedCommand& command);
  void ask(std::size_t ticket, OwnedCommand command);
  OwnedCommand about(std::size_t ticket, CommandKind kind) const;
  void set_status(std::size_t ticket, StatusCategory category);
  void set_one(std::size_t ticket, AttributeId attribute);
  void activity(std::size_t ticket, const char* name);
  AttributeValue some_value(AttributeId attribute);
  void later(double hours, std::function<void()> what);
  double uniform();
  double normal();
  double lognormal(double mu, double sigma);  // hours
  double gamma();

  Site& site_;
  Dice dice_;
  const WorkKnobs knobs_;
  const TenantSpec& spec_;
  const std::vector<Producer*> producers_;
  std::vector<Ticket> tickets_;
  double busyness_ = 1;
  TimeMs busy_day_ = -1;
  WorldTime storm_until_ = 0;
  double storm_times_ = 1;
  std::uint64_t storms_ = 0;  // makes arrivals thrown before one void
  bool over_ = false;
  WorkCounters counters_;
};

}  // namespace vencer::sim
