// vencer backup --to DIR: a consistent copy of a running server's files, over its connection.
// vencer backup verify DIR: whether it can still be restored.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "engine/log/stored_file.h"
#include "engine/runtime/partition_layout.h"
#include "net/client/backup_client.h"
#include "tools/vencer/backup_files.h"
#include "tools/vencer/times.h"
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

// Beyond it a file stays plain: what reads a compressed one holds its content in memory.
constexpr std::uint64_t kCompressedMax = 1ull << 30;

// Takes the files of one partition as they come.
class Receiver {
 public:
  Receiver(Storage& storage, std::string directory, bool compress)
      : storage_(storage), directory_(std::move(directory)), compress_(compress) {}

  Status plan(const BackupContents& contents, std::size_t partitions) {
    contents_ = contents;
    manifest_.kind = kBackupKind;
    manifest_.set("server", contents.server);
    manifest_.set("semantics", contents.semantics_version);
    manifest_.set("identity",
                  fmt::format("{:016x}{:016x}", contents.identity_high, contents.identity_low));
    manifest_.set("partition", contents.partition);
    manifest_.set("partitions", partitions);
    manifest_.set("epoch", contents.epoch);
    manifest_.set("clock", contents.clock_source == ClockSource::input ? "input" : "wall");
    manifest_.set("durability", contents.durable ? "sync" : "none");
    manifest_.set("last_group", contents.last_group);
    manifest_.set("event_sequence", contents.event_sequence);
    if (!contents.skipped.empty()) {
      manifest_.set(kSkippedField, fmt::format("{}", fmt::join(contents.skipped, ", ")));
    }
    if (!skipped_steps(manifest_)) {
      return Error{Errc::internal, "the server names steps to go past that are none"};
    }
    return storage_.make_directory(directory_);
  }

  // In order: file after file, each from its beginning.
  Status part(std::size_t file, std::span<const std::byte> bytes) {
    if (Status begun = go_to(file); !begun) return begun;
    if (writer_ == nullptr) {
      if (Status begun = begin_file(); !begun) return begun;
    }
    return writer_->write(bytes);
  }

  Status finish(const std::string& date) {
    if (Status all = go_to(contents_.files.size()); !all) return all;
    manifest_.set("date", date);
    return write_manifest(storage_, directory_, manifest_);
  }

 private:
  // All files before it are written to their end, also those without content.
  Status go_to(std::size_t file) {
    for (; next_ < file; ++next_) {
      if (writer_ == nullptr) {
        if (Status begun = begin_file(); !begun) return begun;
      }
      const auto crc = writer_->finish();
      if (!crc) return crc.error();
      writer_.reset();
      const BackupContents::File& done = contents_.files[next_];
      manifest_.files.push_back({done.name, done.bytes, *crc, compresses(done)});
    }
    return ok_status();
  }

  Status begin_file() {
    const BackupContents::File& file = contents_.files[next_];
    if (!is_backup_file(file.name)) {
      return Error{Errc::internal,
                   fmt::format("the server names a file '{}', which is none of a data directory",
                               file.name)};
    }
    const std::size_t slash = file.name.find('/');
    const std::string below = directory_ + "/" + file.name.substr(0, slash);
    if (Status made = storage_.make_directory(below); !made) return made;
    auto writer = StoredFileWriter::create(storage_, below, file.name.substr(slash + 1), file.bytes,
                                           compresses(file));
    if (!writer) return writer.error();
    writer_ = std::move(*writer);
    return ok_status();
  }

  bool compresses(const BackupContents::File& file) const {
    return compress_ && file.bytes <= kCompressedMax;
  }

  Storage& storage_;
  const std::string directory_;
  const bool compress_;
  BackupContents contents_;
  Manifest manifest_;
  std::size_t next_ = 0;  // file being written, or the next one
  std::unique_ptr<StoredFileWriter> writer_;
};

// Those of all partitions.
class Receivers {
 public:
  Receivers(Storage& storage, const std::string& directory, bool compress)
      : storage_(storage), directory_(directory), compress_(compress) {}

  Status plan(const BackupContents& contents, std::uint32_t partitions) {
    const auto number = static_cast<std::uint32_t>(receivers_.size());
    const std::string below = partition_directory(directory_, number);
    receivers_.push_back(std::make_unique<Receiver>(storage_, below, compress_));
    return receivers_.back()->plan(contents, partitions);
  }

  Status part(std::size_t file, std::span<const std::byte> bytes) {
    return receivers_.back()->part(file, bytes);
  }

  // Partition 0 last: without its manifest, this is no backup.
  Status finish() {
    const std::string date = time_text(now_ms());
    for (auto one = receivers_.rbegin(); one != receivers_.rend(); ++one) {
      if (Status finished = (*one)->finish(date); !finished) return finished;
    }
    return ok_status();
  }

  bool begun() const { return !receivers_.empty(); }

 private:
  Storage& storage_;
  const std::string& directory_;
  const bool compress_;
  std::vector<std::unique_ptr<Receiver>> receivers_;
};

