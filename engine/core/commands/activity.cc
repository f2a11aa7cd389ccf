#include "engine/core/engine.h"

namespace vencer {
Errc command_activity(StateMachine::Impl& engine, const TicketRef& ref, const Command& command,
                      TimeMs at, CommandResult* result) {
  result->detail = command.activity;
  if (command.activity >= ref.spec().activities.size() ||
      ref.spec().activities[command.activity].retired) {
    return Errc::unknown_activity;
  }
  if (is_derived(command.activity)) return Errc::activity_reserved;
  result->detail = 0;
  Change change;
  change.activity = command.activity;
  change.actor = command.actor;
  return engine.take_change(ref, change, at, result);
}

}  // namespace vencer
