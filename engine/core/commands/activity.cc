#include "engine/core/engine.h"

namespace vencer {
namespace {
bool derived(ActivityId activity) {
  switch (static_cast<BuiltinActivity>(activity)) {
    case BuiltinActivity::created:
    case BuiltinActivity::status_changed:
    case BuiltinActivity::escalated:
    case BuiltinActivity::acknowledged:
    case BuiltinActivity::reopened:
      return true;
    default:
      return false;
  }
}
}  // namespace

Errc command_activity(StateMachine::Impl& engine, const TicketRef& ref, const Command& command,
                      TimeMs at, CommandResult* result) {
  result->detail = command.activity;
  if (command.activity >= ref.spec().activities.size() ||
      ref.spec().activities[command.activity].retired) {
    return Errc::unknown_activity;
  }
  if (derived(command.activity)) return Errc::activity_reserved;
  result->detail = 0;
  Change change;
  change.activity = command.activity;
  change.actor = command.actor;
  engine.apply_change(ref, change, at);
  return Errc::ok;
}

}  // namespace vencer
