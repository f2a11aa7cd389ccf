// vencer next-due, vencer overdue: clocks of open tickets in the order of their dues.
#include <fmt/format.h>

#include "tools/vencer/rows.h"
#include "tools/vencer/times.h"
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

Result<TicketFilter> filter_of(const Invocation& call) {
  TicketFilter filter;
  filter.statuses = word_list(call, "--status");
  filter.clocks = word_list(call, "--clock");
  const Result<Words> words = parse_words(call.list("ATTR=VALUE"));
  if (!words) return words.error();
  filter.where = *words;
  return filter;
}

Row row_of(const ClockRow& clock, const Names& names, TimeMs now) {
  Row row;
  row.push_back(text_field("ticket", key_text(clock.key)));
  row.push_back(text_field("clock", names.clock_name(clock.clock)));
  add_time(row, "due", clock.due);
  add_duration(row, "left", clock.due - now);
  row.push_back(text_field("status", names.status_name(clock.status)));
  row.push_back(text_field("level", names.level_name(clock.level)));
  row.push_back(text_field("light", to_string(clock.light)));
  row.push_back(text_field("phase", to_string(static_cast<TicketClockPhase>(clock.phase))));
  add_duration(row, "elapsed", clock.elapsed_ms);
  add_duration(row, "target", clock.target_ms);
  row.push_back({"version", "", fmt::format("{}", clock.version), Field::in_json});
  add_attributes(row, names, clock.attributes);
  return row;
}

int print(const Invocation& call, const Client& client, const DueRows& answer, std::string note) {
  const auto names = client.names();
  Rows rows(call.globals().output);
  for (const ClockRow& row : answer.rows) rows.add(row_of(row, *names, answer.as_of.now));
  Row summary;
  summary.push_back(flag_field("reevaluating", answer.reevaluating));
  summary.push_back(number_field("overdue", answer.overdue));
  if (call.text("--limit") != "") summary.push_back(flag_field("more", answer.more));
  add_as_of(summary, answer.as_of);
  if (answer.reevaluating) note += "; a new document is being brought to the tickets";
  rows.finish(summary, note + "; " + as_of_text(answer.as_of));
  return exit_ok;
}

// --until TIME or --within DURATION.
Result<TimeMs> until_of(const Invocation& call, const Client& client) {
  if (call.given("--until")) return parse_time(call.text("--until"));
  if (!call.given("--within")) return kNever;
  const Result<DurationMs> within = parse_duration(call.text("--within"));
  if (!within) return within.error();
  return client.hello().now + *within;
}

Result<std::size_t> limit_of(const Invocation& call) {
  const Result<std::uint64_t> limit = call.number("--limit");
  if (!limit) return limit.error();
  if (*limit == 0 || *limit > limits::query_rows_max) {
    return Error{Errc::limit, fmt::format("--limit: 1 to {} rows", limits::query_rows_max)};
  }
  return static_cast<std::size_t>(*limit);
}

int run_next_due(Invocation& call) {
  const Result<TicketFilter> filter = filter_of(call);
  if (!filter) return call.usage("next-due", filter.error().message);
  const Result<std::size_t> limit = limit_of(call);
  if (!limit) return call.usage("next-due", limit.error().message);
  Result<Client> client = call.connect();
  if (!client) return call.fail("next-due", client.error());
  const Result<TimeMs> until = until_of(call, *client);
  if (!until) return call.usage("next-due", until.error().message);
  const Result<DueRows> answer = client->next_due({*filter, call.text("--order"), *until, *limit});
  if (!answer) return call.fail("next-due", answer.error());
  return print(call, *client, *answer, fmt::format("{} clocks", answer->rows.size()));
}

int run_overdue(Invocation& call) {
  const Result<TicketFilter> filter = filter_of(call);
  if (!filter) return call.usage("overdue", filter.error().message);
  const Result<std::size_t> limit = limit_of(call);
  if (!limit) return call.usage("overdue", limit.error().message);
  Result<Client> client = call.connect();
  if (!client) return call.fail("overdue", client.error());
  const Result<DueRows> answer = client->overdue(*filter, *limit);
  if (!answer) return call.fail("overdue", answer.error());
  return print(call, *client, *answer,
               fmt::format("{} of {} overdue clocks", answer->rows.size(), answer->overdue));
}

std::vector<OptionSpec> with_filter(std::vector<OptionSpec> options) {
  options.push_back({.name = "ATTR=VALUE",
                     .help = "only tickets with it; of one attribute any of the values; "
                             "'team!=N2': any but that; 'team=': not set",
                     .kind = OptionKind::list});
  options.push_back({.name = "--status", .help = "only in one of these", .placeholder = "A,B"});
  options.push_back({.name = "--clock", .help = "only one of these", .placeholder = "A,B"});
  options.push_back(
      {.name = "--limit", .help = "rows, at most 10000", .fallback = "20", .placeholder = "N"});
  return options;
}

const Registration next_due({
    .name = "next-due",
    .summary = "list the clocks that fall due next",
    .details = "Clocks that are breached already are listed by overdue; paused ones have no due.",
    .options = with_filter(
        {{.name = "--order", .help = "attribute that orders equal dues", .placeholder = "ATTR"},
         {.name = "--until", .help = "dues up to this", .placeholder = "TIME"},
         {.name = "--within", .help = "dues within this from now", .placeholder = "DURATION"}}),
    .csv = true,
    .run = run_next_due,
});

const Registration overdue({
    .name = "overdue",
    .summary = "list the breached clocks of open tickets, oldest due first",
    .options = with_filter({}),
    .csv = true,
    .run = run_overdue,
});

}  // namespace
}  // namespace vencer::cli
