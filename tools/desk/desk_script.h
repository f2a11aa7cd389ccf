// DeskScript: what happens on a small, busy desk, drawn from a seed and shaped like real ones, in
// seconds instead of hours: arrivals come singly and in bursts, answers and pauses are lognormal, a
// third of the tickets wait for their customer, a few are reopened or become urgent, and some
// nobody ever answers.
//
// Pure: no clock, no server. The same seed and rate give the same actions.
//
// Cost: O(log open actions) each.  Units: milliseconds since the desk opened.  Thread: one at a
// time.
#pragma once

#include <cstdint>
#include <queue>
#include <random>
#include <vector>

#include "engine/core/types.h"

namespace vencer {

struct DeskAction {
  enum class Kind : std::uint8_t {
    create,
    agent_reply,
    customer_reply,
    start_work,  // a status of category open
    wait,        // pending
    resolve,     // resolved
    reassign,    // another team
    raise,       // the priority to the highest
  };
  DurationMs at = 0;
  std::uint64_t order = 0;  // of actions at the same time
  std::uint64_t ticket = 0;
  Kind kind = Kind::create;
  std::uint64_t draw = 0;  // free bits for what the action needs to choose
};

class DeskScript {
 public:
  DeskScript(std::uint64_t seed, double tickets_per_second);

  // The next action; times never decrease. The desk never closes.
  DeskAction next();
  std::uint64_t tickets() const { return tickets_; }

 private:
  struct Later {
    bool operator()(const DeskAction& a, const DeskAction& b) const {
      return a.at != b.at ? a.at > b.at : a.order > b.order;
    }
  };
  double uniform();  // [0, 1)
  bool chance(double probability) { return uniform() < probability; }
  DurationMs exponential(double mean_s);
  DurationMs lognormal(double median_s, double sigma);
  void add(DurationMs at, std::uint64_t ticket, DeskAction::Kind kind);
  void arrive();
  void plan_ticket(DurationMs at);
  void plan_end(DurationMs at, std::uint64_t ticket);

  std::mt19937_64 random_;
  double gap_s_;
  DurationMs next_arrival_ = 0;
  std::uint64_t burst_left_ = 0;
  std::uint64_t tickets_ = 0;
  std::uint64_t order_ = 0;
  std::priority_queue<DeskAction, std::vector<DeskAction>, Later> actions_;
};

}  // namespace vencer
