// What time does to a ticket beside its ladders: the ends of windows, of a pending-until, of a wait
// for start_at (semantics.md, section 5).
#include "engine/core/limits.h"
#include "tests/model/desk.h"

namespace vencer::model {

// Automatically, unless something stands in the way: that is told.
bool Desk::try_to_set(ModelTicket& ticket, const SetSpec& set, TimeMs at, const Said& refusal) {
  Request request;
  request.automatic = true;
  request.status = set.status;
  request.attributes = set.attributes;
  complete(ticket, request);
  Said refused = refusal;
  const bool room = interval_room(ticket, request);
  if (room) refused.event.subject = broken(ticket, request, at);
  if (room && refused.event.subject == kNoId16) {
    change(ticket, request, at);
    return true;
  }
  say(refused);
  return false;
}

// "At most 8 automatic changes per ticket and instant, then cascade_stopped." Choice
// (take_change.cc): what one leaves due in less than a second is of its instant.
void Desk::change_by_itself(ModelTicket& ticket, const SetSpec& set, TimeMs at,
                            const Said& refusal) {
  if (set.empty()) return;
  if (at >= ticket.cascade_at + limits::cascade_gap_ms) ticket.in_cascade = 0;
  if (ticket.in_cascade == limits::automatic_changes_max) {
    Said refused = refusal;
    refused.event.type = EventType::cascade_stopped;
    return say(refused);
  }
  if (!try_to_set(ticket, set, at, refusal)) return;
  ++ticket.in_cascade;
  ticket.cascade_at = at;
  if (next_of(ticket) >= at + limits::cascade_gap_ms) ticket.in_cascade = 0;
}

// "At T then_status is taken, effective at T, as an automatic change."
void Desk::end_pending(ModelTicket& ticket, TimeMs at) {
  Said refusal = about(ticket, EventType::step_refused);
  refusal.event.due = ticket.pending_until;
  ticket.pending_until = kNever;
  // Choice (pending.cc): a status that a document has dropped meanwhile is not taken.
  if (document_.statuses[ticket.pending_then].retired) return say(refusal);
  change_by_itself(ticket, {ticket.pending_then, {}}, at, refusal);
}

// "At T the clocks see `created` and the entry into the present status and level as of T."
void Desk::start_clocks(ModelTicket& ticket, TimeMs at) {
  ticket.starts_at = kNever;
  ticket.changed_at = std::max(ticket.changed_at, at);
  Happened h;
  h.activities = 1ull << static_cast<unsigned>(BuiltinActivity::created);
  h.entered = 1ull << ticket.now.status;
  if (ticket.now.level > 0) h.levels = static_cast<std::uint16_t>(1u << ticket.now.level);
  h.after = ticket.now;
  move_clocks(ticket, h, at);
  settle(ticket, at);
  update_light(ticket);
}

// The end of a window: "clock_expired; phase expired; then at_end is set".
void Desk::expire(ModelTicket& ticket, ClockId id, const Fall& fall, TimeMs at) {
  ModelClock& clock = ticket.clocks[id];
  const ClockSpec& spec = document_.clocks[id];
  clock.stopped_target = target_of(clock);
  Said said = about(ticket, id, EventType::clock_expired);
  said.event.due = fall.due;
  said.event.elapsed_ms = elapsed_at(clock, fall.due);
  said.event.at = at;
  if (clock.running()) clock.runs.back().to = std::max(fall.due, clock.runs.back().from);
  clock.stopped_elapsed = elapsed_at(clock, at);  // with what it ran past a due that came late
  clock.phase = ClockPhase::expired;
  clock.missed_due = fall.due;  // views go on showing it
  clock.acknowledged_until = 0;
  say(said);
  Said refusal = about(ticket, id, EventType::step_refused);
  refusal.event.due = fall.due;
  const SetSpec at_end = spec.at_end;
  change_by_itself(ticket, at_end, at, refusal);
  if (id == document_.reopen_clock && !ticket.closed) {
    close(ticket, at);
    update_light(ticket);
  }
}

}  // namespace vencer::model
