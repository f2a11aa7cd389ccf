// vencer counts: open tickets by light and counted attributes.
#include <fmt/format.h>

#include "tools/vencer/rows.h"

namespace vencer::cli {
namespace {

Row row_of(const CountsRow& counts, const std::vector<AttributeId>& by, const Names& names) {
  Row row;
  for (std::size_t i = 0; i < by.size(); ++i) {
    const std::string value = names.value_text(by[i], counts.values[i]);
    add_value(row, names.attribute_name(by[i]), counts.values[i] == 0 ? "" : value);
  }
  std::uint64_t open = 0;
  for (const Light light : {Light::red, Light::amber, Light::green, Light::none}) {
    const std::uint64_t count = counts.lights[static_cast<std::size_t>(light)];
    row.push_back(number_field(to_string(light), count));
    open += count;
  }
  row.push_back(number_field("open", open));
  return row;
}

int run(Invocation& call) {
  Result<Client> client = call.connect();
  if (!client) return call.fail("counts", client.error());
  const Result<CountsReply> reply = client->counts(call.list("ATTR"));
  if (!reply) return call.fail("counts", reply.error());
  const auto names = client->names();
  Rows rows(call.globals().output);
  if (call.flag("--by-status")) {
    for (std::size_t i = 0; i < reply->by_status.size(); ++i) {
      if (reply->by_status[i] == 0) continue;
      rows.add({text_field("status", names->status_name(static_cast<StatusId>(i))),
                number_field("open", reply->by_status[i])});
    }
  } else {
    for (const CountsRow& row : reply->rows) rows.add(row_of(row, reply->by, *names));
  }
  Row summary;
  summary.push_back(number_field("open", reply->open));
  summary.push_back(flag_field("reevaluating", reply->reevaluating));
  add_as_of(summary, reply->as_of);
  rows.finish(summary,
              fmt::format("{} open tickets{}; {}", reply->open,
                          reply->reevaluating ? " (a new document is being brought to them)" : "",
                          as_of_text(reply->as_of)));
  return exit_ok;
}

const Registration registration({
    .name = "counts",
    .summary = "count the open tickets by light and attribute",
    .details = "Running counts: it costs the server the same with ten tickets and ten million.",
    .options = {{.name = "ATTR",
                 .help = "of the attributes in count_by of the document",
                 .kind = OptionKind::list},
                {.name = "--by-status", .help = "by status instead", .kind = OptionKind::flag}},
    .csv = true,
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
