// Ladder: which step of a clock comes next, and when.
//
// The breach itself takes part as the step before all others: announced at due + 1 ms. Steps before
// due fall due when elapsed reaches them, steps at or after due 1 ms after their instant. Choices
// where semantics.md is silent:
//   - while a clock is paused its steps wait, as under an acknowledgement: a step whose instant
//   passes
//     meanwhile fires on resume (users of ServiceNow expect escalations to pause with the clock);
//   - a step that raises the level never overtakes an earlier one of the same ladder, even when its
//   own
//     calendar reaches it first: levels fire in order, none skipped. One that has fired and repeats
//     holds nobody up;
//   - of a target that is a date, percentages are of the open time between the cycle's start and
//   due,
//     whatever paused in between;
//   - a step fires once a cycle, whatever the rule becomes; its repetitions go on while its ladder
//     is the clock's, and end when a step of another ladder begins to repeat.
//
// Cost: O(steps) calendar operations.  Pure.
#pragma once

#include "engine/core/clock.h"
#include "engine/core/compiled_tenant.h"
#include "engine/core/ticket_extras.h"

namespace vencer {

struct NextFall {
  TimeMs at = kNever;   // when the engine may act on it
  TimeMs due = kNever;  // the instant it is about, for the event
  bool breach = false;  // else step `position` of the clock's ladder
  std::uint8_t position = kNoId8;
};

// The earliest of what is still to come in this cycle; at = kNever: nothing.
NextFall next_fall(const CompiledTenant& tenant, ClockId clock_id, const ClockState& clock,
                   const LadderExtra& own, const Runs& runs);

// Elapsed time at which a step before due fires: percentages round up to a whole millisecond, and
// an offset longer than the target means the start.
DurationMs step_threshold(const LadderStepSpec& step, DurationMs target_ms);

}  // namespace vencer
