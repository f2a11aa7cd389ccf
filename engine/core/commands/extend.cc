#include "engine/core/engine.h"

namespace vencer {
namespace {

bool in_range(DurationMs by) {
  return by >= -limits::target_max_ms && by <= limits::target_max_ms;
}

}  // namespace

// Moves the deadline of a clock's present cycle by open time of its calendar.
Errc command_extend(StateMachine::Impl& engine, const TicketRef& ref, const Command& command,
                    TimeMs at, CommandResult* result) {
  const ClockId id = command.clock;
  result->detail = id;
  if (id >= ref.tenant.clock_count() || ref.spec().clocks[id].retired) return Errc::unknown_clock;
  if (!in_range(command.by_ms)) return Errc::time_out_of_range;
  if (command.reason.size() > limits::reason_bytes_max) return Errc::limit;
  const ClockState& clock = ref.clock(id);
  if (!clock.active() || !clock.has_target()) return Errc::not_running;
  const TicketExtras* given = engine.extras_of(ref);
  const DurationMs extended = command.by_ms + (given == nullptr ? 0 : given->extended_of(id));
  if (!in_range(extended)) return Errc::time_out_of_range;
  result->detail = 0;
  engine.add_extras(ref).clock(id).extended_ms = extended;
  ++ref.ticket.version;
  engine.redue(ref, id, at);
  Event event = engine.event_of(ref, id, EventType::deadline_extended);
  event.elapsed_ms = elapsed(clock, ref.tenant.calendar(clock.calendar), at);
  event.actor = command.actor;
  event.reason = command.reason;
  if (at != engine.now) event.at = at;
  engine.emit(ref, event);
  engine.update_light(ref);
  return Errc::ok;
}

}  // namespace vencer
