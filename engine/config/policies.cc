// [[policy]]: which ticket has how much time for what. A policy with `by` is a table in the form of
// the desk's procedure and makes one rule a cell, named by its path: "tabla/Soporte Cloud/Urgente".
#include "engine/config/policies.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/config/matches.h"
#include "engine/config/references.h"
#include "engine/config/sections.h"
#include "engine/config/targets.h"
#include "engine/core/limits.h"

namespace vencer::config {
namespace {

void read_name(Compilation&, const Cursor& at, Policy& policy) {
  if (const auto name = at.name()) policy.name = *name;
}

void read_when(Compilation& c, const Cursor& at, Policy& policy) {
  policy.when = read_matches(c, at);
}

void read_by(Compilation& c, const Cursor& list, Policy& policy) {
  for (const Cursor& item : list.items()) {
    const auto name = item.string("priority");
    const auto id = name ? c.attributes.use(item, *name) : std::nullopt;
    if (!id) {
      policy.broken = true;
      continue;
    }
    const auto attribute = static_cast<AttributeId>(*id);
    if (c.spec.attributes[*id].open) {
      item.error(fmt::format("{} is open; a table needs a list of values", quoted(*name)));
      policy.broken = true;
    } else if (std::find(policy.by.begin(), policy.by.end(), attribute) != policy.by.end()) {
      item.error(fmt::format("{} stands twice", quoted(*name)));
      policy.broken = true;
    } else if (std::any_of(policy.when.begin(), policy.when.end(),
                           [&](const MatchSpec& match) { return match.attribute == attribute; })) {
      item.error(fmt::format("{} stands in `when` already", quoted(*name)));
      policy.broken = true;
    }
    policy.by.push_back(attribute);
  }
  policy.broken = policy.broken || list.kind() != NodeKind::array;
}

void read_clock_names(Compilation& c, const Cursor& list, Policy& policy) {
  policy.names_clocks = true;
  for (const Cursor& item : list.items()) {
    const auto name = item.string("resolution");
    std::vector<ClockId> clocks = name ? find_clocks(c, item, *name) : std::vector<ClockId>{};
    if (clocks.empty()) {
      policy.broken = true;
      continue;
    }
    for (const std::vector<ClockId>& earlier : policy.clocks) {
      if (std::find_first_of(earlier.begin(), earlier.end(), clocks.begin(), clocks.end()) !=
          earlier.end()) {
        item.error(fmt::format("{} stands twice", quoted(*name)));
        break;
      }
    }
    policy.clocks.push_back(std::move(clocks));
  }
  policy.broken = policy.broken || list.kind() != NodeKind::array;
}

void read_calendar_by(Compilation& c, const Cursor& at, Policy& policy) {
  policy.calendar_by = read_closed_attribute(c, at).value_or(kNoId8);
}

void read_calendar_else(Compilation& c, const Cursor& at, Policy& policy) {
  policy.calendar = read_calendar_name(c, at).value_or(kAlwaysOpen);
}

// { by = "channel", telefono = "24x7", else = "oficina" }: besides those two keys, values.
constexpr Key<Policy> kCalendarKeys[] = {
    {{"by", Need::required}, read_calendar_by},
    {{"else", Need::required}, read_calendar_else},
};

void read_calendar_of_value(Compilation& c, const Cursor& member, Policy& policy) {
  const AttributeSpec& attribute = c.spec.attributes[policy.calendar_by];
  const auto value = find_value(c, policy.calendar_by, member.key());
  if (!value) {
    if (c.values[policy.calendar_by].doubtful()) return;
    member.key_error(fmt::format("{} is not a value of {}{}", quoted(member.key()),
                                 quoted(attribute.name),
                                 hint(member.key(), c.values[policy.calendar_by].live_names())));
    return;
  }
  policy.calendars.resize(std::max<std::size_t>(policy.calendars.size(), *value), kNoId16);
  CalendarId& calendar = policy.calendars[*value - 1];
  if (calendar != kNoId16) {
    member.key_error(fmt::format("stands for the value {}, which has a calendar already",
                                 quoted(attribute.values[*value - 1])));
  }
  calendar = read_calendar_name(c, member).value_or(kNoId16);
}

void read_calendar(Compilation& c, const Cursor& at, Policy& policy) {
  if (at.kind() != NodeKind::table) {
    policy.calendar = read_calendar_name(c, at).value_or(kAlwaysOpen);
    return;
  }
  for (const Key<Policy>& key : kCalendarKeys) {
    if (const auto value = at.member(key.name)) {
      key.read(c, *value, policy);
    } else {
      at.error(
          fmt::format("the key '{}' is missing; write {{ by = \"channel\", telefono = "
                      "\"24x7\", else = \"oficina\" }}",
                      key.name));
    }
  }
  if (policy.calendar_by == kNoId8) return;
  for (const Cursor& member : at.members()) {
    if (member.key() != "by" && member.key() != "else") read_calendar_of_value(c, member, policy);
  }
}

void read_ladder(Compilation& c, const Cursor& at, Policy& policy) {
  const auto name = at.name();
  const auto id = name ? c.ladders.use(at, *name) : std::nullopt;
  if (id) policy.ladder = static_cast<LadderId>(*id);
}

constexpr Key<Policy> kKeys[] = {
    {{"name", Need::required}, read_name},
    {{"when", Need::optional}, read_when},
    {{"by", Need::optional}, read_by},
    {{"clocks", Need::optional}, read_clock_names},
    {{"calendar", Need::optional}, read_calendar},
    {{"ladder", Need::optional}, read_ladder},
    {{"target", Need::required}, read_target_table},
};

}  // namespace

std::vector<ClockId> find_clocks(const Compilation& c, const Cursor& at, std::string_view name) {
  const auto group = c.clock_groups.find(name);
  if (group != c.clock_groups.end()) return group->second;
  if (const auto id = c.clocks.find(name)) return {static_cast<ClockId>(*id)};
  if (c.clocks.doubtful() || at.diagnostics().full()) return {};
  std::vector<std::string_view> known = c.clocks.live_names();
  for (const auto& [each, clocks] : c.clock_groups) known.push_back(each);
  at.key_error(
      fmt::format("{} is not a clock of this document{}", quoted(name), hint(name, known)));
  return {};
}

void read_policies(Compilation& c, const Cursor& list, TenantSpec& spec) {
  spec.rule_order.clear();
  for (const Cursor& at : list.items()) {
    Policy policy;
    policy.place = &at;
    read_keys(c, at, std::span<const Key<Policy>>(kKeys), policy);
  }
  if (spec.rule_order.size() > limits::rules_max) {
    list.error(fmt::format("{} rules, one for each cell of a table; at most {}",
                           spec.rule_order.size(), limits::rules_max));
  }
}

void list_policy_keys(KeyRows& rows) {
  list_keys(rows, "policy.", std::span<const Key<Policy>>(kKeys));
  list_keys(rows, "policy.calendar.", std::span<const Key<Policy>>(kCalendarKeys));
  rows.push_back({"policy.calendar.*", Need::optional});
}

}  // namespace vencer::config
