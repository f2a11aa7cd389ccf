// Happenings and conditions: the words that start, stop and pause clocks.
//
//   a happening:  "agent_reply" (an activity)  "status:X"  "category:X"  "level:X" (entered)
//                 "set:attribute" (set by a command or a step)
//   a condition:  "status:X"  "category:X"  (holds while the ticket is in it)
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

TriggerSpec read_happenings(Compilation& c, const Cursor& list);
std::uint64_t read_conditions(Compilation& c, const Cursor& list);

}  // namespace vencer::config
