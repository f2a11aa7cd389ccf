// ModelClock: one clock of one ticket as the naive model keeps it: the stretches of time in which
// it ran, and the rule in force. Elapsed, due and the instants of steps are worked out from these
// every time they are asked for.
#pragma once

#include <set>
#include <vector>

#include "engine/core/state_machine.h"
#include "tests/model/openings.h"

namespace vencer::model {

// "keep: a run interval remembers the calendar in which it counted."
struct ModelRun {
  TimeMs from;
  TimeMs to;  // kNever: still on
  const Openings* openings;
};

// What the rule in force gives, of a ticket as it stands.
struct ModelTarget {
  TargetKind kind = TargetKind::open_time;
  DurationMs open_ms = 0;
  std::uint32_t days = 0;
  TimeMs instant = kNever;  // instant; ticket: its due_at
  LadderId ladder = kNoId16;
  CalendarId calendar = kAlwaysOpen;
  const Openings* openings = nullptr;
};

struct ModelClock {
  ClockPhase phase = ClockPhase::idle;
  std::uint16_t cycle = 0;
  TimeMs began = 0;            // this cycle
  std::vector<ModelRun> runs;  // of this cycle
  RuleId rule = kNoId16;       // in force; none: no target
  ModelTarget target;
  DurationMs extended_ms = 0;  // of this cycle
  TimeMs missed_due = kNever;  // missed: the due that was missed
  DurationMs stopped_elapsed = 0;
  DurationMs stopped_target = 0;  // as of when it last ran
  bool breached = false;          // announced, and not cleared or retracted
  bool warned = false;            // in this cycle
  bool continues = false;         // stopped by the entry into resolved: a reopen goes on with it
  TimeMs acknowledged_until = 0;
  std::set<StepId> fired;     // in this cycle, at least once
  StepId repeating = kNoId8;  // the step that repeats, and how often it did so
  unsigned repeats = 0;

  bool running() const { return phase == ClockPhase::running; }
  bool active() const { return running() || phase == ClockPhase::paused; }
  // "ticket: none, as long as it has none."
  bool has_target() const {
    const bool given = target.kind != TargetKind::ticket || target.instant != kNever;
    return rule != kNoId16 && given;
  }
};

// Open time of the cycle up to `at`.
DurationMs elapsed_at(const ModelClock& clock, TimeMs at);

// The first instant of a run at which elapsed has reached `threshold`; kNever: in none so far.
// The instant at which a run ends belongs to it for a step, and does not for `due` (vector C10).
TimeMs reached(const ModelClock& clock, DurationMs threshold, bool end_counts);

// Where the clock's due stands now (as views show it); kNever: nowhere.
TimeMs due_of(const ModelClock& clock);

// The target as open time: what it says, or the open time between the cycle's start and its due.
// Choice (target.cc): of a paused clock, as if the pause ended at once.
DurationMs target_of(const ModelClock& clock);
DurationMs target_by_date(const ModelClock& clock);

// When so much of the target is used up: by elapsed, or, where the target is no open time, by the
// open time since the cycle's start.
TimeMs used_up(const ModelClock& clock, DurationMs part);

// By how much it is over at `at`.
DurationMs overrun_at(const ModelClock& clock, TimeMs due, TimeMs at);

}  // namespace vencer::model
