// vencer escalate KEY
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

int run(Invocation& call) {
  const Result<CommandOptions> options = command_options(call);
  if (!options) return call.usage("escalate", options.error().message);
  Result<Client> client = call.connect();
  if (!client) return call.fail("escalate", client.error());
  const std::string key = call.text("KEY");
  return report(call, "escalate", key,
                client->escalate(key, call.text("--level"), call.text("--to"), *options));
}

const Registration registration({
    .name = "escalate",
    .summary = "escalate a ticket by one level",
    .options = with_command_options(
        {{.name = "KEY", .help = "the ticket", .kind = OptionKind::positional, .required = true},
         {.name = "--level", .help = "default: the next one", .placeholder = "NAME"},
         {.name = "--to", .help = "a recipient of the tenant", .placeholder = "NAME"}}),
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
