#include "tools/vencer/phrases.h"

#include <fmt/format.h>

namespace vencer::cli {
namespace {

// What an activity reads like when it happens.
std::string activity_phrase(const std::string& name) {
  if (name == "created") return "the ticket is created";
  if (name == "agent_reply") return "an agent replies";
  if (name == "customer_reply") return "the customer replies";
  if (name == "internal_note") return "a note is written";
  return fmt::format("'{}' is recorded", name);
}

template <typename Spec>
std::vector<std::string> names_of(const std::vector<Spec>& specs, std::uint64_t mask) {
  std::vector<std::string> names;
  for (std::size_t id = 0; id < specs.size(); ++id) {
    if ((mask >> id & 1) != 0 && !specs[id].retired) names.push_back(specs[id].name);
  }
  return names;
}

}  // namespace

std::string joined(const std::vector<std::string>& parts, std::string_view last) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += i + 1 == parts.size() ? fmt::format(" {} ", last) : ", ";
    text += parts[i];
  }
  return text;
}

std::string Phrases::statuses(std::uint64_t mask) const {
  return joined(names_of(spec_.statuses, mask));
}

std::string Phrases::activities(std::uint64_t mask, std::string_view last) const {
  return joined(names_of(spec_.activities, mask), last);
}

std::string Phrases::attributes(std::uint32_t mask) const {
  return joined(names_of(spec_.attributes, mask), "and");
}

std::string Phrases::levels(std::uint16_t mask) const {
  std::vector<std::string> names;
  for (std::size_t id = 0; id < spec_.levels.size(); ++id) {
    if ((mask >> (id + 1) & 1) != 0) names.push_back(spec_.levels[id]);
  }
  return joined(names);
}

std::string Phrases::value_word(AttributeId attribute, Value value) const {
  if (value == 0) return "not set";
  const AttributeSpec& spec = spec_.attributes[attribute];
  return spec.open ? std::to_string(value) : spec.values[value - 1];
}

std::string Phrases::value(AttributeId attribute, Value value) const {
  return fmt::format("{} = {}", spec_.attributes[attribute].name, value_word(attribute, value));
}

std::string Phrases::happenings(const TriggerSpec& trigger) const {
  std::vector<std::string> parts;
  for (const std::string& name : names_of(spec_.activities, trigger.activities)) {
    parts.push_back(activity_phrase(name));
  }
  if (trigger.statuses != 0) parts.push_back("it enters " + statuses(trigger.statuses));
  if (trigger.levels != 0) parts.push_back("it rises to " + levels(trigger.levels));
  for (const std::string& name : names_of(spec_.attributes, trigger.attributes_set)) {
    parts.push_back(name + " is set");
  }
  for (const std::string& name : names_of(spec_.attributes, trigger.attributes_changed)) {
    parts.push_back(name + " changes");
  }
  for (const AttributeValue& became : trigger.became) {
    parts.push_back(fmt::format("{} becomes {}", spec_.attributes[became.attribute].name,
                                value_word(became.attribute, became.value)));
  }
  return joined(parts);
}

std::string Phrases::conditions(const ConditionSpec& condition) const {
  std::vector<std::string> parts;
  if (condition.statuses != 0) parts.push_back("it is in " + statuses(condition.statuses));
  if (condition.levels != 0) parts.push_back("it is on " + levels(condition.levels));
  for (const AttributeValue& holds : condition.values) {
    parts.push_back(value(holds.attribute, holds.value));
  }
  return joined(parts);
}

std::string Phrases::matches(const std::vector<MatchSpec>& matches) const {
  std::vector<std::string> parts;
  for (const MatchSpec& match : matches) {
    std::vector<std::string> words;
    for (const Value value : match.values) words.push_back(value_word(match.attribute, value));
    parts.push_back(fmt::format("{} {} {}", spec_.attributes[match.attribute].name,
                                match.negated ? "is not" : "=", joined(words)));
  }
  return joined(parts, "and");
}

std::string Phrases::sets(const SetSpec& set) const {
  std::vector<std::string> parts;
  if (set.status != kNoId8) parts.push_back("status = " + spec_.statuses[set.status].name);
  for (const AttributeValue& each : set.attributes) {
    parts.push_back(value(each.attribute, each.value));
  }
  return joined(parts, "and");
}

std::string Phrases::calendar(CalendarId id) const {
  return spec_.calendars[id].name;
}

std::string Phrases::route(const RouteSpec& route) const {
  std::string text = route.attribute == kNoId8
                         ? route.to
                         : fmt::format("the ticket's {}", spec_.attributes[route.attribute].name);
  if (!route.via.empty()) text += " via " + route.via;
  if (route.calendar != kAlwaysOpen) text += " while " + calendar(route.calendar) + " is open";
  return text;
}

std::string Phrases::recipient(RecipientId id) const {
  if (id == kNoId16) return "nobody in particular";
  const RecipientSpec& spec = spec_.recipients[id];
  std::vector<std::string> routes;
  for (const RouteSpec& each : spec.routes) routes.push_back(route(each));
  return fmt::format("{} ({})", spec.name, joined(routes, spec.everyone ? "and" : "else"));
}

}  // namespace vencer::cli
