#include "engine/core/engine.h"

namespace vencer {

Errc command_set_status(StateMachine::Impl& engine, const TicketRef& ref, const Command& command,
                        TimeMs at, CommandResult* result) {
  result->detail = command.status;
  if (command.status >= ref.spec().statuses.size() || ref.spec().statuses[command.status].retired) {
    return Errc::unknown_status;
  }
  result->detail = 0;
  Change change;
  change.status = command.status;
  change.actor = command.actor;
  return engine.take_change(ref, change, at, result);
}

}  // namespace vencer
