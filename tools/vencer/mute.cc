// vencer mute [ATTR=VALUE], vencer unmute [ATTR=VALUE]
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

// One ATTR=VALUE, or nothing: the whole tenant.
Result<std::pair<std::string, std::string>> whom(const Invocation& call) {
  const Result<Words> words = parse_words(call.list("ATTR=VALUE"));
  if (!words) return words.error();
  if (words->size() > 1) return Error{Errc::unknown_attribute, "one ATTR=VALUE, or none"};
  return words->empty() ? std::pair<std::string, std::string>() : words->front();
}

std::string shown(const Invocation& call) {
  const std::vector<std::string>& words = call.list("ATTR=VALUE");
  return words.empty() ? call.globals().tenant : words.front();
}

int run_mute(Invocation& call) {
  const auto of = whom(call);
  if (!of) return call.usage("mute", of.error().message);
  const Result<TimeMs> until = time_option(call, "--until");
  if (!until) return call.usage("mute", until.error().message);
  const Result<DurationMs> hold = duration_option(call, "--for");
  if (!hold) return call.usage("mute", hold.error().message);
  if (call.given("--until") == call.given("--for")) {
    return call.usage("mute", "until when? --until or --for");
  }
  Result<Client> client = call.connect();
  if (!client) return call.fail("mute", client.error());
  const TimeMs end = call.given("--for") ? client->hello().now + *hold : *until;
  return report(call, "mute", shown(call), client->mute(end, of->first, of->second), "muted");
}

int run_unmute(Invocation& call) {
  const auto of = whom(call);
  if (!of) return call.usage("unmute", of.error().message);
  Result<Client> client = call.connect();
  if (!client) return call.fail("unmute", client.error());
  return report(call, "unmute", shown(call), client->unmute(of->first, of->second), "unmuted");
}

const Registration mute({
    .name = "mute",
    .summary = "mark events as not to be shouted: of the tenant, or of one attribute's value",
    .details = "Nothing is lost: events come as ever, with muted = true.",
    .options = {{.name = "ATTR=VALUE", .help = "whose tickets", .kind = OptionKind::list},
                {.name = "--until", .help = "then they are heard again", .placeholder = "TIME"},
                {.name = "--for", .help = "likewise, from now on", .placeholder = "DURATION"}},
    .run = run_mute,
});

const Registration unmute({
    .name = "unmute",
    .summary = "end what mute began",
    .options = {{.name = "ATTR=VALUE", .help = "as it was muted", .kind = OptionKind::list}},
    .run = run_unmute,
});

}  // namespace
}  // namespace vencer::cli
