// Goal: what a clock is to reach, by its rule and by what was given on its ticket; and when that
// is.
//
// Choices where semantics.md is silent:
//   - a target "ticket" of a ticket without due_at is none, yet its rule is the clock's: it gives
//     the calendar in which the clock counts;
//   - an instant given to one clock (set_due with a clock) takes the place of whatever target its
//     rule gives; a clock that no rule names has none;
//   - what an extension adds comes last: it moves the date that business days and pauses gave by so
//     much open time. A target that extensions take below zero is zero: due at the cycle's start;
//   - under on_change = "keep" dates are those of the new rule, as if it had always held: only open
//     time is something that a clock can have used up.
//
// Cost: open time: as clock.h; dates: O(run intervals) calendar operations.  Pure.
#pragma once

#include "engine/core/clock.h"
#include "engine/core/tenant.h"

namespace vencer {

struct Goal {
  RuleId rule = kNoId16;  // none: no target
  CalendarId calendar = kAlwaysOpen;
  LadderId ladder = kNoId16;
  TargetKind kind = TargetKind::open_time;  // `ticket` stands as `instant`
  DurationMs target_ms = 0;                 // open_time
  std::uint32_t days = 0;                   // business_days
  TimeMs instant = kNever;                  // instant
  DurationMs extended_ms = 0;
  // An instant may still be to come: the ticket's own.
  bool targeted() const {
    return rule != kNoId16 && (kind != TargetKind::instant || instant != kNever);
  }
};

// Does a pause put off what is due?
inline bool moved_by_pause(TargetKind kind) {
  return kind != TargetKind::instant && kind != TargetKind::ticket;
}

// Fills due, target_ms and ClockFlag::by_date of a clock whose calendar and run intervals are set.
void set_due(ClockState& clock, const Runs& runs, const Goal& goal);

}  // namespace vencer
