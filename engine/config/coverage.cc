#include "engine/config/coverage.h"

#include <algorithm>
#include <optional>

namespace vencer::config {
namespace {

bool names_clock(const RuleSpec& rule, ClockId clock) {
  return std::any_of(rule.targets.begin(), rule.targets.end(),
                     [&](const TargetSpec& target) { return target.clock == clock; });
}

ValueSet on(const Box& box, AttributeId attribute) {
  const auto found = box.find(attribute);
  return found == box.end() ? ValueSet{} : found->second;
}

// One rule that covers the box but for one attribute: what it takes of that.
struct Part {
  RuleId rule;
  ValueSet values;
};

// The attributes of `wide` on which it takes less than the box has.
std::vector<AttributeId> narrower(const Compilation& c, const Box& box, const Box& wide) {
  std::vector<AttributeId> attributes;
  for (const auto& [attribute, values] : wide) {
    const std::uint64_t universe = universe_of(c.spec.attributes[attribute]);
    if (!subset(on(box, attribute), values, universe)) attributes.push_back(attribute);
  }
  return attributes;
}

}  // namespace

Box box_of(const std::vector<MatchSpec>& when) {
  Box box;
  for (const MatchSpec& match : when) {
    const auto [at, fresh] = box.try_emplace(match.attribute);
    at->second = intersect(at->second, {match.negated, match.values});
  }
  return box;
}

const AttributeId* contradiction(const Compilation& c, const Box& box) {
  for (const auto& [attribute, values] : box) {
    if (values.empty(universe_of(c.spec.attributes[attribute]))) return &attribute;
  }
  return nullptr;
}

std::vector<RuleId> takers(const Compilation& c, const Box& box, ClockId clock,
                           std::span<const RuleId> rules) {
  std::map<AttributeId, std::vector<Part>> parts;
  for (const RuleId id : rules) {
    const RuleSpec& rule = c.spec.rules[id];
    if (!names_clock(rule, clock)) continue;
    const Box wide = box_of(rule.when);
    const std::vector<AttributeId> less = narrower(c, box, wide);
    if (less.empty()) return {id};
    if (less.size() == 1) parts[less[0]].push_back({id, wide.at(less[0])});
  }
  for (const auto& [attribute, some] : parts) {
    const std::uint64_t universe = universe_of(c.spec.attributes[attribute]);
    const ValueSet own = on(box, attribute);
    ValueSet taken{false, {}};
    std::vector<RuleId> ids;
    for (const Part& part : some) {
      if (intersect(own, part.values).empty(universe)) continue;
      taken = unite(taken, part.values);
      ids.push_back(part.rule);
    }
    if (subset(own, taken, universe)) return ids;
  }
  return {};
}

}  // namespace vencer::config
