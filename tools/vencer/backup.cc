// vencer backup --to DIR: a consistent copy of a running server's files, over its connection.
// vencer backup verify DIR: whether it can still be restored.
#include <fmt/format.h>

#include <memory>

#include "engine/log/event_verify.h"
#include "engine/log/stored_file.h"
#include "engine/log/wal_archive.h"
#include "net/client/backup_client.h"
#include "tools/vencer/backup_files.h"
#include "tools/vencer/times.h"
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

// Takes the files as they come.
class Receiver {
 public:
  Receiver(Storage& storage, std::string directory, bool compress)
      : storage_(storage), directory_(std::move(directory)), compress_(compress) {}

  Status plan(const BackupContents& contents) {
    contents_ = contents;
    manifest_.kind = kBackupKind;
    manifest_.set("server", contents.server);
    manifest_.set("identity",
                  fmt::format("{:016x}{:016x}", contents.identity_high, contents.identity_low));
    manifest_.set("partition", contents.partition);
    manifest_.set("epoch", contents.epoch);
    manifest_.set("clock", contents.clock_source == ClockSource::input ? "input" : "wall");
    manifest_.set("durability", contents.durable ? "sync" : "none");
    manifest_.set("last_group", contents.last_group);
    manifest_.set("event_sequence", contents.event_sequence);
    return ok_status();
  }

  Status part(std::size_t file, std::uint64_t offset, std::span<const std::byte> bytes) {
    while (next_ < file || (next_ == file && writer_ == nullptr)) {
      if (Status begun = next_file(); !begun) return begun;
    }
    (void)offset;  // parts come in order
    return writer_->write(bytes);
  }

  Status finish() {
    while (next_ < contents_.files.size()) {
      if (Status begun = next_file(); !begun) return begun;
    }
    manifest_.set("date", time_text(now_ms()));
    // Last: without it, this is no backup.
    return write_manifest(storage_, directory_, manifest_);
  }

  bool begun() const { return !manifest_.kind.empty(); }

 private:
  // Closes the file that is being written, if one is; else begins the next one.
  Status next_file() {
    const BackupContents::File& file = contents_.files[next_];
    if (writer_ != nullptr) {
      const auto crc = writer_->finish();
      if (!crc) return crc.error();
      writer_.reset();
      manifest_.files.push_back({file.name, file.bytes, *crc, compress_});
      ++next_;
      return ok_status();
    }
    if (!is_backup_file(file.name)) {
      return Error{Errc::internal,
                   fmt::format("the server names a file '{}', which is none of a data directory",
                               file.name)};
    }
    const std::size_t slash = file.name.find('/');
    const std::string below = directory_ + "/" + file.name.substr(0, slash);
    if (Status made = storage_.make_directory(below); !made) return made;
    auto writer = StoredFileWriter::create(storage_, below, file.name.substr(slash + 1), file.bytes,
                                           compress_);
    if (!writer) return writer.error();
    writer_ = std::move(*writer);
    return ok_status();
  }

  Storage& storage_;
  const std::string directory_;
  const bool compress_;
  BackupContents contents_;
  Manifest manifest_;
  std::size_t next_ = 0;  // file being written, or the next one
  std::unique_ptr<StoredFileWriter> writer_;
};

void print_backup(const Invocation& call, const BackupCheck& check, const std::string& directory) {
  const Manifest& manifest = check.manifest;
  if (call.globals().output == Output::table) {
    print_line(
        fmt::format("{}: log {}, groups up to {}, events {} to {}, {} files, {} bytes; of {}",
                    directory, manifest.text("identity"), check.last_group, check.first_event,
                    check.last_event, manifest.files.size(), check.bytes, manifest.text("date")));
    return;
  }
  JsonWriter json;
  json.begin_object().field("directory", directory).field("identity", manifest.text("identity"));
  json.field("partition", manifest.number("partition")).field("epoch", manifest.number("epoch"));
  json.field("date", manifest.text("date")).field("last_group", check.last_group);
  json.field("event_sequence", manifest.number("event_sequence"));
  json.field("first_event", check.first_event).field("last_event", check.last_event);
  json.field("files", manifest.files.size()).field("bytes", check.bytes).end_object();
  print_line(json.text());
}

