#include "engine/core/engine.h"

namespace vencer {
namespace {

// The status of duplicates; kNoId8: the tenant has none for them.
StatusId merged_status(const TenantSpec& spec) {
  if (spec.merged_status != kNoId8) return spec.merged_status;
  for (std::size_t i = 0; i < spec.statuses.size(); ++i) {
    const StatusSpec& status = spec.statuses[i];
    if (status.category == StatusCategory::cancelled && !status.retired) {
      return static_cast<StatusId>(i);
    }
  }
  return kNoId8;
}

}  // namespace

// A duplicate of another ticket, which may be closed, but not a duplicate itself.
Errc command_merge(StateMachine::Impl& engine, const TicketRef& ref, const Command& command,
                   TimeMs at, CommandResult* result) {
  const Slot other = engine.find_other(ref, command.other);
  if (other == kNoSlot) return Errc::unknown_ticket;
  if (other == ref.slot) return Errc::invalid_link;
  const TicketExtras* there = engine.extras_of(engine.look(other));
  if (there != nullptr && there->merged) return Errc::invalid_link;
  Change change;
  change.merge = true;
  change.other = command.other;
  change.status = merged_status(ref.spec());
  change.actor = command.actor;
  if (change.status == kNoId8) {
    result->detail = kNoId8;
    return Errc::unknown_status;
  }
  return engine.take_change(ref, change, at, result);
}

}  // namespace vencer
