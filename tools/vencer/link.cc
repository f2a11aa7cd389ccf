// vencer link KEY KIND OTHER
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

Result<LinkKind> kind_of(std::string_view word) {
  for (const LinkKind kind : {LinkKind::problem, LinkKind::follow_up, LinkKind::related}) {
    if (to_string(kind) == word) return kind;
  }
  return Error{Errc::invalid_link,
               "KIND '" + std::string(word) + "' is not one of problem, follow_up, related"};
}

int run(Invocation& call) {
  const Result<CommandOptions> options = command_options(call);
  if (!options) return call.usage("link", options.error().message);
  const Result<LinkKind> kind = kind_of(call.text("KIND"));
  if (!kind) return call.usage("link", kind.error().message);
  Result<Client> client = call.connect();
  if (!client) return call.fail("link", client.error());
  const std::string key = call.text("KEY");
  return report(call, "link", key, client->link(key, *kind, call.text("OTHER"), *options));
}

const Registration registration({
    .name = "link",
    .summary = "link a ticket to another",
    .details = "problem: the other is the problem behind this incident, which is told when it is "
               "resolved.",
    .options = with_command_options(
        {{.name = "KEY", .help = "the ticket", .kind = OptionKind::positional, .required = true},
         {.name = "KIND",
          .help = "what the other is to it: problem, follow_up, related",
          .kind = OptionKind::positional,
          .required = true},
         {.name = "OTHER",
          .help = "the other ticket",
          .kind = OptionKind::positional,
          .required = true}}),
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
