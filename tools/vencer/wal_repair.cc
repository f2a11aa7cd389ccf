// vencer wal repair DIR --accept-loss: a damaged log cut at the damage, what lies behind kept
// aside.
#include <fmt/format.h>

#include <cstdio>

#include "engine/runtime/log_repair.h"
#include "engine/runtime/logging.h"
#include "engine/runtime/replayer.h"
#include "tools/vencer/command.h"
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

constexpr const char* kName = "wal repair";

void print_json(const WalRepair& repair, bool done) {
  JsonWriter json;
  json.begin_object().field("damaged", repair.damaged).field("repaired", done);
  json.field_if("damage", repair.damage).field("last_group", repair.last_group);
  json.field("snapshot_group", repair.snapshot_group);
  json.field("groups_lost_at_least", repair.lost_at_least).key("kept").begin_array();
  for (const std::string& file : repair.kept) json.value(file);
  json.end_array().field_if("message", repair.message).end_object();
  print_line(json.text());
}

void print_lines(const WalRepair& repair, bool done) {
  if (!repair.damaged)
    return print_line("the log is not damaged: nothing was changed, start the server");
  print_line(repair.damage);
  print_line(fmt::format("groups up to {} {}; at least {} groups behind them {} lost",
                         repair.last_group, done ? "stay" : "would stay", repair.lost_at_least,
                         done ? "are" : "would be"));
  if (repair.snapshot_group != 0) {
    print_line(fmt::format("what is up to group {} is in a snapshot", repair.snapshot_group));
  }
  if (!repair.message.empty()) print_line(repair.message);
  for (const std::string& file : repair.kept) print_line(fmt::format("kept: {}", file));
  if (done) print_line("the next start begins a new epoch: consumers are told epoch_changed");
}

// On standard error, at once: what ends the replay is not to be read as damage.
void say_replay_begins(const WalRepair& asked) {
  fmt::print(stderr,
             "vencer: {}: the log itself is whole, up to group {}; its steps are replayed now to "
             "see whether groups are missing behind them\n",
             kName, asked.last_group);
  std::fflush(stderr);
}

int run(Invocation& call) {
  setup_logging(LogLevel::error, LogFormat::logfmt);  // a log without damage is replayed
  note_replay_on_abort("vencer: wal repair");
  const bool accept = call.flag("--accept-loss");
  const auto storage = make_posix_storage();
  const std::string directory = call.text("DIR");
  if (!storage->exists(directory + "/STREAM")) {
    return call.usage(kName, fmt::format("'{}' is no data directory: it has no STREAM", directory),
                      "name the directory that the server has as --data");
  }
  const auto repair = repair_partition(*storage, directory, accept, &say_replay_begins);
  if (!repair) return call.fail(kName, repair.error());
  const bool done = repair->damaged && accept;
  if (call.globals().output == Output::table) {
    print_lines(*repair, done);
  } else {
    print_json(*repair, done);
  }
  if (!repair->damaged || accept) return exit_ok;
  return call.fail(kName, {Errc::internal, "nothing was changed"},
                   "restore a backup if there is one; else say --accept-loss");
}

const Registration registration(
    {.name = "wal repair",
     .summary = "cut a damaged log at the damage, when there is no backup",
     .details =
         "Without --accept-loss it says what would be lost and changes nothing. What is cut off is "
         "kept in files beside the\nlog. What was acknowledged behind the damage is lost; the "
         "event stream begins a new epoch, so that consumers\nare told. A log whose beginning went "
         "behind a snapshot is repaired from there on. A log that "
         "ends before the events do,\nwhich shows that its last groups are missing, is not cut: it "
         "goes on in the new epoch. The server must be stopped.\nExit code 1: "
         "the log is damaged and --accept-loss was not said, or it cannot be repaired.\nExample:\n "
         " vencer wal verify /var/lib/vencerd\n  vencer wal repair /var/lib/vencerd --accept-loss",
     .options = {{"DIR", "the data directory, or a partition-N in it", OptionKind::positional,
                  true},
                 {.name = "--accept-loss",
                  .help = "yes: what lies behind the damage may be given up",
                  .kind = OptionKind::flag}},
     .run = run});

}  // namespace
}  // namespace vencer::cli
