#include "engine/core/engine.h"

namespace vencer {

// Holds the ladders of the ticket, or one clock's: a step that falls inside waits for the end.
Errc command_acknowledge(StateMachine::Impl& engine, const TicketRef& ref, const Command& command,
                         TimeMs at, CommandResult* result) {
  result->detail = command.clock;
  if (command.clock != kNoId8 &&
      (command.clock >= ref.tenant.clock_count() || ref.spec().clocks[command.clock].retired)) {
    return Errc::unknown_clock;
  }
  if (command.timeout_ms < 0 || command.timeout_ms > limits::target_max_ms)
    return Errc::time_out_of_range;
  const auto holds = [&](ClockId id) {
    return ref.clock(id).active() && (command.clock == kNoId8 || command.clock == id);
  };
  bool any = false;
  for (std::size_t i = 0; i < ref.tenant.clock_count(); ++i)
    any = any || holds(static_cast<ClockId>(i));
  if (!any) return Errc::nothing_to_acknowledge;
  result->detail = 0;

  Change change;
  change.activity = static_cast<ActivityId>(BuiltinActivity::acknowledged);
  change.actor = command.actor;
  if (const Errc code = engine.take_change(ref, change, at, result); code != Errc::ok) return code;
  TimeMs until = 0;
  for (std::size_t i = 0; i < ref.tenant.clock_count(); ++i) {
    const auto id = static_cast<ClockId>(i);
    if (!holds(id)) continue;
    const ClockState& clock = ref.clock(id);
    TimeMs& held = engine.add_extras(ref).clock(id).ladder.acknowledged_until;
    DurationMs timeout = command.timeout_ms;
    if (timeout == 0 && clock.ladder != kNoId8) {
      timeout = ref.spec().ladders[clock.ladder].acknowledge_ms;
    }
    held = timeout == 0 ? kNever : at + timeout;
    until = std::max(until, held);
    engine.refresh(ref, id);
  }
  Event event = engine.event_of(ref, EventType::acknowledged);
  event.clock = command.clock;
  event.due = until == 0 ? kNever : until;  // 0: its own triggers ended what it would have held
  event.actor = command.actor;
  if (at != engine.now) event.at = at;
  engine.emit(ref, event);
  return Errc::ok;
}

}  // namespace vencer
