// vencer activity KEY NAME
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

int run(Invocation& call) {
  const Result<CommandOptions> options = command_options(call);
  if (!options) return call.usage("activity", options.error().message);
  Result<Client> client = call.connect();
  if (!client) return call.fail("activity", client.error());
  const std::string key = call.text("KEY");
  return report(call, "activity", key, client->activity(key, call.text("NAME"), *options));
}

const Registration registration({
    .name = "activity",
    .summary = "record an activity on a ticket",
    .details =
        "Built in: customer_reply, agent_reply, internal_note, assigned; and those of the tenant.",
    .options = with_command_options(
        {{.name = "KEY", .help = "the ticket", .kind = OptionKind::positional, .required = true},
         {.name = "NAME",
          .help = "what happened",
          .kind = OptionKind::positional,
          .required = true}}),
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
