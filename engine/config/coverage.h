// Which tickets a rule takes, attribute by attribute, and what several rules take together.
//
// Looks for rules that cover another one on all attributes but one, and unites them on that one:
// what takes a union over two attributes to see is not found, and nothing is found that is not so.
// Cost: O(rules * conditions * values) a question.  Thread: one.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "engine/config/compilation.h"
#include "engine/config/value_set.h"

namespace vencer::config {

using Box = std::map<AttributeId, ValueSet>;  // an attribute that is not here is free

// The conditions joined; one attribute may be there twice.
Box box_of(const std::vector<MatchSpec>& when);

// The first attribute, if any, of which no value satisfies all conditions.
const AttributeId* contradiction(const Compilation& c, const Box& box);

// The rules of `rules` that name the clock and take all tickets of the box between them, so far as
// they have a part in it; none if some tickets are left.
std::vector<RuleId> takers(const Compilation& c, const Box& box, ClockId clock,
                           std::span<const RuleId> rules);

}  // namespace vencer::config
