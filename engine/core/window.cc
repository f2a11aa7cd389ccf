// Windows: clocks that are no promise. At their end come clock_expired and what they set. The
// tenant's reopen window is one: until it ends a closed ticket may be reopened.
#include <algorithm>

#include "engine/core/engine.h"

namespace vencer {

// `at`: when what it sets takes effect.
void StateMachine::Impl::expire_window(const TicketRef& ref, ClockId id, TimeMs at) {
  ClockState& clock = ref.clock(id);
  const TimeMs due = clock.due;
  const DurationMs ran = elapsed_at(clock, runs_of(ref), due);
  if (clock.running()) {
    const TimeMs end = std::max<TimeMs>(due, clock.run_from);
    end_interval(clock, ref.tenant.calendar(clock.calendar), intervals, end);
  }
  count_active(ref, id, -1);
  clock.set_phase(ClockPhase::expired);
  clock.next_at = kNever;
  end_acknowledgement(ref, id);
  emit_clock(ref, id, EventType::clock_expired, at, ran, 0);

  const SetSpec& sets = ref.spec().clocks[id].at_end;
  if (!sets.empty()) {
    Change change;
    change.status = sets.status;
    change.attributes = sets.attributes;
    Event refused = event_of(ref, id, EventType::step_refused);
    refused.due = due;
    change_by_time(ref, change, at, refused);
  }
  if (id == ref.spec().reopen_clock && !ref.ticket.has(TicketFlag::closed)) {
    close_for_good(ref, at);
    update_light(ref);
  }
}

// Can a ticket in a closed status still be reopened? As long as its window has an end to come.
bool StateMachine::Impl::reopen_window_open(const TicketRef& ref) const {
  const ClockId id = ref.spec().reopen_clock;
  if (id == kNoId8 || ref.category() != StatusCategory::closed) return false;
  return ref.clock(id).active() && ref.clock(id).due != kNever;
}

// After whatever happened to a ticket in a closed or cancelled status: closed for good, or, while
// its window is open, without promises. These are marked, so that a reopen continues them.
void StateMachine::Impl::settle_closed(const TicketRef& ref, TimeMs at) {
  if (!reopen_window_open(ref)) return close_for_good(ref, at);
  for (std::size_t i = 0; i < ref.tenant.clock_count(); ++i) {
    const auto id = static_cast<ClockId>(i);
    if (!ref.clock(id).active() || ref.tenant.is_window(id)) continue;
    cancel_clock(ref, id, at);
    ref.clock(id).set(ClockFlag::stopped_by_resolve);
  }
}

}  // namespace vencer
