// vencer snapshot inspect PATH: what a snapshot file says of itself, and whether it is whole.
#include <fmt/format.h>

#include <cstdio>
#include <optional>
#include <vector>

#include "engine/core/calendar_store.h"
#include "engine/core/snapshot.h"
#include "engine/core/snapshot_format.h"
#include "engine/log/snapshot_file.h"
#include "engine/runtime/partition_layout.h"
#include "engine/runtime/snapshot_documents.h"
#include "tools/vencer/snapshot_sections.h"
#include "tools/vencer/times.h"
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

constexpr const char* kName = "snapshot inspect";

struct Inspected {
  std::string path;
  bool headed = false;  // the header is whole, and what follows is what it says
  snapshot::FileHeader header;
  std::optional<snapshot::FileTrailer> trailer;
  SnapshotSections sections;
  std::optional<Error> damage;
};

// The header alone, of a file whose end may be missing.
bool read_header(Storage& storage, const std::string& path, snapshot::FileHeader* header) {
  auto file = storage.open(path, OpenMode::read);
  if (!file) return false;
  snapshot::PageBuffer page(snapshot::kPageBytes);
  const auto got = (*file)->read_at(0, page.bytes());
  std::uint32_t crc = 0;
  return got && *got == snapshot::kPageBytes &&
         snapshot::decode_header(page.bytes().first<snapshot::kPageBytes>(), header, &crc) ==
             snapshot::HeaderCheck::ok;
}

// restore: the state is built, too, and thrown away.
Inspected inspect(Storage& storage, const std::string& path, bool restore) {
  Inspected seen;
  seen.path = path;
  seen.headed = read_header(storage, path, &seen.header);
  const auto info = snapshot::look_at_snapshot(storage, path);
  if (!info) {
    seen.damage = info.error();
    return seen;
  }
  seen.trailer = info->trailer;
  StateMachine machine(std::make_shared<CalendarStore>());
  SnapshotReader reader(&machine, snapshot_documents(), info->trailer.payload_bytes);
  const auto take = [&](std::span<const std::byte> payload, std::uint64_t bytes) -> Status {
    Status fed = seen.sections.feed(payload);
    if (fed && restore) fed = reader.feed(payload);
    if (fed) return fed;
    return snapshot::bad_snapshot(path, bytes, "in the block before: " + fed.error().message);
  };
  Status read = snapshot::read_snapshot(storage, *info, false, take);
  if (read && restore) {
    read = reader.finish();
    if (!read) read = snapshot::bad_snapshot(path, info->trailer.file_bytes, read.error().message);
  }
  if (!read) seen.damage = read.error();
  return seen;
}

void print_header(const Inspected& seen) {
  const snapshot::FileHeader& header = seen.header;
  print_line(fmt::format("  format {}, semantics version {}, log {:016x}{:016x}, partition {}",
                         header.format_version, header.semantics_version, header.identity_high,
                         header.identity_low, header.partition));
  print_line(fmt::format("  after group {} (chain {:08x}), event {} of epoch {}, engine time {}",
                         header.group, header.chain, header.event_sequence, header.epoch,
                         time_text(header.now)));
}

void print_lines(const Inspected& seen) {
  print_line(fmt::format("{}: {}", seen.path, seen.damage ? "DAMAGED" : "whole"));
  if (seen.headed) print_header(seen);
  if (!seen.trailer) return;
  const snapshot::FileTrailer& trailer = *seen.trailer;
  print_line(fmt::format("  {} tickets, {} bytes of state in {} blocks, {} bytes in all",
                         trailer.tickets, trailer.payload_bytes, trailer.blocks,
                         trailer.file_bytes));
  for (std::size_t kind = 1; kind <= kSnapshotSections; ++kind) {
    const SnapshotSections::Sum& sum = seen.sections.sums()[kind];
    if (sum.count == 0) continue;
    print_line(fmt::format("  {:<11} {:>8} {:>16} bytes", kSnapshotSectionNames[kind], sum.count,
                           sum.bytes));
  }
}

