// Pieces of random documents that the files generate_*.cc share.
#pragma once

#include "tests/model/story.h"

namespace vencer::model {

inline constexpr unsigned kStatuses = 8;
inline constexpr unsigned kLevels = 3;

TriggerSpec some_trigger(Dice& dice, unsigned percent);
MatchSpec some_match(Dice& dice);

// generate_rules.cc: the matrix, constraints, quotas of a first document, and of a later one.
void add_rules_of_change(Dice& dice, TenantSpec& spec);
void change_rules_of_change(Dice& dice, TenantSpec& spec);
void drop_from_constraints(TenantSpec& spec, StatusId status, ActivityId activity);

}  // namespace vencer::model
