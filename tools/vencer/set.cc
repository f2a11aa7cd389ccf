// vencer set KEY ATTR=VALUE...
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

int run(Invocation& call) {
  const Result<Words> words = parse_words(call.list("ATTR=VALUE"));
  if (!words) return call.usage("set", words.error().message);
  const Result<CommandOptions> options = command_options(call);
  if (!options) return call.usage("set", options.error().message);
  Result<Client> client = call.connect();
  if (!client) return call.fail("set", client.error());
  const std::string key = call.text("KEY");
  return report(call, "set", key, client->set_attributes(key, *words, *options));
}

const Registration registration({
    .name = "set",
    .summary = "set attributes of a ticket",
    .details = "ATTR= clears. An open attribute takes a number, or text that is hashed to one "
               "(text:7 is text).",
    .options = with_command_options(
        {{.name = "KEY", .help = "the ticket", .kind = OptionKind::positional, .required = true},
         {.name = "ATTR=VALUE",
          .help = "what to set",
          .kind = OptionKind::list,
          .required = true}}),
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
