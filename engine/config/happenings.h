// Happenings and conditions: the words that start, stop and pause clocks, and that constraints look
// at.
//
//   a happening:  "agent_reply" (an activity)  "status:X"  "category:X"  "level:X" (entered)
//                 "set:attribute" (set by a command or a step, changed or not)
//                 "changed:attribute" (to another value)  "attribute=value" (changed to this one)
//                 of a constraint also "create" and "merge"
//   a condition:  "status:X"  "category:X"  "level:X" (the ticket is in it)  "attribute=value"
//
// A category stands as the statuses of this document that are of it, so it is read anew with each.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/config/compilation.h"

namespace vencer::config {

// "new" is StatusCategory::fresh; the others are called alike.
std::optional<StatusCategory> category_of(std::string_view word);
std::vector<std::string_view> category_words();

// The live statuses of a category.
std::uint64_t category_mask(const Compilation& c, StatusCategory category);

// Of a clock.
TriggerSpec read_happenings(Compilation& c, const Cursor& list);

// Of a constraint.
struct ConstraintOn {
  TriggerSpec happenings;
  bool create = false;
  bool merge = false;
};
ConstraintOn read_constraint_on(Compilation& c, const Cursor& list);

ConditionSpec read_conditions(Compilation& c, const Cursor& list);

}  // namespace vencer::config