int verify(Invocation& call) {
  constexpr const char* kName = "backup verify";
  const auto storage = make_posix_storage();
  const std::string directory = call.text("DIR");
  if (!has_manifest(*storage, directory)) {
    return call.usage(kName,
                      fmt::format("'{}' is no backup: it has no {}", directory, kManifestName),
                      "a backup that was broken off has none");
  }
  const auto check = check_backup(*storage, directory);
  if (!check) return call.fail(kName, check.error());
  for (const std::string& fault : check->faults) call.fail(kName, {Errc::internal, fault});
  if (!check->faults.empty()) return exit_refused;
  print_backup(call, *check, directory);
  return exit_ok;
}

int run(Invocation& call) {
  constexpr const char* kName = "backup";
  if (!call.given("--to")) return call.usage(kName, "--to DIR is needed", "vencer backup --help");
  const auto storage = make_posix_storage();
  const std::string directory = call.text("--to");
  if (Status empty = make_empty_directory(*storage, directory); !empty) {
    return call.usage(kName, empty.error().message);
  }
  Receiver receiver(*storage, directory, call.flag("--compress"));
  ClientOptions options;
  options.endpoint = call.globals().endpoint;
  options.token = call.globals().token;
  options.name = "vencer " VENCER_VERSION;
  options.timeout_ms = call.globals().timeout_ms;
  Status copied = copy_backup(
      options, {[&](const BackupContents& contents) { return receiver.plan(contents); },
                [&](std::size_t file, std::uint64_t offset, std::span<const std::byte> bytes) {
                  return receiver.part(file, offset, bytes);
                }});
  if (copied) copied = receiver.finish();
  if (!copied) {
    if (!receiver.begun()) return call.fail(kName, copied.error());
    return call.fail(kName, copied.error(),
                     fmt::format("what came stays in {} without a {}", directory, kManifestName));
  }
  // Read back from the disk: a backup that cannot be restored is none.
  const auto check = check_backup(*storage, directory);
  if (!check) return call.fail(kName, check.error());
  for (const std::string& fault : check->faults) call.fail(kName, {Errc::internal, fault});
  if (!check->faults.empty()) return exit_refused;
  print_backup(call, *check, directory);
  return exit_ok;
}

const Registration registration(
    {.name = "backup",
     .summary = "a consistent copy of a running server's data, while it goes on",
     .details =
         "As of a durable moment: everything acknowledged before the command began is in it. The "
         "files "
         "come over the\nconnection, and are read back and checked. A snapshot that is completed "
         "meanwhile may take old files away: then\nit fails and says so; run it again. A directory "
         "without a MANIFEST is a backup that was broken off.\nExamples:\n  vencer --endpoint "
         "10.0.0.7:7401 backup --to /srv/backup/2026-04-01 "
         "--compress\n  vencer backup verify /srv/backup/2026-04-01\n  vencer restore --from "
         "/srv/backup/2026-04-01 --to /var/lib/vencerd",
     .options = {{.name = "--to",
                  .help = "an empty directory; made if it is not there",
                  .placeholder = "DIR"},
                 {.name = "--compress", .help = "with zstd", .kind = OptionKind::flag}},
     .run = run});

const Registration verify_registration(
    {.name = "backup verify",
     .summary = "whether a backup is whole: checksums, the log's chain, the events",
     .details = "Exit code 1: it is not; what, stands on standard error.",
     .options = {{"DIR", "the backup", OptionKind::positional, true}},
     .run = verify});

}  // namespace
}  // namespace vencer::cli
