// vencer put-customer CUSTOMER ATTR=VALUE...
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

int run(Invocation& call) {
  const Result<Words> words = parse_words(call.list("ATTR=VALUE"));
  if (!words) return call.usage("put-customer", words.error().message);
  const Result<CommandOptions> options = command_options(call);
  if (!options) return call.usage("put-customer", options.error().message);
  if (call.flag("--no-contract") && call.given("--contract-until")) {
    return call.usage("put-customer", "--contract-until or --no-contract, not both");
  }
  const TimeMs none = call.flag("--no-contract") ? 0 : kNever;
  const Result<TimeMs> until = time_option(call, "--contract-until", none);
  if (!until) return call.usage("put-customer", until.error().message);
  Result<Client> client = call.connect();
  if (!client) return call.fail("put-customer", client.error());
  const std::string customer = call.text("CUSTOMER");
  const auto reply =
      client->put_customer(customer, *words, *until, call.flag("--reapply"), *options);
  return report(call, "put-customer", customer, reply, "customer");
}

const Registration registration({
    .name = "put-customer",
    .summary = "make or change a customer: contract, and what its tickets take from it",
    .details = "Without --contract-until and --no-contract its contract has no end.",
    .options = with_command_options(
        {{.name = "CUSTOMER",
          .help = "as tickets name it: a number, or text",
          .kind = OptionKind::positional,
          .required = true},
         {.name = "ATTR=VALUE", .help = "what its new tickets take", .kind = OptionKind::list},
         {.name = "--contract-until", .help = "the end of its contract", .placeholder = "TIME"},
         {.name = "--no-contract", .help = "it has none", .kind = OptionKind::flag},
         {.name = "--reapply",
          .help = "to the tickets that it has open, too",
          .kind = OptionKind::flag}}),
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
