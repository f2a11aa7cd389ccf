// vencer create KEY ATTR=VALUE...
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

int run(Invocation& call) {
  const Result<Words> words = parse_words(call.list("ATTR=VALUE"));
  if (!words) return call.usage("create", words.error().message);
  const Result<CommandOptions> options = command_options(call);
  if (!options) return call.usage("create", options.error().message);
  const Result<TimeMs> start_at = time_option(call, "--start-at");
  if (!start_at) return call.usage("create", start_at.error().message);
  const Result<TimeMs> due_at = time_option(call, "--due-at");
  if (!due_at) return call.usage("create", due_at.error().message);
  const NewTicketOptions more{*start_at, *due_at, call.flag("--quiet")};
  Result<Client> client = call.connect();
  if (!client) return call.fail("create", client.error());
  const std::string key = call.text("KEY");
  return report(call, "create", key,
                client->create(key, *words, call.text("--status"), *options, more));
}

const Registration registration({
    .name = "create",
    .summary = "create a ticket",
    .options = with_command_options(
        {{.name = "KEY", .help = "its key", .kind = OptionKind::positional, .required = true},
         {.name = "ATTR=VALUE", .help = "its attributes", .kind = OptionKind::list},
         {.name = "--status", .help = "default: the tenant's first", .placeholder = "NAME"},
         {.name = "--start-at", .help = "its clocks are idle until then", .placeholder = "TIME"},
         {.name = "--due-at",
          .help = "its own deadline, for targets \"ticket\"",
          .placeholder = "TIME"},
         {.name = "--quiet",
          .help = "an import: nothing is told of it but that",
          .kind = OptionKind::flag}}),
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
