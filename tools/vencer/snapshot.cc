// vencer snapshot: the server writes one now; waits until it is complete.
#include <fmt/format.h>

#include <algorithm>

#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

// A hundred million tickets take minutes; nothing else waits for it.
constexpr DurationMs kPatienceMs = 3'600'000;

int run(Invocation& call) {
  Result<Client> client = call.connect(Invocation::Tenant::unused, kPatienceMs);
  if (!client) return call.fail("snapshot", client.error());
  const Result<SnapshotReply> reply = client->take_snapshot();
  if (!reply) return call.fail("snapshot", reply.error());
  if (call.globals().output == Output::table) {
    print_line(fmt::format("{}: {} tickets, {} bytes, {:.3f} s, up to group {} and event {}",
                           reply->file, reply->tickets, reply->bytes,
                           static_cast<double>(reply->took_ms) / 1000, reply->group,
                           reply->event_sequence));
    return exit_ok;
  }
  JsonWriter json;
  json.begin_object().field("file", reply->file).field("tickets", reply->tickets);
  json.field("bytes", reply->bytes).field("took_ms", reply->took_ms);
  json.field("group", reply->group).field("event_sequence", reply->event_sequence).end_object();
  print_line(json.text());
  return exit_ok;
}

const Registration registration({
    .name = "snapshot",
    .summary = "write the state to a snapshot file, so that a restart is quick",
    .details =
        "The server takes one by itself now and then (vencerd --help, snapshot-...); commands "
        "go on meanwhile.\nAnswers when the file is complete; exit code 1 if one is being "
        "taken already.",
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