void print_json(const Inspected& seen) {
  const snapshot::FileHeader& header = seen.header;
  JsonWriter json;
  json.begin_object().field("file", seen.path);
  json.field("verdict", seen.damage ? "damaged" : "whole");
  if (seen.headed) {
    json.field("format", header.format_version).field("semantics", header.semantics_version);
    json.field("identity",
               fmt::format("{:016x}{:016x}", header.identity_high, header.identity_low));
    json.field("partition", header.partition).field("group", header.group);
    json.field("chain", fmt::format("{:08x}", header.chain)).field("epoch", header.epoch);
    json.field("event_sequence", header.event_sequence);
    time_field(json, "now", header.now);
  }
  if (seen.trailer) {
    json.field("tickets", seen.trailer->tickets).field("blocks", seen.trailer->blocks);
    json.field("state_bytes", seen.trailer->payload_bytes);
    json.field("bytes", seen.trailer->file_bytes).key("sections").begin_array();
    for (std::size_t kind = 1; kind <= kSnapshotSections; ++kind) {
      const SnapshotSections::Sum& sum = seen.sections.sums()[kind];
      if (sum.count == 0) continue;
      json.begin_object().field("name", kSnapshotSectionNames[kind]).field("count", sum.count);
      json.field("bytes", sum.bytes).end_object();
    }
    json.end_array();
  }
  if (seen.damage) json.field("damage", seen.damage->message);
  json.end_object();
  print_line(json.text());
}

// A file, or those of a data directory: of each partition the newest first.
Result<std::vector<std::string>> files_of(Storage& storage, const std::string& given) {
  if (!storage.exists(given)) {
    return Error{Errc::invalid_document, fmt::format("there is no file or directory '{}'", given)};
  }
  std::vector<std::string> all;
  const auto add = [&](const std::string& directory) -> Status {
    auto paths = snapshot::list_snapshots(storage, directory);
    if (!paths) return paths.error();
    all.insert(all.end(), paths->begin(), paths->end());
    return ok_status();
  };
  if (!storage.list(given)) return std::vector<std::string>{given};
  if (Status added = add(given); !added) return added.error();
  for (std::uint32_t i = 0; i == 0 || storage.exists(partition_directory(given, i)); ++i) {
    if (Status added = add(partition_directory(given, i) + "/snapshots"); !added) {
      return added.error();
    }
  }
  if (!all.empty()) return all;
  return Error{Errc::invalid_document, fmt::format("there are no snapshots in '{}'", given)};
}

int run(Invocation& call) {
  const auto storage = make_posix_storage();
  const auto paths = files_of(*storage, call.text("PATH"));
  if (!paths) return call.usage(kName, paths.error().message);
  int exit = exit_ok;
  for (const std::string& path : *paths) {
    const Inspected seen = inspect(*storage, path, call.flag("--restore"));
    if (call.globals().output == Output::table) {
      print_lines(seen);
    } else {
      print_json(seen);
    }
    if (!seen.damage) continue;
    std::fflush(stdout);
    exit = call.fail(kName, *seen.damage);
  }
  return exit;
}

const Registration registration(
    {.name = "snapshot inspect",
     .summary = "what a snapshot file holds, and whether it is whole",
     .details =
         "Version, log, partition, the group and the event that it stands behind, engine time, "
         "tickets, and its sections\nwith their bytes; every checksum is checked. Files are only "
         "read; a server may be running on them.\nExit code 1: a file is damaged, and where, "
         "stands on standard error.\nExample:\n  vencer snapshot inspect /var/lib/vencerd -o jsonl",
     .options = {{"PATH", "a snapshot file, or a data directory: all that are in it",
                  OptionKind::positional, true},
                 {.name = "--restore",
                  .help = "build the state, too, as a start would: it takes the memory of a server",
                  .kind = OptionKind::flag}},
     .run = run});

}  // namespace
}  // namespace vencer::cli
