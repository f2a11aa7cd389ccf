// "A tenant or team can be muted until T: its events are marked."
#include <algorithm>

#include "engine/core/limits.h"
#include "tests/model/desk.h"

namespace vencer::model {

Errc Desk::mute(const Command& command, CommandResult* result) {
  if (command.until >= limits::time_max_ms) return Errc::time_out_of_range;
  AttributeValue of{command.attribute, command.value};
  if (command.attribute == kNoId8) {
    of.value = 0;
  } else {
    Command wanted;
    wanted.attributes = {&of, 1};
    if (const Errc code = check_attributes(wanted, result); code != Errc::ok) return code;
    if (of.value == 0) return Errc::unknown_value;
  }
  mutes_[{of.attribute, of.value}] = command.until;
  return Errc::ok;
}

bool Desk::is_muted(const std::vector<AttributeValue>& attributes) const {
  return std::any_of(mutes_.begin(), mutes_.end(), [&](const auto& mute) {
    const auto& [of, until] = mute;
    const AttributeValue value{of.first, of.second};
    const bool all = of.first == kNoId8;
    return now_ < until &&
           (all || std::find(attributes.begin(), attributes.end(), value) != attributes.end());
  });
}

}  // namespace vencer::model
