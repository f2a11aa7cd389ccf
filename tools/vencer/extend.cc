// vencer extend KEY CLOCK --by DURATION
#include "tools/vencer/times.h"
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

// "-30m" takes half an hour away.
Result<DurationMs> signed_duration(const std::string& text) {
  const bool less = text.starts_with("-");
  Result<DurationMs> duration = parse_duration(less ? text.substr(1) : text);
  if (!duration) return Error{duration.error().code, "--by: " + duration.error().message};
  return less ? -*duration : *duration;
}

int run(Invocation& call) {
  const Result<CommandOptions> options = command_options(call);
  if (!options) return call.usage("extend", options.error().message);
  const Result<DurationMs> by = signed_duration(call.text("--by"));
  if (!by) return call.usage("extend", by.error().message);
  Result<Client> client = call.connect();
  if (!client) return call.fail("extend", client.error());
  const std::string key = call.text("KEY");
  return report(call, "extend", key,
                client->extend(key, call.text("CLOCK"), *by, call.text("--reason"), *options));
}

const Registration registration({
    .name = "extend",
    .summary = "move the deadline of a running clock",
    .options = with_command_options(
        {{.name = "KEY", .help = "the ticket", .kind = OptionKind::positional, .required = true},
         {.name = "CLOCK",
          .help = "whose deadline",
          .kind = OptionKind::positional,
          .required = true},
         {.name = "--by",
          .help = "of its open time; -30m takes away",
          .required = true,
          .placeholder = "DURATION"},
         {.name = "--reason", .help = "goes with the event"}}),
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
