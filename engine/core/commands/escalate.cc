#include "engine/core/engine.h"

namespace vencer {

// One level at a time, upwards (domain.md E5: "debe ser respetada la secuencia establecida").
Errc command_escalate(StateMachine::Impl& engine, const TicketRef& ref, const Command& command,
                      TimeMs at, CommandResult* result) {
  const auto next = static_cast<LevelId>(ref.ticket.level + 1);
  const LevelId level = command.level == 0 ? next : command.level;
  result->detail = level;
  if (level > ref.spec().levels.size()) return Errc::unknown_level;
  if (level != next) return Errc::level_order;
  if (command.recipient != kNoId16 && (command.recipient >= ref.spec().recipients.size() ||
                                       ref.spec().recipients[command.recipient].retired)) {
    return Errc::unknown_recipient;
  }
  result->detail = 0;
  Change change;
  change.level = level;
  change.recipient = command.recipient;
  change.actor = command.actor;
  return engine.take_change(ref, change, at, result);
}

}  // namespace vencer
