// Rules that can never match because earlier ones take all of their tickets, and cells of a table
// of targets that nothing fills.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/config/coverage.h"
#include "engine/config/sections.h"

namespace vencer::config {
namespace {

constexpr std::size_t kNamesMax = 8;

// Of a longer list a compile looks at no more: a question for each costs time.
constexpr std::size_t kGapValuesMax = 1024;

// "'a', 'b' and more"
std::string listed(const std::vector<std::string_view>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kNamesMax); ++i) {
    if (i > 0) text += ", ";
    text += quoted(names[i]);
  }
  if (names.size() > kNamesMax) text += " and more";
  return text;
}

void check_rule(Compilation& c, std::size_t position) {
  const std::span<const RuleId> order = c.spec.rule_order;
  const RuleSpec& rule = c.spec.rules[order[position]];
  const Cursor& place = c.rule_places.at(order[position]);
  const Box box = box_of(rule.when);
  if (const AttributeId* attribute = contradiction(c, box)) {
    place.warning(fmt::format("can never match: no value of {} satisfies all its conditions",
                              quoted(c.spec.attributes[*attribute].name)));
    return;
  }
  for (const TargetSpec& target : rule.targets) {
    const std::vector<RuleId> by = takers(c, box, target.clock, order.first(position));
    if (by.empty()) continue;
    std::vector<std::string_view> names;
    for (const RuleId id : by) names.push_back(c.spec.rules[id].name);
    const bool one = names.size() == 1;
    place.warning(
        fmt::format("can never match for clock {}: {} {} before it {} all of its tickets{}",
                    quoted(c.spec.clocks[target.clock].name), one ? "rule" : "the rules",
                    listed(names), one ? "takes" : "take", one ? "" : " between them"));
  }
}

// Do other rules, before or after, give these tickets a target for each clock of the table?
bool filled(const Compilation& c, const Box& box, const std::set<ClockId>& clocks) {
  return std::all_of(clocks.begin(), clocks.end(), [&](ClockId clock) {
    return !takers(c, box, clock, c.spec.rule_order).empty();
  });
}

// A forgotten cell means no promise at all for those tickets: worth a word.
void check_gap(Compilation& c, const TableGap& gap) {
  std::set<ClockId> clocks;
  for (std::size_t i = gap.first_rule; i < gap.last_rule; ++i) {
    for (const TargetSpec& target : c.spec.rules[c.spec.rule_order[i]].targets) {
      clocks.insert(target.clock);
    }
  }
  const AttributeSpec& attribute = c.spec.attributes[gap.attribute];
  Box box = box_of(gap.when);
  const ValueSet asked = box[gap.attribute];
  std::vector<std::string_view> names;
  std::size_t looked_at = 0;
  for (const Value value : gap.values) {
    if (names.size() > kNamesMax || ++looked_at > kGapValuesMax) break;
    box[gap.attribute] = {false, {value}};
    if (asked.has(value) && !filled(c, box, clocks)) names.push_back(attribute.values[value - 1]);
  }
  if (names.empty()) return;
  gap.place.warning(fmt::format("has nothing for {} {}", attribute.name, listed(names)));
}

}  // namespace

void check_shadowed(Compilation& c) {
  for (std::size_t i = 0; i < c.spec.rule_order.size(); ++i) check_rule(c, i);
  for (const TableGap& gap : c.table_gaps) check_gap(c, gap);
}

}  // namespace vencer::config
