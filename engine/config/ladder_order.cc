// What the steps of a ladder must be together. A ladder is read from top to bottom: in the order in
// which its steps fall due and its levels rise.
#include <fmt/format.h>

#include <algorithm>

#include "engine/config/ladder_steps.h"

namespace vencer::config {
namespace {

// Does `later` certainly fall due before `earlier`, whatever the target is?
bool out_of_order(const LadderStepSpec& earlier, const LadderStepSpec& later) {
  if (earlier.anchor != later.anchor) return earlier.anchor == StepAnchor::after_due;
  switch (later.anchor) {
    case StepAnchor::percent:
      return later.percent_milli < earlier.percent_milli;
    case StepAnchor::before_due:
      return later.offset_ms > earlier.offset_ms;
    case StepAnchor::after_due:
      return later.calendar == earlier.calendar && later.offset_ms < earlier.offset_ms;
  }
  return false;
}

void check_names(const std::vector<Cursor>& items, const LadderSpec& ladder) {
  for (std::size_t i = 1; i < ladder.steps.size(); ++i) {
    const std::string& name = ladder.steps[i].name;
    for (std::size_t j = 0; j < i; ++j) {
      if (ladder.steps[j].name != name) continue;
      items[i].error(
          fmt::format("a step called {} stands in line {} already; give this one a "
                      "`name`",
                      quoted(name), items[j].at().line));
      break;
    }
  }
}

void check_levels(Compilation& c, const std::vector<Cursor>& items, const LadderSpec& ladder) {
  LevelId highest = 0;
  for (std::size_t i = 0; i < ladder.steps.size(); ++i) {
    const LevelId level = ladder.steps[i].level;
    if (level == 0) continue;
    const std::string& name = c.spec.levels[level - 1u];
    if (level < highest) {
      items[i].error(fmt::format("{} is below {}, which an earlier step has reached", quoted(name),
                                 quoted(c.spec.levels[highest - 1u])));
    } else if (highest != 0 && level > highest + 1) {
      items[i].error(fmt::format("{} skips {}; levels rise one at a time", quoted(name),
                                 quoted(c.spec.levels[highest])));
    } else if (highest == 0 && level > 2) {
      items[i].warning(
          fmt::format("the first step with a level goes to {}: tickets below {} skip "
                      "levels",
                      quoted(name), quoted(c.spec.levels[level - 2u])));
    }
    highest = std::max(highest, level);
  }
}

// The core counts the repetitions of one step a clock.
void check_repeats(const std::vector<Cursor>& items, const LadderSpec& ladder) {
  bool repeats = false;
  for (std::size_t i = 0; i < ladder.steps.size(); ++i) {
    if (ladder.steps[i].every_ms == 0) continue;
    if (repeats) {
      items[i].error("is the second step that repeats; only one step of a ladder may");
    }
    repeats = true;
  }
}

}  // namespace

void check_ladder(Compilation& c, const Cursor& list, const LadderSpec& ladder) {
  const std::vector<Cursor> items = list.items();
  check_names(items, ladder);
  check_levels(c, items, ladder);
  check_repeats(items, ladder);
  for (std::size_t i = 1; i < ladder.steps.size(); ++i) {
    const LadderStepSpec& before = ladder.steps[i - 1];
    if (out_of_order(before, ladder.steps[i])) {
      items[i].error(
          fmt::format("falls due before the step above it ({}); write steps in the "
                      "order in which they fall due",
                      quoted(before.name)));
    }
  }
}

}  // namespace vencer::config
