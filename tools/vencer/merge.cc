// vencer merge KEY INTO
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

int run(Invocation& call) {
  const Result<CommandOptions> options = command_options(call);
  if (!options) return call.usage("merge", options.error().message);
  Result<Client> client = call.connect();
  if (!client) return call.fail("merge", client.error());
  const std::string key = call.text("KEY");
  return report(call, "merge", key, client->merge(key, call.text("INTO"), *options));
}

const Registration registration({
    .name = "merge",
    .summary = "a ticket is a duplicate of another",
    .details = "It goes to the status that the tenant gives duplicates, its clocks are cancelled, "
               "and no survey falls due.",
    .options = with_command_options(
        {{.name = "KEY", .help = "the duplicate", .kind = OptionKind::positional, .required = true},
         {.name = "INTO",
          .help = "the ticket that stays",
          .kind = OptionKind::positional,
          .required = true}}),
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
