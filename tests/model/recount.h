// Recount: what the queries must answer, counted anew from the tickets and from what was said: all
// but the local day of a verdict. Plain vectors and maps, every ticket looked at each time.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "engine/core/query.h"
#include "tests/model/machine.h"

namespace vencer::model {

class Recount {
 public:
  explicit Recount(Machine& machine) : machine_(machine) {}

  // Events since the last call.
  void listen(const std::vector<Said>& said);
  // Empty if all queries answer what the tickets say. No job may be under way.
  std::string differ(Dice& dice);
  void leave_out_values() { values_ = false; }  // count_by changed on the way

 private:
  struct Given {
    ClockId clock = 0;
    bool missed = false;
    DurationMs elapsed_ms = 0;
    bool frozen = false;  // its attributes are what they were
    std::map<AttributeId, Value> attributes = {};
  };
  using Cycle = std::tuple<std::uint64_t, ClockId, std::uint16_t>;

  void take(const Cycle& cycle, bool missed, DurationMs elapsed_ms);
  void leave(std::uint64_t key);
  TicketView view_of(std::uint64_t key) const;
  std::vector<std::pair<Slot, TicketView>> tickets() const;
  std::string differ_counts() const;
  std::string differ_dues(Dice& dice) const;
  std::string differ_overdue(Dice& dice) const;
  std::string differ_export() const;
  std::string differ_attainment(AttributeId by) const;

  Machine& machine_;
  std::map<Cycle, Given> given_;
  std::vector<Given> gone_;  // of tickets whose key was used again
  bool values_ = true;
  bool verdicts_ = true;  // all are known
};

}  // namespace vencer::model
