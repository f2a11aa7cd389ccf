#include "engine/core/engine.h"

namespace vencer {

// To the tenant's first status of category cancelled.
Errc command_cancel(StateMachine::Impl& engine, const TicketRef& ref, const Command& command,
                    TimeMs at, CommandResult* result) {
  Change change;
  change.actor = command.actor;
  for (std::size_t i = 0; i < ref.spec().statuses.size() && change.status == kNoId8; ++i) {
    const StatusSpec& status = ref.spec().statuses[i];
    if (status.category == StatusCategory::cancelled && !status.retired) {
      change.status = static_cast<StatusId>(i);
    }
  }
  if (change.status == kNoId8) {
    result->detail = kNoId8;
    return Errc::unknown_status;
  }
  return engine.take_change(ref, change, at, result);
}

}  // namespace vencer
