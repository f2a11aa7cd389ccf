// vencer create KEY ATTR=VALUE...
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

int run(Invocation& call) {
  const Result<Words> words = parse_words(call.list("ATTR=VALUE"));
  if (!words) return call.usage("create", words.error().message);
  const Result<CommandOptions> options = command_options(call);
  if (!options) return call.usage("create", options.error().message);
  Result<Client> client = call.connect();
  if (!client) return call.fail("create", client.error());
  const std::string key = call.text("KEY");
  return report(call, "create", key, client->create(key, *words, call.text("--status"), *options));
}

const Registration registration({
    .name = "create",
    .summary = "create a ticket",
    .options = with_command_options(
        {{.name = "KEY", .help = "its key", .kind = OptionKind::positional, .required = true},
         {.name = "ATTR=VALUE", .help = "its attributes", .kind = OptionKind::list},
         {.name = "--status", .help = "default: the tenant's first", .placeholder = "NAME"}}),
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
