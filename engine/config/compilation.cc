#include "engine/config/compilation.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/limits.h"

namespace vencer::config {
namespace {

template <typename Spec>
void remember_all(NameTable& names, const std::vector<Spec>& specs) {
  for (const Spec& spec : specs) names.remember(spec.name);
}

template <typename Spec>
void retire_all(const NameTable& names, std::vector<Spec>& specs) {
  for (std::size_t id = 0; id < specs.size(); ++id) specs[id].retired = !names.live(id);
}

}  // namespace

NameTable make_value_table(const AttributeSpec* remembered) {
  NameTable table("a value", "values", limits::attribute_values_max);
  if (remembered == nullptr) return table;
  for (const std::string& value : remembered->values) table.remember(value);
  return table;
}

Compilation::Compilation(Diagnostics& to, const TenantSpec* in_force)
    : diagnostics(to),
      previous(in_force),
      statuses("a status", "statuses", limits::statuses_max),
      levels("a level", "levels", limits::levels_max),
      activities("an activity", "activities", limits::activities_max),
      attributes("an attribute", "attributes", limits::attributes_max),
      calendars("a calendar", "calendars", limits::calendars_max),
      clocks("a clock", "clocks", limits::clocks_max),
      rules("a rule", "names of rules", limits::rule_ids_max),
      ladders("a ladder", "ladders", limits::ladders_max),
      recipients("a recipient", "recipients", limits::recipients_max),
      constraints("a constraint", "constraints", limits::constraints_max),
      detectors("a detector", "detectors", limits::detectors_max),
      digests("a digest", "digests", limits::digests_max),
      calendar_events("a calendar event", "calendar events", limits::calendar_events_max) {
  if (previous != nullptr) {
    spec = *previous;
    remember_all(statuses, spec.statuses);
    remember_all(attributes, spec.attributes);
    remember_all(clocks, spec.clocks);
    remember_all(rules, spec.rules);
    remember_all(ladders, spec.ladders);
    remember_all(recipients, spec.recipients);
    remember_all(constraints, spec.constraints);
    remember_all(detectors, spec.detectors);
    remember_all(digests, spec.digests);
    remember_all(calendar_events, spec.calendar_events);
    for (const AttributeSpec& attribute : spec.attributes) {
      values.push_back(make_value_table(&attribute));
    }
  }
  spec.activities.resize(std::max<std::size_t>(spec.activities.size(), kBuiltinActivities));
  for (std::size_t id = 0; id < spec.activities.size(); ++id) {
    if (id < kBuiltinActivities) {
      spec.activities[id].name = kBuiltinActivityNames[id];
      activities.add_builtin(spec.activities[id].name);
    } else {
      activities.remember(spec.activities[id].name);
    }
  }
  if (spec.calendars.empty()) {
    spec.calendars.emplace_back();
    spec.calendars[kAlwaysOpen].name = "24x7";
    spec.calendars[kAlwaysOpen].always_open = true;
  }
  for (std::size_t id = 0; id < spec.calendars.size(); ++id) {
    const std::string& name = spec.calendars[id].name;
    id == kAlwaysOpen ? calendars.add_builtin(name) : calendars.remember(name);
  }
}

void Compilation::retire() {
  retire_all(statuses, spec.statuses);
  retire_all(activities, spec.activities);
  retire_all(attributes, spec.attributes);
  retire_all(clocks, spec.clocks);
  retire_all(rules, spec.rules);
  retire_all(ladders, spec.ladders);
  retire_all(recipients, spec.recipients);
  retire_all(constraints, spec.constraints);
  retire_all(detectors, spec.detectors);
  retire_all(digests, spec.digests);
  retire_all(calendar_events, spec.calendar_events);
  for (std::size_t id = 0; id < values.size(); ++id) {
    for (std::size_t v = 0; v < values[id].size(); ++v) {
      spec.attributes[id].value_retired[v] = !values[id].live(v);
    }
  }
}

void warn_of_kept_order(const Cursor& list, const NameTable& names, std::string_view what) {
  std::size_t highest = 0;
  for (const Cursor& at : list.items()) {
    const auto name = at.member("name");
    const auto id = name ? names.find(name->node().text) : std::nullopt;
    if (!id) continue;
    if (*id < highest) {
      at.warning(fmt::format("{} stood earlier in the version in force and keeps its place {}",
                             quoted(name->node().text), what));
    }
    highest = std::max(highest, *id);
  }
}

}  // namespace vencer::config
