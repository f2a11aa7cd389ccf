// vencer assign KEY
#include <optional>

#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

std::optional<std::string> word_if_given(const Invocation& call, const std::string& name) {
  if (!call.given(name)) return std::nullopt;
  const std::string word = call.text(name);
  return word == "none" ? "" : word;
}

int run(Invocation& call) {
  const Result<CommandOptions> options = command_options(call);
  if (!options) return call.usage("assign", options.error().message);
  const std::optional<std::string> agent = word_if_given(call, "--agent");
  const std::optional<std::string> team = word_if_given(call, "--team");
  if (!agent && !team) return call.usage("assign", "to whom? --agent or --team");
  Result<Client> client = call.connect();
  if (!client) return call.fail("assign", client.error());
  const std::string key = call.text("KEY");
  return report(call, "assign", key, client->assign(key, agent, team, *options));
}

const Registration registration({
    .name = "assign",
    .summary = "assign a ticket to an agent or a team",
    .details = "The attributes that the tenant gives the roles agent and team.",
    .options = with_command_options(
        {{.name = "KEY", .help = "the ticket", .kind = OptionKind::positional, .required = true},
         {.name = "--agent", .help = "none: to nobody", .placeholder = "NAME"},
         {.name = "--team", .help = "none: to nobody", .placeholder = "NAME"}}),
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
