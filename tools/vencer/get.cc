// vencer get KEY: one ticket and why its clocks stand where they stand.
#include <fmt/format.h>

#include "tools/vencer/ticket_words.h"
#include "tools/vencer/times.h"
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

void clock_object(JsonWriter& json, const TicketClock& clock, const Names& names) {
  clock_fields(json.begin_object(), clock, names);
  time_field(json, "next_at", clock.next_at);
  if (clock.acknowledged_until == kNever) {
    json.field("acknowledged_until", "it stops");
  } else if (clock.acknowledged_until != 0) {
    time_field(json, "acknowledged_until", clock.acknowledged_until);
  }
  intervals_field(json, clock);
  json.end_object();
}

void print_json(const Ticket& ticket, const Names& names) {
  JsonWriter json;
  json.begin_object().field("ticket", key_text(ticket.key)).field("tenant", names.tenant_name);
  json.field("version", ticket.version).field("status", names.status_name(ticket.status));
  json.field_if("level", names.level_name(ticket.level));
  json.field("light", to_string(ticket.light)).field("closed_for_good", ticket.closed_for_good);
  time_field(json, "created", ticket.created_at);
  time_field(json, "changed", ticket.changed_at);
  attributes_field(json, names, ticket.attributes);
  json.key("clocks").begin_array();
  for (const TicketClock& clock : ticket.clocks) clock_object(json, clock, names);
  json.end_array();
  time_in_status_field(json, ticket, names);
  time_field(json, "now", ticket.now);
  json.field("epoch", ticket.epoch).field("event_sequence", ticket.event_sequence).end_object();
  print_line(json.text());
}

std::string clock_row(const TicketClock& clock, const Names& names, TimeMs now) {
  std::string row = fmt::format("  {:<16} {:<9} {:>10}", names.clock_name(clock.clock),
                                to_string(clock.phase), duration_text(clock.elapsed_ms));
  if (clock.rule != kNoId16) row += " of " + duration_text(clock.target_ms);
  if (clock.due != kNever) {
    row += fmt::format("  due {} ({})", time_text(clock.due), duration_text(clock.due - now));
  }
  if (clock.breached) row += "  BREACHED";
  if (clock.rule != kNoId16) row += "  by " + names.rule_name(clock.rule);
  return row;
}

void print_table(const Ticket& ticket, const Names& names) {
  std::string head =
      fmt::format("{}  {}  {}  version {}", key_text(ticket.key), names.status_name(ticket.status),
                  to_string(ticket.light), ticket.version);
  if (ticket.level > 0) head += "  " + names.level_name(ticket.level);
  if (ticket.closed_for_good) head += "  closed for good";
  print_line(head);
  print_line(fmt::format("  created {}, changed {}", time_text(ticket.created_at),
                         time_text(ticket.changed_at)));
  for (const AttributeValue& attribute : ticket.attributes) {
    print_line(fmt::format("  {} = {}", names.attribute_name(attribute.attribute),
                           names.value_text(attribute.attribute, attribute.value)));
  }
  for (const TicketClock& clock : ticket.clocks) print_line(clock_row(clock, names, ticket.now));
  for (const std::string& day : time_in_status_lines(ticket, names)) print_line("  " + day);
}

int run(Invocation& call) {
  Result<Client> client = call.connect();
  if (!client) return call.fail("get", client.error());
  const std::string key = call.text("KEY");
  const Result<Ticket> ticket = client->get(key);
  if (!ticket) return call.fail("get", ticket.error());
  if (call.globals().output == Output::table) {
    print_table(*ticket, *client->names());
  } else {
    print_json(*ticket, *client->names());
  }
  return exit_ok;
}

const Registration registration({
    .name = "get",
    .summary = "show one ticket and its clocks",
    .options =
        {{.name = "KEY", .help = "the ticket", .kind = OptionKind::positional, .required = true}},
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
