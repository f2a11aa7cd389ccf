#include "net/client/names.h"

#include <fmt/format.h>

#include "net/client/key.h"

namespace vencer {
namespace {

const std::string& name_of(const std::string& text) {
  return text;
}
template <typename Named>
const std::string& name_of(const Named& named) {
  return named.name;
}

bool retired(const std::string&) {
  return false;
}
bool retired(const Names::Recipient&) {
  return false;
}
template <typename Named>
bool retired(const Named& named) {
  return named.retired;
}

// "A, B, C", at most a dozen: a list of everything helps nobody.
template <typename List>
std::string known(const List& list) {
  constexpr int kShown = 12;
  std::string text;
  int shown = 0;
  for (const auto& element : list) {
    if (retired(element)) continue;
    if (shown == kShown) return text + ", ...";
    text += (shown++ == 0 ? "" : ", ") + name_of(element);
  }
  return text.empty() ? "none" : text;
}

template <typename Id, typename List>
Result<Id> find(const List& list, std::string_view name, Errc code, std::string_view what) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (name_of(list[i]) == name && !retired(list[i])) return static_cast<Id>(i);
  }
  return Error{code, std::string(what) + " '" + std::string(name) +
                         "' is not known; there are: " + known(list)};
}

template <typename List>
std::string word(const List& list, std::size_t id, std::size_t none) {
  if (id == none) return "";
  if (id < list.size()) return name_of(list[id]);
  return fmt::format("#{}", id);
}

}  // namespace

Result<StatusId> Names::status_id(std::string_view name) const {
  return find<StatusId>(statuses, name, Errc::unknown_status, "status");
}
Result<ActivityId> Names::activity_id(std::string_view name) const {
  return find<ActivityId>(activities, name, Errc::unknown_activity, "activity");
}
Result<AttributeId> Names::attribute_id(std::string_view name) const {
  return find<AttributeId>(attributes, name, Errc::unknown_attribute, "attribute");
}
Result<LevelId> Names::level_id(std::string_view name) const {
  Result<LevelId> found = find<LevelId>(levels, name, Errc::unknown_level, "level");
  if (!found) return found;
  return static_cast<LevelId>(*found + 1);  // the first level is 1
}
Result<ClockId> Names::clock_id(std::string_view name) const {
  return find<ClockId>(clocks, name, Errc::unknown_clock, "clock");
}
Result<RecipientId> Names::recipient_id(std::string_view name) const {
  return find<RecipientId>(recipients, name, Errc::unknown_recipient, "recipient");
}

Result<AttributeValue> Names::attribute_value(std::string_view name, std::string_view value) const {
  const Result<AttributeId> id = attribute_id(name);
  if (!id) return id.error();
  if (value.empty()) return AttributeValue{*id, 0};
  const Attribute& attribute = attributes[*id];
  if (attribute.open) {
    const Result<Value> open = parse_open_value(value);
    if (!open) return Error{open.error().code, std::string(name) + ": " + open.error().message};
    return AttributeValue{*id, *open};
  }
  for (std::size_t i = 0; i < attribute.values.size(); ++i) {
    if (attribute.values[i] == value) return AttributeValue{*id, i + 1};
  }
  for (const Alias& alias : attribute.aliases) {
    if (alias.alias == value) return AttributeValue{*id, alias.value};
  }
  return Error{Errc::unknown_value, std::string(name) + ": value '" + std::string(value) +
                                        "' is not known; there are: " + known(attribute.values)};
}

std::string Names::status_name(StatusId id) const {
  return word(statuses, id, kNoId8);
}
std::string Names::activity_name(ActivityId id) const {
  return word(activities, id, kNoId8);
}
std::string Names::attribute_name(AttributeId id) const {
  return word(attributes, id, kNoId8);
}
std::string Names::level_name(LevelId id) const {
  if (id == 0) return "";
  return id <= levels.size() ? levels[id - 1u] : fmt::format("#{}", id);
}
std::string Names::clock_name(ClockId id) const {
  return word(clocks, id, kNoId8);
}
std::string Names::step_name(ClockId clock, StepId step) const {
  if (clock < clocks.size()) return word(clocks[clock].steps, step, kNoId8);
  return word(std::vector<std::string>(), step, kNoId8);
}
std::string Names::rule_name(RuleId id) const {
  return word(rules, id, kNoId16);
}
std::string Names::calendar_name(CalendarId id) const {
  return word(calendars, id, kNoId16);
}
std::string Names::ladder_name(LadderId id) const {
  return word(ladders, id, kNoId16);
}
std::string Names::recipient_name(RecipientId id) const {
  return word(recipients, id, kNoId16);
}
std::string Names::constraint_name(std::uint16_t id) const {
  return word(constraints, id, kNoId16);
}
std::string Names::subject_name(EventType type, std::uint16_t subject) const {
  switch (type) {
    case EventType::mass_incident:
      return word(detectors, subject, kNoId16);
    case EventType::digest:
      return word(digests, subject, kNoId16);
    case EventType::calendar_event:
      return word(calendar_events, subject, kNoId16);
    default:
      return constraint_name(subject);
  }
}

AttributeId Names::attribute_of(Role role) const {
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    if (attributes[i].role == role && !attributes[i].retired) return static_cast<AttributeId>(i);
  }
  return kNoId8;
}

std::string Names::value_text(AttributeId attribute, Value value) const {
  if (value == 0) return "";
  if (attribute >= attributes.size() || attributes[attribute].open) return std::to_string(value);
  const std::vector<std::string>& values = attributes[attribute].values;
  return value <= values.size() ? values[value - 1] : fmt::format("#{}", value);
}

}  // namespace vencer
