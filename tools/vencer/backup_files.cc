#include "tools/vencer/backup_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/core/limits.h"
#include "engine/log/event_format.h"
#include "engine/log/event_verify.h"
#include "engine/log/snapshot_file.h"
#include "engine/log/stored_file.h"
#include "engine/log/wal_archive.h"
#include "engine/log/wal_segment.h"
#include "engine/runtime/partition_layout.h"

namespace vencer::cli {
namespace {

// One partition's, file by file and against each other.
class Check {
 public:
  Check(Storage& storage, PartitionBackup* backup, std::vector<std::string>* faults)
      : view_(storage), backup_(backup), faults_(faults) {}

  void run() {
    const std::size_t faults_before = faults_->size();
    for (const Manifest::File& file : backup_->manifest.files) {
      backup_->bytes += file.bytes;
      if (!is_backup_file(file.name)) {
        fault("{}/{}: no file of a data directory", backup_->directory, file.name);
      }
    }
    const std::uint64_t semantics = backup_->manifest.number("semantics");
    if (semantics != wal::kSemanticsVersion) {
      fault(
          "{}/{}: made by {}, whose semantics version is {}; this build goes on from version {} "
          "only: restore it with the build that made it",
          backup_->directory, kManifestName, backup_->manifest.text("server"), semantics,
          wal::kSemanticsVersion);
    }
    if (auto skipped = skipped_steps(backup_->manifest)) {
      backup_->skipped = std::move(*skipped);
    } else {
      fault("{}/{}: '{}' names no steps to go past", backup_->directory, kManifestName,
            backup_->manifest.text(kSkippedField));
    }
    if (faults_->size() > faults_before) return;
    check_snapshots();
    check_log();
    if (has("events/")) check_events();
  }

 private:
  template <typename... Values>
  void fault(fmt::format_string<Values...> form, Values&&... values) {
    faults_->push_back(fmt::format(form, std::forward<Values>(values)...));
  }

  bool has(std::string_view folder) const {
    const auto& files = backup_->manifest.files;
    return std::any_of(files.begin(), files.end(),
                       [&](const auto& file) { return file.name.starts_with(folder); });
  }

  std::string identity_text(std::uint64_t high, std::uint64_t low) const {
    return fmt::format("{:016x}{:016x}", high, low);
  }

  void check_snapshots() {
    const auto paths = snapshot::list_snapshots(view_, backup_->directory + "/snapshots");
    if (!paths) return fault("{}", paths.error().message);
    for (const std::string& path : *paths) {
      if (Status whole = check_snapshot(path); !whole) fault("{}", whole.error().message);
    }
  }

  Status check_snapshot(const std::string& path) {
    const auto info = snapshot::look_at_snapshot(view_, path);
    if (!info) return info.error();
    const auto ignore = [](std::span<const std::byte>, std::uint64_t) { return ok_status(); };
    if (Status read = snapshot::read_snapshot(view_, *info, false, ignore); !read) return read;
    const snapshot::FileHeader& header = info->header;
    const std::string identity = identity_text(header.identity_high, header.identity_low);
    if (identity != backup_->manifest.text("identity") ||
        header.partition != backup_->manifest.number("partition")) {
      return snapshot::bad_snapshot(
          path, 0,
          fmt::format("of the log {}, partition {}; the manifest says {}, partition {}", identity,
                      header.partition, backup_->manifest.text("identity"),
                      backup_->manifest.number("partition")));
    }
    if (header.group > newest_.group) newest_ = {header.group, header.chain};
    return ok_status();
  }

  void check_log() {
    backup_->snapshot_group = newest_.group;
    const auto log = examine_wal(view_, backup_->directory + "/wal", newest_);
    if (!log) return fault("{}", log.error().message);
    backup_->last_group = log->walk.last_group;
    if (!log->good()) fault("{} at byte {}: {}", log->place.path, log->place.offset, log->why);
    if (log->good() && log->walk.entry.last_group > newest_.group) {
      fault("{}/wal: the log begins with group {}, and no snapshot has what was before",
            backup_->directory, log->walk.entry.last_group + 1);
    }
    const std::uint64_t promised = backup_->manifest.number("last_group");
    if (backup_->last_group < promised) {
      fault("{}: the log ends with group {}; the manifest says {}", backup_->directory,
            backup_->last_group, promised);
    }
    const std::string identity = identity_text(log->identity.high, log->identity.low);
    if (identity != backup_->manifest.text("identity")) {
      fault("{}: the log is {}; the manifest says {}", backup_->directory, identity,
            backup_->manifest.text("identity"));
    }
  }

