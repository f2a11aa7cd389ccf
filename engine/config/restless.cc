// Clocks that would never rest: what a step or the end of a window sets sets the same clock off
// again, and it falls due at once. The core ends each such cascade (take_change.cc); a document
// that asks for one is refused.
//
// Looks at one clock at a time, and at `set:` only: that an attribute is set happens each time,
// that it changes or a status is entered does not.
#include <fmt/format.h>

#include "engine/config/durations.h"
#include "engine/config/sections.h"
#include "engine/core/ladder.h"
#include "engine/core/limits.h"

namespace vencer::config {
namespace {

std::uint32_t bits_of(const std::vector<AttributeValue>& sets) {
  std::uint32_t bits = 0;
  for (const AttributeValue& set : sets) bits |= 1u << set.attribute;
  return bits;
}

// From its start to the step.
DurationMs span_of(const LadderStepSpec& step, DurationMs target_ms) {
  return step.anchor == StepAnchor::after_due ? target_ms + step.offset_ms
                                              : step_threshold(step, target_ms);
}

// Those of `bits` that begin a cycle of this clock. `ended`: it is no longer active by then.
std::uint32_t restarting(const ClockSpec& clock, std::uint32_t bits, bool ended) {
  std::uint32_t restarts = bits & clock.reset.attributes_set;
  const std::uint32_t ends = clock.stop.attributes_set | clock.cancel.attributes_set;
  if (clock.each_cycle && (ended || (bits & ends) != 0)) {
    restarts |= bits & clock.start.attributes_set;
  }
  return restarts;
}

void check(const Compilation& c, const Cursor& place, const TargetSpec& target,
           const std::string& what, const SetSpec& sets, DurationMs span_ms, bool ended) {
  const ClockSpec& clock = c.spec.clocks[target.clock];
  const std::uint32_t bits = restarting(clock, bits_of(sets.attributes), ended);
  const bool may_leave = sets.status != kNoId8 && !clock.run_while.empty();
  if (bits == 0 || span_ms >= limits::cascade_gap_ms || may_leave) return;
  const auto attribute = static_cast<std::size_t>(__builtin_ctz(bits));
  place.error(fmt::format(
      "clock {} would never rest: {} after {} sets {}, which sets the clock off again; give it a "
      "longer target, or drop {} from what sets it off",
      quoted(clock.name), what, duration_text(span_ms), quoted(c.spec.attributes[attribute].name),
      quoted("set:" + c.spec.attributes[attribute].name)));
}

}  // namespace

void check_restless(Compilation& c) {
  for (const RuleId rule : c.spec.rule_order) {
    for (const TargetSpec& target : c.spec.rules[rule].targets) {
      if (target.kind != TargetKind::open_time) continue;
      const Cursor& place = c.rule_places.at(rule);
      const ClockSpec& clock = c.spec.clocks[target.clock];
      check(c, place, target, "its end", clock.at_end, target.target_ms, true);
      if (target.ladder == kNoId16) continue;
      for (const LadderStepSpec& step : c.spec.ladders[target.ladder].steps) {
        check(c, place, target, fmt::format("step {} of its ladder", quoted(step.name)),
              {step.set_status, step.set_attributes}, span_of(step, target.target_ms), false);
      }
    }
  }
}

}  // namespace vencer::config
