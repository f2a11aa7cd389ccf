// ClockState: one clock of one ticket, 48 bytes; and the arithmetic of elapsed time and due
// instants.
//
// Only arithmetic lives here: what starts and stops a clock is ticket_engine's, which target
// applies is policy's, which step comes next is ladder's.
//
// due (semantics.md, section 5) is the first instant at which elapsed equals the target. An
// interval that ended exactly there did not pass it: paused at the very instant of due and resumed,
// a clock is due at the resume (vector C10).
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "engine/core/calendar.h"
#include "engine/core/packed.h"
#include "engine/core/run_intervals.h"
#include "engine/core/state_machine.h"
#include "engine/core/types.h"

namespace vencer {

struct ClockFlag {
  static constexpr std::uint8_t phase_mask = 7;           // ClockPhase
  static constexpr std::uint8_t breached = 8;             // announced, and not cleared or retracted
  static constexpr std::uint8_t warned = 16;              // a warning of this cycle was sent: amber
  static constexpr std::uint8_t stopped_by_resolve = 32;  // a reopen continues it
  static constexpr std::uint8_t untargeted = 128;         // its rule's target is not given (yet)
  static constexpr std::uint8_t by_date = 64;  // due is a date, not an amount of open time
};

struct ClockState {
  RunIntervals::List intervals;
  std::uint32_t counted;    // what was counted of it: counts.h
  PackedMs due;             // kNever: no target, or paused before it
  PackedMs next_at;         // when breach or next step falls due; kNever: nothing will
  PackedMs run_from;        // running: start of the present run interval
  PackedMs elapsed_before;  // open time of the finished run intervals, in `calendar`
  PackedMs target_ms;
  RuleId rule;  // kNoId16: no target applies
  CalendarId calendar;
  std::uint16_t cycle;  // 0: never started
  std::uint16_t fired;  // steps of this cycle, a bit a StepId
  std::uint8_t ladder;  // kNoId8: none
  std::uint8_t flags;

  ClockPhase phase() const { return static_cast<ClockPhase>(flags & ClockFlag::phase_mask); }
  void set_phase(ClockPhase phase) {
    flags =
        static_cast<std::uint8_t>((flags & ~ClockFlag::phase_mask) | static_cast<unsigned>(phase));
  }
  bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
  void set(std::uint8_t flag) { flags = static_cast<std::uint8_t>(flags | flag); }
  void clear(std::uint8_t flag) { flags = static_cast<std::uint8_t>(flags & ~flag); }
  bool running() const { return phase() == ClockPhase::running; }
  bool active() const { return running() || phase() == ClockPhase::paused; }
  bool has_target() const { return rule != kNoId16 && !has(ClockFlag::untargeted); }
};
static_assert(sizeof(ClockState) == 48, "with two clocks of it a hundred million fit in 20 GB");

// What ClockState is before its first start.
void init_clock(ClockState& clock);

// Open time of the clock's cycle up to `at` (not before its last change).
DurationMs elapsed(const ClockState& clock, const Calendar& calendar, TimeMs at);

// When its present cycle began; it has begun.
TimeMs cycle_start(const ClockState& clock, const RunIntervals& intervals);

// The run intervals of a partition with the calendars of a tenant: each counts in its own, unless
// all are to be read in `as`.
struct Runs {
  const RunIntervals& intervals;
  std::span<const std::shared_ptr<const Calendar>> calendars;
  Calendar::From& known;  // where most clocks run from: they began at one command, or in one batch
  CalendarId as = kNoId16;
  const Calendar& calendar(CalendarId own) const { return *calendars[as == kNoId16 ? own : as]; }
};

// Closes the present run interval at `at`: elapsed_before takes it in.
void end_interval(ClockState& clock, const Calendar& calendar, RunIntervals& intervals, TimeMs at);

enum class Reach { due, step };
// The first instant at which elapsed is `threshold`; kNever while it is not reached and the clock
// is paused. Reach::due does not count an interval that ended exactly there, Reach::step does.
TimeMs instant_of(const ClockState& clock, const Runs& runs, DurationMs threshold, Reach reach);

// Open time of its run intervals up to `at`, the present one included.
DurationMs elapsed_at(const ClockState& clock, const Runs& runs, TimeMs at);

// elapsed_before anew.
DurationMs measure(const ClockState& clock, const Runs& runs);

}  // namespace vencer
