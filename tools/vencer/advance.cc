// vencer advance TIME: clock source "input" only.
#include <fmt/format.h>

#include "tools/vencer/times.h"
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

int run(Invocation& call) {
  const Result<TimeMs> to = parse_time(call.text("TIME"));
  if (!to) return call.usage("advance", to.error().message);
  Result<Client> client = call.connect(Invocation::Tenant::unused);
  if (!client) return call.fail("advance", client.error());
  const Result<AdvanceReply> reply = client->advance(*to);
  if (!reply) return call.fail("advance", reply.error());
  if (call.globals().output == Output::table) {
    print_line(fmt::format("now {}: {} fired, event {}", time_text(reply->now), reply->fired,
                           reply->event_sequence));
    return exit_ok;
  }
  JsonWriter json;
  json.begin_object();
  time_field(json, "now", reply->now);
  json.field("fired", reply->fired).field("event_sequence", reply->event_sequence).end_object();
  print_line(json.text());
  return exit_ok;
}

const Registration registration({
    .name = "advance",
    .summary = "move the time of a server that was started with --clock input",
    .options =
        {{.name = "TIME", .help = "until when", .kind = OptionKind::positional, .required = true}},
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
