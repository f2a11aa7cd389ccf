#include "tools/vencer/backup_files.h"

#include <fmt/format.h>

#include "engine/log/event_format.h"
#include "engine/log/event_verify.h"
#include "engine/log/snapshot_format.h"
#include "engine/log/stored_file.h"
#include "engine/log/wal_archive.h"
#include "engine/log/wal_segment.h"

namespace vencer::cli {
namespace {

void check_log(Storage& view, const std::string& directory, BackupCheck* check) {
  const auto log = examine_wal(view, directory + "/wal");
  if (!log) {
    check->faults.push_back(log.error().message);
    return;
  }
  check->last_group = log->walk.last_group;
  if (!log->good()) {
    check->faults.push_back(
        fmt::format("{} at byte {}: {}", log->place.path, log->place.offset, log->why));
  }
  const std::uint64_t promised = check->manifest.number("last_group");
  if (check->last_group < promised) {
    check->faults.push_back(fmt::format("{}: the log ends with group {}; the manifest says {}",
                                        directory, check->last_group, promised));
  }
  const std::string identity = fmt::format("{:016x}{:016x}", log->identity.high, log->identity.low);
  if (identity != check->manifest.text("identity")) {
    check->faults.push_back(fmt::format("{}: the log is {}; the manifest says {}", directory,
                                        identity, check->manifest.text("identity")));
  }
}

void check_events(Storage& view, const std::string& directory, BackupCheck* check) {
  const std::string events = directory + "/events";
  bool any = false;
  for (const Manifest::File& file : check->manifest.files) {
    any = any || file.name.starts_with("events/");
  }
  if (!any) return;
  const auto ignore = [](const EventPlace&, std::span<const std::byte>) { return true; };
  const auto report = examine_events(view, events, 1, UINT64_MAX, ignore);
  if (!report) {
    check->faults.push_back(report.error().message);
    return;
  }
  check->first_event = report->last == 0 ? 0 : report->first;
  check->last_event = report->last;
  for (const EventDamage& damage : report->damages) {
    check->faults.push_back(fmt::format("{} at byte {}: events {} to {} cannot be read: {}",
                                        damage.path, damage.offset, damage.from, damage.to,
                                        damage.why));
  }
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
  auto stored = check_stored(storage, directory, kBackupKind);
  if (!stored) return stored.error();
  BackupCheck check;
  check.manifest = std::move(stored->manifest);
  check.faults = std::move(stored->faults);
  for (const Manifest::File& file : check.manifest.files) {
    check.bytes += file.bytes;
    if (is_backup_file(file.name)) continue;
    check.faults.push_back(fmt::format("{}/{}: no file of a data directory", directory, file.name));
  }
  if (!check.faults.empty()) return check;
  StoredStorage view(storage);
  check_log(view, directory, &check);
  check_events(view, directory, &check);
  return check;
}

}  // namespace vencer::cli
