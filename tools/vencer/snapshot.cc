// vencer snapshot: every partition of the server writes one now; waits until they are complete.
#include <fmt/format.h>

#include <algorithm>

#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

// A hundred million tickets take minutes; nothing else waits for it.
constexpr DurationMs kPatienceMs = 3'600'000;

void print(const Invocation& call, std::uint32_t partition, const SnapshotReply& reply) {
  if (call.globals().output == Output::table) {
    return print_line(fmt::format("{}: {} tickets, {} bytes, {:.3f} s, up to group {} and event {}",
                                  reply.file, reply.tickets, reply.bytes,
                                  static_cast<double>(reply.took_ms) / 1000, reply.group,
                                  reply.event_sequence));
  }
  JsonWriter json;
  json.begin_object().field("partition", partition).field("file", reply.file);
  json.field("tickets", reply.tickets).field("bytes", reply.bytes);
  json.field("took_ms", reply.took_ms).field("group", reply.group);
  json.field("event_sequence", reply.event_sequence).end_object();
  print_line(json.text());
}

// One partition after the other: they have one disk, and a thread that writes.
int run(Invocation& call) {
  Result<Client> client = call.connect(Invocation::Tenant::unused, kPatienceMs);
  if (!client) return call.fail("snapshot", client.error());
  const auto partitions = static_cast<std::uint32_t>(client->hello().partitions.size());
  int exit = exit_ok;
  for (std::uint32_t i = 0; i < std::max(1u, partitions); ++i) {
    const Result<SnapshotReply> reply = client->take_snapshot(i);
    if (reply) {
      print(call, i, *reply);
      continue;
    }
    const int failed = call.fail(
        partitions > 1 ? fmt::format("snapshot: partition {}", i) : std::string("snapshot"),
        reply.error());
    exit = std::max(exit, failed);
  }
  return exit;
}

const Registration registration({
    .name = "snapshot",
    .summary = "write the state to a snapshot file, so that a restart is quick",
    .details =
        "The server takes one by itself now and then (vencerd --help, snapshot-...); commands "
        "go on meanwhile.\nOf every partition, one after the other, a line each when its file is "
        "complete; exit code 1 if one is being\ntaken already. `vencer snapshot inspect` reads a "
        "file.",
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
