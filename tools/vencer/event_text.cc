#include "tools/vencer/event_text.h"

#include <fmt/format.h>

#include "net/client/key.h"
#include "net/client/replies.h"
#include "tools/vencer/times.h"
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

// The name by which the consumer knows it: the route's, or the ticket's value of the route's
// attribute.
std::string route_to(const Event& event, const Names::Route& route, const Names& names) {
  if (route.attribute == kNoId8) return route.to;
  for (const AttributeValue& attribute : event.attributes) {
    if (attribute.attribute == route.attribute) {
      return names.value_text(attribute.attribute, attribute.value);
    }
  }
  return "";
}

const Names::Route* route_of(const Event& event, const Names& names) {
  if (event.recipient >= names.recipients.size()) return nullptr;
  const auto& routes = names.recipients[event.recipient].routes;
  return event.route < routes.size() ? &routes[event.route] : nullptr;
}

void recipient_field(JsonWriter& json, const Event& event, const Names& names) {
  if (event.recipient == kNoId16) return;
  json.key("recipient").begin_object().field("name", names.recipient_name(event.recipient));
  if (const Names::Route* route = route_of(event, names)) {
    json.field("to", route_to(event, *route, names));
    json.field_if("via", route->via);
  }
  json.end_object();
}

// An event of the whole tenant has no ticket; its key is all zeros.
bool about_ticket(EventType type) {
  switch (type) {
    case EventType::config_applied:
    case EventType::mass_incident:
    case EventType::digest:
    case EventType::calendar_event:
    case EventType::contract_expired:
      return false;
    default:
      return true;
  }
}

std::string ticket_text(const Event& event) {
  return about_ticket(event.type) ? key_text(event.ticket) : "";
}

// Does the event tell of time spent by a clock?
bool has_measure(EventType type) {
  switch (type) {
    case EventType::clock_paused:
    case EventType::clock_resumed:
    case EventType::clock_met:
    case EventType::clock_missed:
    case EventType::clock_cancelled:
    case EventType::clock_expired:
    case EventType::warning:
    case EventType::breached:
    case EventType::breach_cleared:
    case EventType::breach_retracted:
    case EventType::escalated:
      return true;
    default:
      return false;
  }
}

const char* color_of(Light light) {
  switch (light) {
    case Light::green:
      return "\033[32m";
    case Light::amber:
      return "\033[33m";
    case Light::red:
      return "\033[31m";
    default:
      return "";
  }
}

// What a person wants to know of it, beside ticket and clock.
std::string note(const Event& event, const Names& names) {
  std::string text;
  const auto add = [&](const std::string& part) {
    if (!part.empty()) text += (text.empty() ? "" : ", ") + part;
  };
  add(names.step_name(event.clock, event.step));
  if (event.type == EventType::escalated) add(names.level_name(event.level));
  if (event.recipient != kNoId16) {
    const Names::Route* route = route_of(event, names);
    const std::string to = route == nullptr ? "" : route_to(event, *route, names);
    add("to " + names.recipient_name(event.recipient) + (to.empty() ? "" : " (" + to + ")"));
  }
  if (event.type == EventType::status_changed) {
    add(names.status_name(event.status_before) + " -> " + names.status_name(event.status));
  }
  add(names.activity_name(event.activity));
  if (event.target_ms > 0)
    add(duration_text(event.elapsed_ms) + " of " + duration_text(event.target_ms));
  if (event.overrun_ms > 0) add("over by " + duration_text(event.overrun_ms));
  if (event.type == EventType::config_applied) add(fmt::format("version {}", event.version));
  return text;
}

}  // namespace

DurationMs lag_ms(const Event& event) {
  if (event.due == kNever) return kNever;
  switch (event.type) {
    case EventType::clock_expired:
      return event.emitted - event.due;
    case EventType::breached:
      return event.emitted - (event.due + 1);
    // A step of a ladder: at its instant before due, a millisecond behind it from due on.
    case EventType::warning:
    case EventType::escalated:
      if (event.step == kNoId8) return kNever;  // by a command
      return event.emitted - event.due - (event.elapsed_ms >= event.target_ms ? 1 : 0);
    default:
      return kNever;
  }
}

std::string event_json(const Event& event, std::uint64_t epoch, const Names& names) {
  JsonWriter json;
  json.begin_object().field("sequence", event.sequence).field("epoch", epoch);
  json.field("type", to_string(event.type));
  if (event.tenant == names.tenant) {
    json.field("tenant", names.tenant_name);
  } else {
    json.field("tenant", event.tenant);
  }
  json.field_if("ticket", ticket_text(event));
  time_field(json, "emitted", event.emitted);
  time_field(json, "due", event.due);
  time_field(json, "at", event.at);
  if (const DurationMs lag = lag_ms(event); lag != kNever) json.field("lag_ms", lag);
  json.field_if("clock", names.clock_name(event.clock));
  if (event.cycle > 0) json.field("cycle", event.cycle);
  json.field_if("rule", names.rule_name(event.rule));
  json.field_if("step", names.step_name(event.clock, event.step));
  json.field_if("level", names.level_name(event.level));
  recipient_field(json, event, names);
  if (event.light != Light::none) json.field("light", to_string(event.light));
  json.field_if("status", names.status_name(event.status));
  json.field_if("status_before", names.status_name(event.status_before));
  json.field_if("activity", names.activity_name(event.activity));
  json.field("version", event.version);
  if (event.actor != 0) json.field("actor", event.actor);
  if (event.target_ms != 0) json.field("target_ms", event.target_ms);
  if (has_measure(event.type)) {
    json.field("elapsed_ms", event.elapsed_ms).field("overrun_ms", event.overrun_ms);
  }
  attributes_field(json, names, event.attributes);
  return json.end_object().text();
}

std::string event_table_head() {
  return fmt::format("{:>9}  {:<24}  {:<16}  {:<20}  {:<16}  {:>8}  {}", "SEQUENCE", "EMITTED",
                     "EVENT", "TICKET", "CLOCK", "LAG", "NOTE");
}

std::string event_row(const Event& event, const Names& names, bool color) {
  const DurationMs lag = lag_ms(event);
  const char* tint = color ? color_of(event.light) : "";
  return fmt::format("{:>9}  {:<24}  {}{:<16}{}  {:<20}  {:<16}  {:>8}  {}", event.sequence,
                     time_text(event.emitted), tint, to_string(event.type),
                     *tint == '\0' ? "" : "\033[0m", ticket_text(event),
                     names.clock_name(event.clock), lag == kNever ? "" : duration_text(lag),
                     note(event, names));
}

}  // namespace vencer::cli
