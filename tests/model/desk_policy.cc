// Which rule gives a clock its target, and what becomes of it when that changes (section 6).
#include <algorithm>

#include "tests/model/desk.h"

namespace vencer::model {

// "For each clock the first rule whose conditions on attributes all hold, and which names it."
// `recompute`: "as if the new rule had held since the cycle began", whatever on_change says.
void Desk::choose_rule(ModelTicket& ticket, ClockId id, TimeMs at, bool recompute) const {
  ModelClock& clock = ticket.clocks[id];
  clock.rule = kNoId16;
  clock.target = {};
  clock.target.openings = calendars_[kAlwaysOpen];
  const auto take = [&](RuleId rule, const TargetSpec& target) {
    clock.rule = rule;
    CalendarId calendar = target.calendar;
    if (target.calendar_by != kNoId8) {
      const Value value = ticket.now.value(target.calendar_by);
      const bool named =
          value >= 1 && value <= target.calendars.size() && target.calendars[value - 1] != kNoId16;
      if (named) calendar = target.calendars[value - 1];
    }
    clock.target = {
        target.kind,         target.target_ms,
        target.days,         target.kind == TargetKind::ticket ? ticket.due_at : target.instant,
        target.ladder,       calendar,
        calendars_[calendar]};
  };
  for (const RuleId candidate : document_.rule_order) {
    const RuleSpec& rule = document_.rules[candidate];
    if (!ticket.now.matches(rule.when)) continue;
    const auto target = std::find_if(rule.targets.begin(), rule.targets.end(),
                                     [&](const TargetSpec& t) { return t.clock == id; });
    if (target == rule.targets.end()) continue;
    take(candidate, *target);
    break;
  }
  if (recompute || document_.clocks[id].on_change != OnChange::keep) {
    for (ModelRun& run : clock.runs) run.openings = clock.target.openings;
    return;
  }
  // "elapsed stays as measured, the rest runs under the new rule"
  if (!clock.running() || clock.runs.back().openings == clock.target.openings) return;
  if (clock.runs.back().from < at) {
    clock.runs.back().to = at;
    clock.runs.push_back({at, kNever, clock.target.openings});
  } else {
    clock.runs.back().openings = clock.target.openings;
  }
}

// `at` is when the new attributes began to hold.
void Desk::policy(ModelTicket& ticket, TimeMs at, bool by_document) {
  for (std::size_t i = 0; i < ticket.clocks.size(); ++i) {
    const auto id = static_cast<ClockId>(i);
    ModelClock& clock = ticket.clocks[i];
    if (!clock.active()) continue;
    const TimeMs announced = due_of(clock);
    const RuleId before = clock.rule;
    choose_rule(ticket, id, at, false);
    // "a new cycle at the change, if the chosen rule is another one; under a new document as
    // recompute"
    if (!by_document && document_.clocks[i].on_change == OnChange::restart &&
        clock.rule != before) {
      begin_cycle(ticket, id, at);
      continue;
    }
    const TimeMs due = due_of(clock);
    if (!clock.breached || due < at || due <= announced) continue;
    clock.breached = false;
    say_clock(ticket, id, EventType::breach_cleared, at, due, elapsed_at(clock, at), 0);
  }
}

}  // namespace vencer::model
