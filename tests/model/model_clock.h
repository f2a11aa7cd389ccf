// ModelClock: one clock of one ticket as the naive model keeps it: the stretches of time in which
// it ran, and the rule in force. Elapsed, due and the instants of steps are worked out from these
// every time they are asked for.
#pragma once

#include <set>
#include <vector>

#include "engine/core/state_machine.h"
#include "tests/model/openings.h"

namespace vencer::model {

struct ModelClock {
  ClockPhase phase = ClockPhase::idle;
  std::uint16_t cycle = 0;
  std::vector<RunInterval> runs;  // of this cycle; the last one's `to` is kNever while it runs
  RuleId rule = kNoId16;          // in force; none: no target
  TargetSpec target;              // of that rule
  TimeMs missed_due = kNever;     // missed: the due that was missed
  DurationMs stopped_elapsed = 0;
  bool breached = false;   // announced, and not cleared or retracted
  bool warned = false;     // in this cycle
  bool continues = false;  // stopped by the entry into resolved: a reopen goes on with it
  TimeMs acknowledged_until = 0;
  std::set<StepId> fired;     // in this cycle, at least once
  StepId repeating = kNoId8;  // the step that repeats, and how often it did so
  unsigned repeats = 0;

  bool running() const { return phase == ClockPhase::running; }
  bool active() const { return running() || phase == ClockPhase::paused; }
  bool has_target() const { return rule != kNoId16; }
};

// Open time of the cycle up to `at`.
DurationMs elapsed_at(const ModelClock& clock, const Openings& openings, TimeMs at);

// The first instant of a run at which elapsed has reached `threshold`; kNever: in none so far.
// The instant at which a run ends belongs to it for a step, and does not for `due` (vector C10).
TimeMs reached(const ModelClock& clock, const Openings& openings, DurationMs threshold,
               bool end_counts);

// Where the clock's due stands now (as views show it); kNever: nowhere.
TimeMs due_of(const ModelClock& clock, const Openings& openings);

}  // namespace vencer::model
