// vencer wal verify DIR: what a data directory's log holds, and what recovery would make of it.
// Offline: it reads files and changes none.
#include <fmt/format.h>

#include "engine/log/wal_verify.h"
#include "tools/vencer/command.h"

namespace vencer::cli {
namespace {

int run(Invocation& call) {
  if (const std::string action = call.text("ACTION"); action != "verify") {
    return call.usage("wal", fmt::format("'{}' is not something it does", action), "verify");
  }
  const auto storage = make_posix_storage();
  std::string directory = call.text("DIR");
  // A data directory keeps its log in wal/; either name will do.
  if (storage->exists(directory + "/wal")) directory += "/wal";
  if (!storage->exists(directory)) {
    return call.usage("wal verify", fmt::format("there is no directory '{}'", directory));
  }
  const auto good =
      verify_wal(*storage, directory, [](const std::string& line) { fmt::print("{}\n", line); });
  if (!good) return call.fail("wal verify", good.error());
  return *good ? exit_ok : exit_refused;
}

const Registration registration(
    {.name = "wal",
     .summary = "look at a log's files, offline",
     .details = "Exit code 1: a server would refuse to start on this log.\n"
                "Example:\n  vencer wal verify /var/lib/vencerd",
     .options = {{"ACTION", "verify", OptionKind::positional, true},
                 {"DIR", "the data directory, or the log's in it", OptionKind::positional, true}},
     .run = run});

}  // namespace
}  // namespace vencer::cli
