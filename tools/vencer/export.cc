// vencer export: all open tickets, page after page.
#include <fmt/format.h>

#include <algorithm>

#include "tools/vencer/rows.h"
#include "tools/vencer/times.h"
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

std::string clocks_json(const Ticket& ticket, const Names& names) {
  JsonWriter json;
  json.begin_array();
  for (const TicketClock& clock : ticket.clocks) {
    json.begin_object().field("clock", names.clock_name(clock.clock));
    json.field("phase", to_string(clock.phase)).field("cycle", clock.cycle);
    json.field("breached", clock.breached);
    json.field_if("rule", names.rule_name(clock.rule));
    if (clock.rule != kNoId16) json.field("target_ms", clock.target_ms);
    time_field(json, "due", clock.due);
    json.field("elapsed_ms", clock.elapsed_ms).end_object();
  }
  json.end_array();
  return json.text();
}

// In CSV each clock has its columns, whether or not this ticket's ever ran.
void add_clocks(Row& row, const Ticket& ticket, const Names& names) {
  TimeMs due = kNever;
  for (const TicketClock& clock : ticket.clocks) due = std::min(due, clock.due);
  row.push_back({"due", due == kNever ? "" : time_text(due), "", Field::in_table});
  row.push_back({"clocks", "", clocks_json(ticket, names), Field::in_json});
  for (std::size_t i = 0; i < names.clocks.size(); ++i) {
    if (names.clocks[i].retired) continue;
    const auto found = std::find_if(ticket.clocks.begin(), ticket.clocks.end(),
                                    [&](const TicketClock& clock) { return clock.clock == i; });
    const bool known = found != ticket.clocks.end();
    const std::string& name = names.clocks[i].name;
    const bool due_known = known && found->due != kNever;
    row.push_back({name, known ? std::string(to_string(found->phase)) : "", "", Field::in_csv});
    row.push_back({name + " due", due_known ? time_text(found->due) : "", "", Field::in_csv});
    row.push_back({name + " elapsed_ms", known ? fmt::format("{}", found->elapsed_ms) : "", "",
                   Field::in_csv});
    row.push_back({name + " breached", known && found->breached ? "yes" : "", "", Field::in_csv});
  }
}

Row row_of(const Ticket& ticket, const Names& names) {
  Row row;
  row.push_back(text_field("ticket", key_text(ticket.key)));
  row.push_back(text_field("status", names.status_name(ticket.status)));
  row.push_back(text_field("level", names.level_name(ticket.level)));
  row.push_back(text_field("light", to_string(ticket.light)));
  row.push_back(number_field("version", ticket.version));
  add_time(row, "created", ticket.created_at);
  add_time(row, "changed", ticket.changed_at);
  add_attributes(row, names, ticket.attributes);
  add_clocks(row, ticket, names);
  return row;
}

int run(Invocation& call) {
  Result<Client> client = call.connect();
  if (!client) return call.fail("export", client.error());
  Rows rows(call.globals().output);
  AsOf as_of;
  std::uint64_t tickets = 0;
  std::uint32_t from = 0;
  for (bool complete = false; !complete;) {
    const Result<ExportPageReply> page = client->export_page(from);
    if (!page) return call.fail("export", page.error());
    if (from == 0) as_of = page->as_of;
    const auto names = client->names();
    for (const Ticket& ticket : page->tickets) rows.add(row_of(ticket, *names));
    tickets += page->tickets.size();
    from = page->next;
    complete = page->complete;
  }
  Row summary;
  summary.push_back(number_field("tickets", tickets));
  add_as_of(summary, as_of);
  rows.finish(summary, fmt::format("{} open tickets; {}", tickets, as_of_text(as_of)));
  return exit_ok;
}

const Registration registration({
    .name = "export",
    .summary = "write all open tickets",
    .details = "Page by page, so that the server goes on working: each ticket is as it stood when "
               "its page was read.\n"
               "With what `vencer watch --from` says after event_sequence, nothing is missed.",
    .csv = true,
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
