// vencer cancel KEY
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

int run(Invocation& call) {
  const Result<CommandOptions> options = command_options(call);
  if (!options) return call.usage("cancel", options.error().message);
  Result<Client> client = call.connect();
  if (!client) return call.fail("cancel", client.error());
  const std::string key = call.text("KEY");
  return report(call, "cancel", key, client->cancel(key, *options));
}

const Registration registration({
    .name = "cancel",
    .summary = "cancel a ticket: to the tenant's first status of category cancelled",
    .options = with_command_options(
        {{.name = "KEY", .help = "the ticket", .kind = OptionKind::positional, .required = true}}),
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
