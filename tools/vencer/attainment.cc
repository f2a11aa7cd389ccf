// vencer attainment: how many promises were kept, and how long they took.
#include <fmt/format.h>

#include "tools/vencer/rows.h"
#include "tools/vencer/ticket_words.h"
#include "tools/vencer/times.h"

namespace vencer::cli {
namespace {

Result<std::int32_t> parse_day(const Invocation& call, const std::string& option,
                               std::int32_t none) {
  if (!call.given(option)) return none;
  const Result<TimeMs> time = parse_time(call.text(option));
  if (!time) return Error{time.error().code, option + ": " + time.error().message};
  return static_cast<std::int32_t>(*time / limits::kDay);
}

Row row_of(const AttainmentRow& of, const AttainmentReply& reply, const Names& names) {
  Row row;
  if (reply.by_day) {
    row.push_back(text_field("day", day_text(of.day)));
  }
  row.push_back(text_field("clock", names.clock_name(of.clock)));
  if (reply.by != kNoId8) {
    add_value(row, names.attribute_name(reply.by),
              of.value == 0 ? "" : names.value_text(reply.by, of.value));
  }
  row.push_back(number_field("met", of.met));
  row.push_back(number_field("missed", of.missed));
  const double kept = 100.0 * static_cast<double>(of.met) / static_cast<double>(of.met + of.missed);
  row.push_back({"met_percent", fmt::format("{:.1f}", kept), fmt::format("{:.1f}", kept)});
  add_duration(row, "p50", of.p50_ms);
  add_duration(row, "p90", of.p90_ms);
  add_duration(row, "p95", of.p95_ms);
  add_duration(row, "p99", of.p99_ms);
  return row;
}

int run(Invocation& call) {
  AttainmentOptions options;
  options.clocks = word_list(call, "--clock");
  options.by = call.text("--by");
  options.by_day = call.flag("--daily");
  const Result<std::int32_t> first = parse_day(call, "--from", options.first);
  const Result<std::int32_t> last = parse_day(call, "--to", options.last);
  if (!first) return call.usage("attainment", first.error().message);
  if (!last) return call.usage("attainment", last.error().message);
  options.first = *first;
  options.last = *last;
  Result<Client> client = call.connect();
  if (!client) return call.fail("attainment", client.error());
  const Result<AttainmentReply> reply = client->attainment(options);
  if (!reply) return call.fail("attainment", reply.error());
  const auto names = client->names();
  Rows rows(call.globals().output);
  std::uint64_t verdicts = 0;
  for (const AttainmentRow& row : reply->rows) {
    rows.add(row_of(row, *reply, *names));
    verdicts += row.met + row.missed;
  }
  Row summary;
  summary.push_back(number_field("verdicts", verdicts));
  add_as_of(summary, reply->as_of);
  rows.finish(summary, fmt::format("{} verdicts; {}", verdicts, as_of_text(reply->as_of)));
  return exit_ok;
}

const Registration registration({
    .name = "attainment",
    .summary = "show how many promises were met and missed, and how long they took",
    .details = "The last 92 local days. A cycle of a clock counts once, on the day it stopped; a "
               "reopened ticket's is taken back.\n"
               "Percentiles are of open time elapsed, within 6 percent.",
    .options = {{.name = "--by",
                 .help = "an attribute in count_by of the document",
                 .placeholder = "ATTR"},
                {.name = "--clock", .help = "only one of these", .placeholder = "A,B"},
                {.name = "--from", .help = "first local day", .placeholder = "2026-04-01"},
                {.name = "--to", .help = "last local day", .placeholder = "2026-04-30"},
                {.name = "--daily", .help = "a row a day", .kind = OptionKind::flag}},
    .csv = true,
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
