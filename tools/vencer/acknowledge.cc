// vencer ack KEY
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

int run(Invocation& call) {
  const Result<CommandOptions> options = command_options(call);
  if (!options) return call.usage("ack", options.error().message);
  const Result<DurationMs> hold = duration_option(call, "--for");
  if (!hold) return call.usage("ack", hold.error().message);
  if (call.given("--for") && *hold == 0) {
    return call.usage("ack", "--for: a hold is longer than 0s; without it, as the ladder says");
  }
  Result<Client> client = call.connect();
  if (!client) return call.fail("ack", client.error());
  const std::string key = call.text("KEY");
  return report(call, "ack", key, client->acknowledge(key, call.text("--clock"), *hold, *options));
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
