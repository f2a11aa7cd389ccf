#include "engine/log/wal.h"

#include <fmt/format.h>

#include "engine/log/wal_reader.h"
#include "engine/log/wal_recovery.h"
#include "engine/log/wal_segment.h"
#include "engine/log/wal_writer.h"

namespace vencer {
namespace {

Error no_log(const std::string& directory) {
  return {Errc::internal,
          fmt::format("{}: there is no log here, and there was one: its segments are missing. "
                      "Nothing was changed. Put them back, or restore a backup",
                      directory)};
}

// A directory without a segment: empty, or what a crash in the middle of creation left, or one that
// somebody lost the segments of.
Result<wal::Position> begin_log(Storage& storage, const WalOptions& options,
                                WalRecovery* recovery) {
  if (!options.create) return no_log(options.directory);
  auto names = storage.list(options.directory);
  if (!names) return names.error();
  for (const std::string& name : *names) {
    const bool ours = name.starts_with("wal-") || wal::parse_spare_name(name);
    if (ours && name != wal::segment_name(1) + ".tmp") {
      return wal::damage(options.directory, options.directory + "/" + name, 0,
                         "the segments are missing beside this file");
    }
  }
  // Even if it was there before: a crash may have come between its making and this.
  if (auto status = storage.sync_directory(parent_of(options.directory)); !status) {
    return status.error();
  }
  return wal::create_log(storage, options, recovery);
}

Status remove_temporaries(Storage& storage, const std::string& directory) {
  auto names = storage.list(directory);
  if (!names) return names.error();
  for (const std::string& name : *names) {
    if (!wal::is_temporary_name(name)) continue;
    if (auto status = storage.remove(directory + "/" + name); !status) return status;
  }
  return ok_status();
}

}  // namespace

std::uint64_t Wal::bytes_to_read(Storage& storage, const WalOptions& options) {
  if (!storage.exists(options.directory)) return 0;
  const auto segments = wal::load_segments(storage, options.directory, options.partition);
  if (!segments || segments->empty()) return 0;
  wal::Visit visit;
  visit.start = options.start;
  const auto entry = wal::find_entry(options.directory, *segments, visit);
  return entry ? wal::bytes_from(*segments, entry->segment) : 0;
}

Result<std::unique_ptr<Wal>> Wal::open(Storage& storage, const WalOptions& options,
                                       const std::function<Status(const StepRecord&)>& replay,
                                       WalRecovery* recovery) {
  *recovery = WalRecovery{};
  if (options.segment_bytes < 2 * wal::kBlockBytes) {
    return Error{Errc::limit, fmt::format("log segments of {} bytes; the least is {}",
                                          options.segment_bytes, 2 * wal::kBlockBytes)};
  }
  if (options.create) {
    if (auto status = storage.make_directory(options.directory); !status) return status.error();
  } else if (!storage.exists(options.directory)) {
    return no_log(options.directory);
  }
  auto segments = wal::load_segments(storage, options.directory, options.partition);
  if (!segments) return segments.error();
  auto position = segments->empty()
                      ? begin_log(storage, options, recovery)
                      : wal::recover_log(storage, options, std::move(*segments), replay, recovery);
  if (!position) return position.error();
  if (auto status = remove_temporaries(storage, options.directory); !status) return status.error();
  return wal::WalWriter::start(storage, options, *position);
}

}  // namespace vencer
