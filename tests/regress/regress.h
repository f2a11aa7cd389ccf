// What the regression tests share beside the desk of tests/unit/core: one file per bug, named after
// it, which failed before the fix.
#pragma once

#include "tests/unit/core/desk.h"

namespace vencer::test {

inline constexpr std::uint64_t bit_of(BuiltinActivity activity) {
  return 1ull << static_cast<unsigned>(activity);
}

inline Command command_of(CommandKind kind, std::uint64_t key, TimeMs occurred_at = kNever) {
  Command command;
  command.kind = kind;
  command.key = {key, 0, KeyKind::number};
  command.occurred_at = occurred_at;
  return command;
}

inline CommandResult late_status(Desk& desk, TimeMs now, std::uint64_t key, StatusId status,
                                 TimeMs occurred_at) {
  Command command = command_of(CommandKind::set_status, key, occurred_at);
  command.status = status;
  return desk.command(now, command);
}

inline CommandResult late_priority(Desk& desk, TimeMs now, std::uint64_t key, Value value,
                                   TimeMs occurred_at) {
  Command command = command_of(CommandKind::set_attributes, key, occurred_at);
  const AttributeValue attributes[] = {{kPriority, value}};
  command.attributes = attributes;
  return desk.command(now, command);
}

inline void background(Desk& desk, TimeMs now) {
  Step step;
  step.kind = StepKind::background;
  step.now = now;
  step.limit = UINT64_MAX;
  desk.apply(step);
}

// The desk's document with one ladder of these steps on its resolution clock.
inline TenantSpec with_steps(std::vector<LadderStepSpec> steps) {
  TenantSpec spec = desk_document();
  spec.clocks[kResolution].step_names.clear();
  for (const LadderStepSpec& step : steps) {
    spec.clocks[kResolution].step_names.push_back(step.name);
  }
  spec.ladders[0].steps = std::move(steps);
  return spec;
}

inline LadderStepSpec after_due(std::string name, DurationMs offset_ms) {
  LadderStepSpec step;
  step.name = std::move(name);
  step.anchor = StepAnchor::after_due;
  step.offset_ms = offset_ms;
  return step;
}

inline LadderStepSpec percent(std::string name, std::uint32_t percent_milli) {
  LadderStepSpec step;
  step.name = std::move(name);
  step.percent_milli = percent_milli;
  return step;
}

}  // namespace vencer::test