void json_fields(JsonWriter& json, const PartitionBackup& backup) {
  const Manifest& manifest = backup.manifest;
  json.field("directory", backup.directory).field("identity", manifest.text("identity"));
  json.field("partition", manifest.number("partition")).field("epoch", manifest.number("epoch"));
  json.field("date", manifest.text("date")).field("server", manifest.text("server"));
  json.field("last_group", backup.last_group).field("snapshot_group", backup.snapshot_group);
  json.field("event_sequence", manifest.number("event_sequence"));
  json.field("first_event", backup.first_event).field("last_event", backup.last_event);
  json.field("files", manifest.files.size()).field("bytes", backup.bytes);
}

// A line for each partition; one object for all with -o json.
void print_backup(const Invocation& call, const BackupCheck& check) {
  if (call.globals().output == Output::json) {
    JsonWriter json;
    json.begin_object();
    json_fields(json, check.partitions.front());
    json.key("partitions").begin_array();
    for (const PartitionBackup& backup : check.partitions) {
      json.begin_object();
      json_fields(json, backup);
      json.end_object();
    }
    json.end_array().end_object();
    return print_line(json.text());
  }
  for (const PartitionBackup& backup : check.partitions) {
    if (call.globals().output == Output::table) {
      print_line(
          fmt::format("{}: log {}, groups up to {}{}, events {} to {}, {} files, {} bytes; "
                      "of {}",
                      backup.directory, backup.manifest.text("identity"), backup.last_group,
                      backup.snapshot_group == 0
                          ? std::string()
                          : fmt::format(" (a snapshot has them up to {})", backup.snapshot_group),
                      backup.first_event, backup.last_event, backup.manifest.files.size(),
                      backup.bytes, backup.manifest.text("date")));
      continue;
    }
    JsonWriter json;
    json.begin_object();
    json_fields(json, backup);
    json.end_object();
    print_line(json.text());
  }
}

// What is wrong with it, or what it is.
int check_and_print(const Invocation& call, const char* name, Storage& storage,
                    const std::string& directory) {
  const auto check = check_backup(storage, directory);
  if (!check) return call.fail(name, check.error());
  for (const std::string& fault : check->faults) call.fail(name, {Errc::internal, fault});
  if (!check->faults.empty()) return exit_refused;
  print_backup(call, *check);
  return exit_ok;
}

int verify(Invocation& call) {
  constexpr const char* kName = "backup verify";
  const auto storage = make_posix_storage();
  const std::string directory = call.text("DIR");
  if (!has_manifest(*storage, directory)) return no_backup(call, kName, directory);
  return check_and_print(call, kName, *storage, directory);
}

int run(Invocation& call) {
  constexpr const char* kName = "backup";
  if (!call.given("--to")) return call.usage(kName, "--to DIR is needed", "vencer backup --help");
  const auto storage = make_posix_storage();
  const std::string directory = call.text("--to");
  if (Status empty = make_empty_directory(*storage, directory); !empty) {
    return call.usage(kName, empty.error().message);
  }
  Receivers receivers(*storage, directory, call.flag("--compress"));
  ClientOptions options;
  options.endpoint = call.globals().endpoint;
  options.token = call.globals().token;
  options.name = "vencer " VENCER_VERSION;
  options.timeout_ms = call.globals().timeout_ms;
  Status copied =
      copy_backup(options, {[&](const BackupContents& contents, std::uint32_t partitions) {
                              return receivers.plan(contents, partitions);
                            },
                            [&](std::size_t file, std::uint64_t, std::span<const std::byte> bytes) {
                              return receivers.part(file, bytes);
                            }});
  if (copied) copied = receivers.finish();
  if (!copied) {
    if (!receivers.begun()) return call.fail(kName, copied.error());
    return call.fail(kName, copied.error(),
                     fmt::format("what came stays in {} without a {}", directory, kManifestName));
  }
  // Read back from the disk: a backup that cannot be restored is none.
  return check_and_print(call, kName, *storage, directory);
}

const Registration registration(
    {.name = "backup",
     .summary = "a consistent copy of a running server's data, while it goes on",
     .details =
         "As of a durable moment: everything acknowledged before the command began is in it. Of "
         "every partition, each as of\na moment of its own. The files come over the connection, "
         "and are read back and checked; the server keeps what is\nneeded until the end, however "
         "much is written meanwhile, but not on a full disk, nor for a client slower than\n1 "
         "MiB/s. A directory without a MANIFEST is a backup that was broken off.\nExamples:\n  "
         "vencer --endpoint 10.0.0.7:7401 backup --to /srv/backup/2026-04-01 --compress\n  vencer "
         "backup verify /srv/backup/2026-04-01\n  vencer restore --from /srv/backup/2026-04-01 "
         "--to /var/lib/vencerd",
     .options = {{.name = "--to",
                  .help = "an empty directory; made if it is not there",
                  .placeholder = "DIR"},
                 {.name = "--compress",
                  .help = "with zstd, files of up to 1 GiB",
                  .kind = OptionKind::flag}},
     .run = run});

const Registration verify_registration(
    {.name = "backup verify",
     .summary = "whether a backup is whole: checksums, snapshots, the log's chain, the events",
     .details = "Exit code 1: it is not; what, stands on standard error.",
     .options = {{"DIR", "the backup", OptionKind::positional, true}},
     .run = verify});

}  // namespace
}  // namespace vencer::cli
