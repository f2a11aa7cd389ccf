// What a document may say but can hardly mean: steps that never fire or fire at once, statuses that
// no ticket can enter or leave, constraints that nobody can satisfy.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <set>

#include "engine/config/durations.h"
#include "engine/config/happenings.h"
#include "engine/config/sections.h"

namespace vencer::config {
namespace {

// A window ends at its due instant; what would come after it never does.
void check_window_step(const Cursor& place, const ClockSpec& clock, const LadderStepSpec& step) {
  if (step.anchor != StepAnchor::after_due) return;
  if (step.offset_ms == 0 && step.every_ms == 0) return;
  place.warning(
      fmt::format("step {} of its ladder can never fire: clock {} is a window, which is "
                  "over when it is due",
                  quoted(step.name), quoted(clock.name)));
}

void check_early_step(const Cursor& place, const TargetSpec& target, const ClockSpec& clock,
                      const LadderStepSpec& step) {
  if (target.kind != TargetKind::open_time || step.anchor != StepAnchor::before_due) return;
  if (step.offset_ms <= target.target_ms) return;
  place.warning(fmt::format(
      "step {} of its ladder would fall due before clock {} starts and fires at once: the "
      "target is {}",
      quoted(step.name), quoted(clock.name), duration_text(target.target_ms)));
}

void check_steps(Compilation& c) {
  std::set<std::pair<LadderId, ClockId>> told;
  for (const RuleId rule : c.spec.rule_order) {
    for (const TargetSpec& target : c.spec.rules[rule].targets) {
      if (target.ladder == kNoId16) continue;
      const ClockSpec& clock = c.spec.clocks[target.clock];
      const bool first = told.insert({target.ladder, target.clock}).second;
      for (const LadderStepSpec& step : c.spec.ladders[target.ladder].steps) {
        check_early_step(c.rule_places.at(rule), target, clock, step);
        if (first && clock.kind == ClockKind::window) {
          check_window_step(c.rule_places.at(rule), clock, step);
        }
      }
    }
  }
}

// Statuses that this constraint keeps every ticket out of.
std::uint64_t forbidden_to_all(const ConstraintSpec& constraint) {
  if (constraint.kind != ConstraintKind::forbidden || !constraint.when.empty()) return 0;
  return constraint.while_in.empty() ? constraint.on.statuses : constraint.while_in.statuses;
}

void check_statuses(Compilation& c) {
  std::uint64_t live = 0, closed = 0;
  for (std::size_t id = 0; id < c.spec.statuses.size(); ++id) {
    if (c.statuses.live(id)) live |= std::uint64_t{1} << id;
  }
  const Cursor* place = nullptr;
  for (const auto& [id, at] : c.constraint_places) {
    const std::uint64_t mask = forbidden_to_all(c.spec.constraints[id]) & live;
    if (mask == 0) continue;
    closed |= mask;
    place = &at;
    at.warning(fmt::format(
        "no ticket at all can enter the status {}",
        quoted(c.spec.statuses[static_cast<std::size_t>(std::countr_zero(mask))].name)));
  }
  if (place == nullptr) return;
  const std::uint64_t end = category_mask(c, StatusCategory::resolved) |
                            category_mask(c, StatusCategory::closed) |
                            category_mask(c, StatusCategory::cancelled);
  const std::uint64_t open = live & ~closed;
  if ((open & end) == 0) place->warning("and so no ticket can ever end");
  if (std::has_single_bit(open)) {
    place->warning(fmt::format(
        "and so no ticket can leave the status {}",
        quoted(c.spec.statuses[static_cast<std::size_t>(std::countr_zero(open))].name)));
  }
}

// Can no value satisfy both? Of one attribute, neither negated.
bool contradicts(const MatchSpec& a, const MatchSpec& b) {
  return a.attribute == b.attribute && !a.negated && !b.negated &&
         std::none_of(a.values.begin(), a.values.end(), [&](Value value) {
           return std::find(b.values.begin(), b.values.end(), value) != b.values.end();
         });
}

void check_only(Compilation& c) {
  for (const auto& [id, at] : c.constraint_places) {
    const ConstraintSpec& constraint = c.spec.constraints[id];
    for (const MatchSpec& when : constraint.when) {
      for (const MatchSpec& match : constraint.match) {
        if (!contradicts(when, match)) continue;
        at.warning(
            fmt::format("can never be satisfied: `when` and `only` ask for different "
                        "values of {}",
                        quoted(c.spec.attributes[when.attribute].name)));
      }
    }
  }
}

}  // namespace

void check_doubts(Compilation& c) {
  check_steps(c);
  check_statuses(c);
  check_only(c);
}

}  // namespace vencer::config
