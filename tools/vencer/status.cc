// vencer status KEY STATUS
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

int run(Invocation& call) {
  const Result<CommandOptions> options = command_options(call);
  if (!options) return call.usage("status", options.error().message);
  const Result<TimeMs> until = time_option(call, "--until");
  if (!until) return call.usage("status", until.error().message);
  if (call.given("--then") && !call.given("--until")) {
    return call.usage("status", "--then: after what? --until says when");
  }
  Result<Client> client = call.connect();
  if (!client) return call.fail("status", client.error());
  const std::string key = call.text("KEY");
  const std::string status = call.text("STATUS");
  if (!call.given("--until")) {
    return report(call, "status", key, client->set_status(key, status, *options));
  }
  return report(call, "status", key,
                client->set_status_until(key, status, *until, call.text("--then"), *options));
}

const Registration registration({
    .name = "status",
    .summary = "change a ticket's status",
    .options = with_command_options(
        {{.name = "KEY", .help = "the ticket", .kind = OptionKind::positional, .required = true},
         {.name = "STATUS",
          .help = "the new one",
          .kind = OptionKind::positional,
          .required = true},
         {.name = "--until", .help = "then the next one comes by itself", .placeholder = "TIME"},
         {.name = "--then",
          .help = "the next one; default: the one before",
          .placeholder = "STATUS"}}),
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
