// vencer set-due KEY TIME
#include "tools/vencer/times.h"
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

// kNever: it has none any more.
Result<TimeMs> due_of(const std::string& text) {
  if (text == "none") return kNever;
  return parse_time(text);
}

int run(Invocation& call) {
  const Result<CommandOptions> options = command_options(call);
  if (!options) return call.usage("set-due", options.error().message);
  const Result<TimeMs> due = due_of(call.text("TIME"));
  if (!due) return call.usage("set-due", "TIME: " + due.error().message);
  Result<Client> client = call.connect();
  if (!client) return call.fail("set-due", client.error());
  const std::string key = call.text("KEY");
  return report(call, "set-due", key, client->set_due(key, *due, call.text("--clock"), *options));
}

const Registration registration({
    .name = "set-due",
    .summary = "give a ticket its own deadline",
    .options = with_command_options(
        {{.name = "KEY", .help = "the ticket", .kind = OptionKind::positional, .required = true},
         {.name = "TIME",
          .help = "when it is due; none: it has none any more",
          .kind = OptionKind::positional,
          .required = true},
         {.name = "--clock",
          .help = "default: every clock whose target is \"ticket\"",
          .placeholder = "NAME"}}),
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
