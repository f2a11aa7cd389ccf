// vencer wal verify DIR: what a data directory's log holds, and what recovery would make of it.
#include <fmt/format.h>

#include "engine/log/wal_archive.h"
#include "engine/log/wal_verify.h"
#include "tools/vencer/command.h"
#include "tools/vencer/json.h"
#include "tools/vencer/log_files.h"
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

constexpr const char* kName = "wal verify";

void print_json(const WalReport& report) {
  JsonWriter json;
  json.begin_object().field("verdict", verdict_word(report));
  json.field("identity", fmt::format("{:016x}{:016x}", report.identity.high, report.identity.low));
  json.field("partition", report.identity.partition).key("segments").begin_array();
  for (const auto& segment : report.segments) {
    json.begin_object().field("file", segment.path).field("bytes", segment.size);
    json.field("made_by", origin_word(segment.header.origin));
    json.field("made_with_bytes", segment.header.segment_bytes);
    if (segment.header.base_group != 0) json.field("begins_with", segment.header.base_group);
    json.field("last_group", segment.last_group).end_object();
  }
  json.end_array().field("groups", report.walk.groups).field("steps", report.walk.steps);
  json.field("bytes", report.walk.bytes).field("last_group", report.walk.last_group);
  json.field("proven_group", report.tail.proven_group);
  json.field("file", report.place.path).field("offset", report.place.offset);
  json.field("behind", report.tail.rests.size());
  if (report.row != nullptr) json.field("row", report.row->facts);
  json.field("why", report.why).field_if("do", report.advice).end_object();
  print_line(json.text());
}

int run(Invocation& call) {
  const auto storage = make_posix_storage();
  const auto directory = log_directory(*storage, call.text("DIR"));
  if (!directory) return call.usage(kName, directory.error().message);
  const auto report = has_manifest(*storage, *directory) ? examine_archive(*storage, *directory)
                                                         : examine_wal(*storage, *directory);
  if (!report) return call.fail(kName, report.error());
  if (call.globals().output_given && call.globals().output != Output::table) {
    print_json(*report);
  } else {
    print_report(*report, [](const std::string& line) { fmt::print("{}\n", line); });
  }
  return report->good() ? exit_ok : exit_refused;
}

const Registration registration(
    {.name = "wal verify",
     .summary = "how far a log can be read, and what a start would make of its end",
     .details =
         "Each segment, groups and steps, what is proven durable, what lies behind the last "
         "group, and the row of\nthe recovery table that decides. Files are only read; a "
         "server may be running on them.\nExit code 1: a server would refuse to start on "
         "this log; or the archive has a fault.\nExample:\n  vencer wal verify /var/lib/vencerd",
     .options = {{"DIR", "the data directory, the log's in it, or an archive",
                  OptionKind::positional, true}},
     .run = run});

}  // namespace
}  // namespace vencer::cli
