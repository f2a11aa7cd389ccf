// vencer wal archive DIR --to DIR: full segments, to be kept elsewhere. wal extract: back again.
#include "engine/log/wal_archive.h"

#include <fmt/format.h>

#include <chrono>

#include "tools/vencer/log_files.h"
#include "tools/vencer/times.h"
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

int archive(Invocation& call) {
  constexpr const char* kName = "wal archive";
  const auto storage = make_posix_storage();
  const auto directory = log_directory(*storage, call.text("DIR"));
  if (!directory) return call.usage(kName, directory.error().message);
  const bool table = call.globals().output == Output::table;
  const auto result = archive_wal(*storage, *directory, call.text("--to"), call.flag("--compress"),
                                  time_text(now_ms()), [&](const std::string& line) {
                                    if (table) print_line(line);
                                  });
  if (!result) return call.fail(kName, result.error());
  if (table) {
    print_line(fmt::format("{} segments added ({} bytes), {} were there; groups up to {}",
                           result->added, result->bytes, result->kept, result->last_group));
  } else {
    JsonWriter json;
    json.begin_object().field("added", result->added).field("kept", result->kept);
    json.field("bytes", result->bytes).field("last_group", result->last_group).end_object();
    print_line(json.text());
  }
  return exit_ok;
}

int extract(Invocation& call) {
  constexpr const char* kName = "wal extract";
  const auto storage = make_posix_storage();
  const std::string from = call.text("ARCHIVE");
  if (!has_manifest(*storage, from)) {
    return call.usage(kName, fmt::format("'{}' is no archive: it has no {}", from, kManifestName));
  }
  const auto files = extract_archive(*storage, from, call.text("--to"));
  if (!files) return call.fail(kName, files.error());
  if (call.globals().output == Output::table) {
    print_line(fmt::format("{} segments", *files));
  } else {
    JsonWriter json;
    print_line(json.begin_object().field("segments", *files).end_object().text());
  }
  return exit_ok;
}

const Registration archive_registration(
    {.name = "wal archive",
     .summary = "copy the full segments of a log to a directory of their own",
     .details =
         "Full is a segment behind which the log goes on in another. Run again, it adds what is "
         "new; what is there and\nequal is left. The log may be that of a running server. `wal "
         "verify` and `wal dump` read an archive, too.\nExit code 1: the log is damaged, or the "
         "archive is of another log.\nExample:\n  vencer wal archive /var/lib/vencerd --to "
         "/srv/archive/vencer --compress",
     .options = {{"DIR", "the data directory, or the log's in it", OptionKind::positional, true},
                 {.name = "--to",
                  .help = "the archive; made if it is not there",
                  .required = true,
                  .placeholder = "DIR"},
                 {.name = "--compress",
                  .help = "with zstd: what is full of zeros shrinks to little",
                  .kind = OptionKind::flag}},
     .run = archive});

const Registration extract_registration(
    {.name = "wal extract",
     .summary = "the segments of an archive as they lay in the log",
     .details = "Checked against the manifest first.\nExample:\n  vencer wal extract "
                "/srv/archive/vencer --to /tmp/log",
     .options = {{"ARCHIVE", "as wal archive made it", OptionKind::positional, true},
                 {.name = "--to",
                  .help = "an empty directory; made if it is not there",
                  .required = true,
                  .placeholder = "DIR"}},
     .run = extract});

}  // namespace
}  // namespace vencer::cli
