#include "engine/core/engine.h"

namespace vencer {

Errc command_set_attributes(StateMachine::Impl& engine, const TicketRef& ref,
                            const Command& command, TimeMs at, CommandResult* result) {
  if (const Errc code = check_attributes(ref.tenant, command.attributes, result);
      code != Errc::ok) {
    return code;
  }
  Change change;
  change.attributes = command.attributes;
  change.actor = command.actor;
  return engine.take_change(ref, change, at, result);
}

}  // namespace vencer
