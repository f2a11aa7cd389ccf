#include "tools/vencer/event_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/lag.h"
#include "engine/core/limits.h"
#include "engine/wire/tenant_id.h"
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

// Those that are to be told: one, or all open ones of a recipient that tells everyone.
std::vector<const Names::Route*> routes_of(const Event& event, const Names& names) {
  std::vector<const Names::Route*> told;
  if (event.recipient >= names.recipients.size()) return told;
  const auto& routes = names.recipients[event.recipient].routes;
  for (std::size_t i = 0; i < routes.size() && i < limits::recipient_routes_max; ++i) {
    const bool is_told = event.routes == 0 ? i == event.route : (event.routes >> i & 1) != 0;
    if (is_told) told.push_back(&routes[i]);
  }
  return told;
}

void route_fields(JsonWriter& json, const Event& event, const Names::Route& route,
                  const Names& names) {
  json.field("to", route_to(event, route, names));
  json.field_if("via", route.via);
}

void recipient_field(JsonWriter& json, const Event& event, const Names& names) {
  if (event.recipient == kNoId16) return;
  json.key("recipient").begin_object().field("name", names.recipient_name(event.recipient));
  const auto told = routes_of(event, names);
  if (!told.empty()) route_fields(json, event, *told.front(), names);
  if (event.routes != 0) {
    json.key("routes").begin_array();
    for (const Names::Route* route : told) {
      json.begin_object();
      route_fields(json, event, *route, names);
      json.end_object();
    }
    json.end_array();
  }
  json.end_object();
}

// "to guardia (turno, slack)"
std::string recipient_text(const Event& event, const Names& names) {
  std::string to;
  for (const Names::Route* route : routes_of(event, names)) {
    const std::string part = route_to(event, *route, names);
    if (!part.empty()) to += (to.empty() ? "" : ", ") + part;
  }
  const std::string name = names.recipient_name(event.recipient);
  return to.empty() ? fmt::format("to {}", name) : fmt::format("to {} ({})", name, to);
}

void rows_field(JsonWriter& json, const Event& event, const Names& names) {
  if (event.rows.empty()) return;
  json.key("rows").begin_array();
  for (const EventRow& row : event.rows) {
    json.begin_object().field("ticket", key_text(row.ticket));
    time_field(json, "due", row.due);
    json.field_if("clock", names.clock_name(row.clock));
    if (row.light != Light::none) json.field("light", to_string(row.light));
    json.field_if("status", names.status_name(row.status)).end_object();
  }
  json.end_array();
}

bool has_other(EventType type) {
  return type == EventType::merged || type == EventType::linked ||
         type == EventType::problem_resolved;
}

// What few types of event have.
void rare_fields(JsonWriter& json, const Event& event, const Names& names) {
  json.field_if("subject", names.subject_name(event.type, event.subject));
  if (event.link != LinkKind::none) json.field("link", to_string(event.link));
  if (has_other(event.type)) json.field("other", key_text(event.other));
  if (event.customer != 0) json.field("customer", event.customer);
  if (event.type == EventType::digest || event.type == EventType::mass_incident) {
    json.field("count", event.count);
  }
  if (event.type == EventType::digest) json.field("overdue", event.overdue);
  rows_field(json, event, names);
  json.field_if("reason", event.reason);
  if (event.muted) json.field("muted", true);
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

std::string rare_note(const Event& event, const Names& names) {
  std::string text = names.subject_name(event.type, event.subject);
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (event.type == EventType::merged) add(fmt::format("into {}", key_text(event.other)));
  if (event.type == EventType::linked) {
    add(fmt::format("{} {}", to_string(event.link), key_text(event.other)));
  }
  if (event.type == EventType::problem_resolved)
    add(fmt::format("problem {}", key_text(event.other)));
  if (event.customer != 0) add(fmt::format("customer {}", event.customer));
  if (event.type == EventType::mass_incident) add(fmt::format("{} tickets", event.count));
  if (event.type == EventType::digest) {
    add(fmt::format("{} tickets, {} overdue", event.count, event.overdue));
  }
  if (event.type == EventType::deadline_extended) add(fmt::format("due {}", time_text(event.due)));
  if (!event.reason.empty()) add(fmt::format("\"{}\"", event.reason));
  if (event.muted) add("muted");
  return text;
}

// What a person wants to know of it, beside ticket and clock.
std::string note(const Event& event, const Names& names) {
  std::string text;
  const auto add = [&](const std::string& part) {
    if (!part.empty()) text += (text.empty() ? "" : ", ") + part;
  };
  add(names.step_name(event.clock, event.step));
  if (event.type == EventType::escalated) add(names.level_name(event.level));
  if (event.recipient != kNoId16) add(recipient_text(event, names));
  if (event.type == EventType::status_changed) {
    add(names.status_name(event.status_before) + " -> " + names.status_name(event.status));
  }
  add(names.activity_name(event.activity));
  if (event.target_ms > 0)
    add(duration_text(event.elapsed_ms) + " of " + duration_text(event.target_ms));
  if (event.overrun_ms > 0) add("over by " + duration_text(event.overrun_ms));
  if (event.type == EventType::config_applied) add(fmt::format("version {}", event.version));
  add(rare_note(event, names));
  return text;
}

std::string tenant_column(std::string_view text) {
  return fmt::format("{:<12}  ", text);
}

}  // namespace

Result<std::vector<EventType>> parse_event_types(const std::string& text) {
  std::vector<EventType> types;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string_view word = std::string_view(text).substr(begin, end - begin);
    const std::size_t before = types.size();
    for (int number = 1; number < kEventTypes; ++number) {
      const auto type = static_cast<EventType>(number);
      if (to_string(type) == word) types.push_back(type);
    }
    if (types.size() == before) {
      return Error{Errc::unknown_value, fmt::format("--types: there is no event type '{}'", word)};
    }
    begin = end + 1;
  }
  return types;
}

std::string event_json(const Event& event, std::uint64_t epoch, const Names& names) {
  JsonWriter json;
  json.begin_object().field("sequence", event.sequence).field("epoch", epoch);
  json.field("partition", tenant_partition(event.tenant));
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
  rare_fields(json, event, names);
  attributes_field(json, names, event.attributes);
  return json.end_object().text();
}

std::string event_table_head(bool tenants) {
  return fmt::format("{:>9}  {:<24}  {:<16}  {}{:<20}  {:<16}  {:>8}  {}", "SEQUENCE", "EMITTED",
                     "EVENT", tenants ? tenant_column("TENANT") : "", "TICKET", "CLOCK", "LAG",
                     "NOTE");
}

std::string event_row(const Event& event, const Names& names, bool color, bool tenants) {
  const DurationMs lag = lag_ms(event);
  const char* tint = color ? color_of(event.light) : "";
  const bool known = event.tenant == names.tenant;
  const std::string tenant = known ? names.tenant_name : fmt::format("#{}", event.tenant);
  return fmt::format("{:>9}  {:<24}  {}{:<16}{}  {}{:<20}  {:<16}  {:>8}  {}", event.sequence,
                     time_text(event.emitted), tint, to_string(event.type),
                     *tint == '\0' ? "" : "\033[0m", tenants ? tenant_column(tenant) : "",
                     ticket_text(event), names.clock_name(event.clock),
                     lag == kNever ? "" : duration_text(lag), note(event, names));
}

}  // namespace vencer::cli
