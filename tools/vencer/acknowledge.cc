// vencer ack KEY
#include "tools/vencer/times.h"
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

int run(Invocation& call) {
  const Result<CommandOptions> options = command_options(call);
  if (!options) return call.usage("ack", options.error().message);
  DurationMs hold_ms = 0;
  if (call.given("--for")) {
    const Result<DurationMs> hold = parse_duration(call.text("--for"));
    if (!hold) return call.usage("ack", "--for: " + hold.error().message);
    hold_ms = *hold;
  }
  Result<Client> client = call.connect();
  if (!client) return call.fail("ack", client.error());
  const std::string key = call.text("KEY");
  return report(call, "ack", key,
                client->acknowledge(key, call.text("--clock"), hold_ms, *options));
}

const Registration registration({
    .name = "ack",
    .summary = "acknowledge: hold a ticket's ladders",
    .options = with_command_options(
        {{.name = "KEY", .help = "the ticket", .kind = OptionKind::positional, .required = true},
         {.name = "--clock", .help = "default: every clock", .placeholder = "NAME"},
         {.name = "--for", .help = "default: as the ladder says", .placeholder = "DURATION"}}),
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
