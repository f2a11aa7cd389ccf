// Rules that can never match because an earlier one takes all of their tickets.
//
// Looks at pairs of rules only: a rule that several earlier ones cover together is not found.
// Cost: O(rules^2 * values) in the worst case, once per document.
#include <fmt/format.h>

#include <algorithm>

#include "engine/config/sections.h"

namespace vencer::config {
namespace {

bool subset(const std::vector<Value>& of, const std::vector<Value>& in) {
  return std::all_of(of.begin(), of.end(), [&](Value value) {
    return std::find(in.begin(), in.end(), value) != in.end();
  });
}

bool disjoint(const std::vector<Value>& a, const std::vector<Value>& b) {
  return std::none_of(a.begin(), a.end(),
                      [&](Value value) { return std::find(b.begin(), b.end(), value) != b.end(); });
}

// Does every ticket that satisfies `narrow` satisfy `wide`? Both of one attribute.
bool implies(const MatchSpec& narrow, const MatchSpec& wide) {
  if (!wide.negated) return !narrow.negated && subset(narrow.values, wide.values);
  return narrow.negated ? subset(wide.values, narrow.values) : disjoint(narrow.values, wide.values);
}

bool covers(const RuleSpec& wide, const RuleSpec& narrow) {
  return std::all_of(wide.when.begin(), wide.when.end(), [&](const MatchSpec& condition) {
    return std::any_of(narrow.when.begin(), narrow.when.end(), [&](const MatchSpec& own) {
      return own.attribute == condition.attribute && implies(own, condition);
    });
  });
}

bool names_clock(const RuleSpec& rule, ClockId clock) {
  return std::any_of(rule.targets.begin(), rule.targets.end(),
                     [&](const TargetSpec& target) { return target.clock == clock; });
}

void check_rule(Compilation& c, std::size_t position) {
  const std::vector<RuleId>& order = c.spec.rule_order;
  const RuleSpec& rule = c.spec.rules[order[position]];
  const Cursor& place = c.rule_places.at(order[position]);
  std::vector<const RuleSpec*> covering;
  for (std::size_t i = 0; i < position; ++i) {
    const RuleSpec& earlier = c.spec.rules[order[i]];
    if (covers(earlier, rule)) covering.push_back(&earlier);
  }
  if (covering.empty()) return;
  for (const TargetSpec& target : rule.targets) {
    for (const RuleSpec* earlier : covering) {
      if (!names_clock(*earlier, target.clock)) continue;
      place.warning(
          fmt::format("can never match for clock {}: rule {} before it takes all of its "
                      "tickets",
                      quoted(c.spec.clocks[target.clock].name), quoted(earlier->name)));
      break;
    }
  }
}

}  // namespace

void check_shadowed(Compilation& c) {
  for (std::size_t i = 0; i < c.spec.rule_order.size(); ++i) check_rule(c, i);
}

}  // namespace vencer::config
