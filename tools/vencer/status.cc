// vencer status KEY STATUS
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

int run(Invocation& call) {
  const Result<CommandOptions> options = command_options(call);
  if (!options) return call.usage("status", options.error().message);
  Result<Client> client = call.connect();
  if (!client) return call.fail("status", client.error());
  const std::string key = call.text("KEY");
  return report(call, "status", key, client->set_status(key, call.text("STATUS"), *options));
}

const Registration registration({
    .name = "status",
    .summary = "change a ticket's status",
    .options = with_command_options(
        {{.name = "KEY", .help = "the ticket", .kind = OptionKind::positional, .required = true},
         {.name = "STATUS",
          .help = "the new one",
          .kind = OptionKind::positional,
          .required = true}}),
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
