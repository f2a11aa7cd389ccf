// An archive of a log: its full segments, compressed if wanted, and a MANIFEST (manifest.h).
//
// Full is a segment behind which the chain goes on in another: nothing is written to it any more.
// The archive may be made again at any time, also of a running server's log: what is there and
// equal is left as it is, what is new is added; segments that the log no longer has stay in the
// archive.
//
// Manifest fields: identity (32 hex digits), partition, last_group (of the newest segment), date.
// Cost: archive: two sequential reads of the log. verify: one of the archive.  Thread: one.
// Errors: a damaged log, an archive of another log, a segment that is there with other bytes, files
// that are missing or altered: with path and reason. Nothing that is there is overwritten.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/log/manifest.h"
#include "engine/log/storage.h"
#include "engine/log/stored_file.h"
#include "engine/log/wal_verify.h"

namespace vencer {

struct ArchiveResult {
  std::uint64_t added = 0, kept = 0;  // segments
  std::uint64_t bytes = 0;            // of those added, as they lie in the log
  std::uint64_t last_group = 0;       // of the archive
};

// Of an archive that is to become one, or of the one that is there. Error: it is of another log.
Result<Manifest> archive_manifest(Storage& storage, const std::string& archive,
                                  const wal::Identity& identity);
// Whether the manifest names it and the file is there.
bool holds_file(Storage& storage, const std::string& archive, const Manifest& manifest,
                const std::string& name);
// Error: `path` has other bytes than what the archive holds under its name.
Status same_as_archived(const std::string& path, const ContentSum& here,
                        const Manifest::File& known);
// A file that is there under its name from now on, its manifest too.
Status add_to_archive(Storage& storage, const std::string& archive, const Manifest::File& file,
                      std::uint64_t last_group, const std::string& now_text, Manifest* manifest);

// now_text: the date that the manifest gets. told: one line for each segment that is added.
Result<ArchiveResult> archive_wal(Storage& storage, const std::string& directory,
                                  const std::string& archive, bool compress,
                                  const std::string& now_text,
                                  const std::function<void(const std::string&)>& told);

// The manifest and every file against it: one sentence for each that is wrong. kind: "archive",
// "backup".
struct StoredCheck {
  Manifest manifest;
  std::vector<std::string> faults;
};
Result<StoredCheck> check_stored(Storage& storage, const std::string& directory,
                                 std::string_view kind);

// A report as of a log's directory; that the last segment has no successor here is no fault.
Result<WalReport> examine_archive(Storage& storage, const std::string& archive);

// The segments as they lay in the log, byte for byte, into `to`, which must not hold them yet.
Result<std::uint64_t> extract_archive(Storage& storage, const std::string& archive,
                                      const std::string& to);  // how many

}  // namespace vencer
