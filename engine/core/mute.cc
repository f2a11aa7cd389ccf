#include "engine/core/engine.h"

namespace vencer {

// Events of the tenant, or of tickets with a value of an attribute, are marked until T.
CommandResult StateMachine::Impl::mute(TenantState& state, const Command& command) {
  CommandResult result;
  Mute mute;
  mute.until = command.until;
  if (command.until >= limits::time_max_ms) {  // kNever: not given; for ever would be forgotten
    result.code = Errc::time_out_of_range;
    return result;
  }
  if (command.attribute != kNoId8) {
    const AttributeValue wanted{command.attribute, command.value};
    result.code = check_attributes(*state.current, {&wanted, 1}, &result);
    if (result.code == Errc::ok && command.value == 0) result.code = Errc::unknown_value;
    if (result.code != Errc::ok) return result;
    mute.attribute = command.attribute;
    mute.value = command.value;
  }
  if (!state.mutes.set(mute, now, limits::mutes_max)) result.code = Errc::limit;
  return result;
}

}  // namespace vencer
