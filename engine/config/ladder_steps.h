// The steps of a ladder: { at = "+2h", level = "Jefatura", to = "guardia", set = { priority =
// "Urgente" } }
#pragma once

#include <string_view>

#include "engine/config/compilation.h"
#include "engine/config/keys.h"
#include "engine/core/result.h"

namespace vencer::config {

// Where a step stands: "75%", "-30m", "due", "+2h".
struct StepOffset {
  StepAnchor anchor = StepAnchor::after_due;
  std::uint32_t percent_milli = 0;
  DurationMs offset_ms = 0;
};
Result<StepOffset> parse_step_offset(std::string_view text);

LadderStepSpec read_ladder_step(Compilation& c, const Cursor& at);

// What the steps say together: names, order in time, order of levels. `list` has a cursor for each.
void check_ladder(Compilation& c, const Cursor& list, const LadderSpec& ladder);

void list_ladder_step_keys(KeyRows& rows);

}  // namespace vencer::config
