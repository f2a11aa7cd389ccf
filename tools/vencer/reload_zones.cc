// vencer reload-zones: new rules of time zones into a tenant's document in force.
#include <fmt/format.h>

#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

int run(Invocation& call) {
  Result<Client> client = call.connect();
  if (!client) return call.fail("reload-zones", client.error());
  const Result<PutTenantReply> reply = client->reload_zones(call.globals().tenant);
  if (!reply) return call.fail("reload-zones", reply.error());
  if (call.globals().output == Output::table) {
    const char* verdict = reply->unchanged ? "its zones are as they were" : "has new zones";
    print_line(fmt::format("tenant {}: {} (version {})", reply->name, verdict, reply->version));
    return exit_ok;
  }
  JsonWriter json;
  json.begin_object().field("tenant", reply->name).field("version", reply->version);
  json.field("unchanged", reply->unchanged).end_object();
  print_line(json.text());
  return exit_ok;
}

const Registration registration({
    .name = "reload-zones",
    .summary = "take the time zones of a tenant's calendars anew from the server's tz database",
    .details =
        "After an update of tzdata on the server's machine. Where a zone differs, the document in "
        "force gets\nanother version with its new transitions, and open tickets their new due "
        "times. Needs --tenant.",
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