  void check_events() {
    const auto ignore = [](const EventPlace&, std::span<const std::byte>) { return true; };
    const auto report =
        examine_events(view_, backup_->directory + "/events", 1, UINT64_MAX, ignore);
    if (!report) return fault("{}", report.error().message);
    backup_->first_event = report->last == 0 ? 0 : report->first;
    backup_->last_event = report->last;
    for (const EventDamage& damage : report->damages) {
      fault("{} at byte {}: events {} to {} cannot be read: {}", damage.path, damage.offset,
            damage.from, damage.to, damage.why);
    }
  }

  StoredStorage view_;
  PartitionBackup* const backup_;
  std::vector<std::string>* const faults_;
  WalPosition newest_;  // of the snapshots
};

// A part of another backup, or of one that was broken off, does not fit.
std::string stranger(const Manifest& first, const Manifest& its, std::uint32_t partition) {
  if (its.number("partition") != partition) {
    return fmt::format("it says that it is of partition {}, and should be of {}",
                       its.number("partition"), partition);
  }
  if (its.text("date") != first.text("date")) {
    return fmt::format("of another backup: its date is {}, that of partition 0 {}",
                       its.text("date"), first.text("date"));
  }
  return {};
}

}  // namespace

bool is_backup_file(std::string_view name) {
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view folder = name.substr(0, slash), file = name.substr(slash + 1);
  if (folder == "snapshots") return snapshot::parse_file_name(file).has_value();
  if (folder == "wal") return wal::parse_segment_name(file).has_value();
  return folder == "events" && events::parse_segment_name(file).has_value();
}

std::optional<std::vector<SkippedStep>> skipped_steps(const Manifest& manifest) {
  constexpr std::string_view kBetween = ", ";
  std::vector<SkippedStep> steps;
  const std::string text = manifest.text(kSkippedField);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(kBetween, at), text.size());
    const auto step = parse_skipped_step(std::string_view(text).substr(at, end - at));
    if (!step) return std::nullopt;
    steps.push_back(*step);
    at = end + kBetween.size();
  }
  return steps;
}

int no_backup(const Invocation& call, const char* name, const std::string& directory) {
  return call.usage(name, fmt::format("'{}' is no backup: it has no {}", directory, kManifestName),
                    "a backup that was broken off has none");
}

Status make_empty_directory(Storage& storage, const std::string& path) {
  if (storage.exists(path)) {
    const auto names = storage.list(path);
    if (!names) return names.error();
    if (names->empty()) return ok_status();
    return Error{
        Errc::invalid_document,
        fmt::format("'{}' is not empty ({} is in it); give an empty directory, or one that "
                    "is not there yet",
                    path, names->front())};
  }
  return storage.make_directory(path);
}

Result<BackupCheck> check_backup(Storage& storage, const std::string& directory) {
  BackupCheck check;
  constexpr std::uint64_t kMost = limits::partitions_max;
  std::uint64_t partitions = 1;
  for (std::uint32_t i = 0; i < partitions; ++i) {
    const std::string part = partition_directory(directory, i);
    if (!has_manifest(storage, part)) {
      check.faults.push_back(
          fmt::format("{}/{}: missing: the backup is of {} partitions, and this "
                      "one was not copied to its end",
                      part, kManifestName, partitions));
      continue;
    }
    auto stored = check_stored(storage, part, kBackupKind);
    if (!stored) return stored.error();
    PartitionBackup& backup = check.partitions.emplace_back();
    backup.directory = part;
    backup.manifest = std::move(stored->manifest);
    const Manifest& first = check.partitions.front().manifest;
    if (i == 0) partitions = std::clamp<std::uint64_t>(first.number("partitions"), 1, kMost);
    if (const std::string why = stranger(first, backup.manifest, i); !why.empty()) {
      check.faults.push_back(fmt::format("{}/{}: {}", part, kManifestName, why));
    }
    check.faults.insert(check.faults.end(), stored->faults.begin(), stored->faults.end());
    if (stored->faults.empty()) Check(storage, &backup, &check.faults).run();
  }
  return check;
}

}  // namespace vencer::cli
