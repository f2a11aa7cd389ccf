// What the machine says and shows against what the model says and shows.
#pragma once

#include <string>
#include <vector>

#include "tests/model/machine.h"

namespace vencer::model {

// Empty if alike, else what differs.
std::string differ(const std::vector<Said>& machine, const std::vector<Said>& model);
std::string differ(const CommandResult& machine, const CommandResult& model);
std::string differ(const std::vector<CommandResult>& machine,
                   const std::vector<CommandResult>& model);
std::string differ(const Told& machine, const Told& model);
// All tickets, their clocks, and the next deadline.
std::string differ(const StateMachine& machine, const Desk& model);
// Two runs of one story: each ticket's events, in order, save what says when they were emitted.
// Not those that other tickets cause: when these are worked off is each run's own.
std::string differ_per_ticket(const std::vector<Said>& one, const std::vector<Said>& other);

}  // namespace vencer::model
