// [[policy]]: which ticket has how much time for what. A policy with `by` is a table in the form of
// the desk's procedure and makes one rule a cell, named by its path: "tabla/Soporte Cloud/Urgente".
#include "engine/config/policies.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/config/matches.h"
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
    const auto id = name ? c.clocks.use(item, *name) : std::nullopt;
    if (!id) {
      policy.broken = true;
      continue;
    }
    const auto clock = static_cast<ClockId>(*id);
    if (std::find(policy.clocks.begin(), policy.clocks.end(), clock) != policy.clocks.end()) {
      item.error(fmt::format("{} stands twice", quoted(*name)));
    }
    policy.clocks.push_back(clock);
  }
  policy.broken = policy.broken || list.kind() != NodeKind::array;
}

void read_calendar(Compilation& c, const Cursor& at, Policy& policy) {
  if (at.kind() == NodeKind::table) {
    at.error(not_yet("a calendar taken from an attribute"));
    return;
  }
  const auto name = at.string("24x7");
  const auto id = name ? c.calendars.use(at, *name) : std::nullopt;
  if (id) policy.calendar = static_cast<CalendarId>(*id);
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
}

}  // namespace vencer::config
