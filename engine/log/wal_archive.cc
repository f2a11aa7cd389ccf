#include "engine/log/wal_archive.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/log/stored_file.h"
#include "engine/log/wal_segment.h"

namespace vencer {
namespace {

constexpr const char* kKind = "archive";

std::string identity_text(const wal::Identity& identity) {
  return fmt::format("{:016x}{:016x}", identity.high, identity.low);
}

std::string stored_path(const std::string& directory, const Manifest::File& file) {
  return fmt::format("{}/{}{}", directory, file.name, file.compressed ? kCompressedSuffix : "");
}

class Archiver {
 public:
  Archiver(Storage& storage, const std::string& archive, bool compress, const std::string& now_text,
           const std::function<void(const std::string&)>& told)
      : storage_(storage), archive_(archive), compress_(compress), now_(now_text), told_(told) {}

  Result<ArchiveResult> run(const std::string& directory) {
    auto report = examine_wal(storage_, directory);
    if (!report) return report.error();
    if (!report->good()) {
      return Error{Errc::internal,
                   fmt::format("{} at byte {}: {}. A damaged log is not archived; to see more: "
                               "vencer wal verify {}",
                               report->place.path, report->place.offset, report->why, directory)};
    }
    if (auto status = storage_.make_directory(archive_); !status) return status.error();
    auto manifest = archive_manifest(storage_, archive_, report->identity);
    if (!manifest) return manifest.error();
    manifest_ = std::move(*manifest);
    for (std::size_t i = 0; i < report->walk.segment; ++i) {
      if (auto status = take(report->segments[i]); !status) return status.error();
    }
    result_.last_group = manifest_.number("last_group");
    return result_;
  }

 private:
  Status take(const WalReport::Segment& segment) {
    const std::string name = segment.path.substr(segment.path.find_last_of('/') + 1);
    if (const Manifest::File* known = manifest_.find(name)) {
      const auto sum = sum_content(storage_, segment.path);
      if (!sum) return sum.error();
      if (auto status = same_as_archived(segment.path, *sum, *known); !status) return status;
      if (holds_file(storage_, archive_, manifest_, name)) {
        ++result_.kept;
        return ok_status();
      }
    }
    auto sum = store_file(storage_, segment.path, storage_, archive_, name, compress_);
    if (!sum) return sum.error();
    // After each: an archive that was broken off goes on where it was.
    if (auto status = add_to_archive(storage_, archive_, {name, sum->bytes, sum->crc, compress_},
                                     segment.last_group, now_, &manifest_);
        !status) {
      return status;
    }
    ++result_.added;
    result_.bytes += sum->bytes;
    told_(fmt::format("{}: {} bytes, groups up to {}", name, sum->bytes, segment.last_group));
    return ok_status();
  }

  Storage& storage_;
  const std::string& archive_;
  const bool compress_;
  const std::string& now_;
  const std::function<void(const std::string&)>& told_;
  Manifest manifest_;
  ArchiveResult result_;
};

std::string fault_of(StoredStorage& view, const std::string& directory,
                     const Manifest::File& file) {
  const std::string path = stored_path(directory, file);
  if (!view.exists(directory + "/" + file.name)) return path + ": missing";
  const auto sum = sum_content(view, directory + "/" + file.name);
  if (!sum) return sum.error().message;
  if (sum->bytes != file.bytes) {
    return fmt::format("{}: {} bytes; the manifest says {}", path, sum->bytes, file.bytes);
  }
  if (sum->crc != file.crc) {
    return fmt::format(
        "{}: its bytes do not match their checksum (CRC {:08x}; the manifest says "
        "{:08x})",
        path, sum->crc, file.crc);
  }
  return {};
}

}  // namespace

Result<Manifest> archive_manifest(Storage& storage, const std::string& archive,
                                  const wal::Identity& identity) {
  if (!has_manifest(storage, archive)) {
    Manifest manifest;
    manifest.kind = kKind;
    manifest.set("identity", identity_text(identity));
    manifest.set("partition", identity.partition);
    return manifest;
  }
  auto manifest = read_manifest(storage, archive, kKind);
  if (!manifest) return manifest;
  if (manifest->text("identity") != identity_text(identity) ||
      manifest->number("partition") != identity.partition) {
    return Error{Errc::internal,
                 fmt::format("{}: the archive of another log ({}, partition {}), not of {}; give "
                             "another directory",
                             archive, manifest->text("identity"), manifest->text("partition"),
                             identity_text(identity))};
  }
  return manifest;
}

bool holds_file(Storage& storage, const std::string& archive, const Manifest& manifest,
                const std::string& name) {
  const Manifest::File* known = manifest.find(name);
  return known != nullptr && storage.exists(stored_path(archive, *known));
}

Status same_as_archived(const std::string& path, const ContentSum& here,
                        const Manifest::File& known) {
  if (here.bytes == known.bytes && here.crc == known.crc) return ok_status();
  return Error{Errc::internal,
               fmt::format("{}: the archive has this segment with other bytes ({} bytes, CRC "
                           "{:08x}; here {} bytes, CRC {:08x}); give another directory",
                           path, known.bytes, known.crc, here.bytes, here.crc)};
}

Status add_to_archive(Storage& storage, const std::string& archive, const Manifest::File& file,
                      std::uint64_t last_group, const std::string& now_text, Manifest* manifest) {
  std::erase_if(manifest->files, [&](const auto& known) { return known.name == file.name; });
  manifest->files.push_back(file);
  std::sort(manifest->files.begin(), manifest->files.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  manifest->set("last_group", std::max(last_group, manifest->number("last_group")));
  manifest->set("date", now_text);
  return write_manifest(storage, archive, *manifest);
}

Result<ArchiveResult> archive_wal(Storage& storage, const std::string& directory,
                                  const std::string& archive, bool compress,
                                  const std::string& now_text,
                                  const std::function<void(const std::string&)>& told) {
  return Archiver(storage, archive, compress, now_text, told).run(directory);
}

Result<StoredCheck> check_stored(Storage& storage, const std::string& directory,
                                 std::string_view kind) {
  auto manifest = read_manifest(storage, directory, kind);
  if (!manifest) return manifest.error();
  StoredCheck check;
  check.manifest = std::move(*manifest);
  StoredStorage view(storage);
  for (const Manifest::File& file : check.manifest.files) {
    std::string fault = fault_of(view, directory, file);
    if (!fault.empty()) check.faults.push_back(std::move(fault));
  }
  return check;
}

Result<WalReport> examine_archive(Storage& storage, const std::string& archive) {
  auto check = check_stored(storage, archive, kKind);
  if (!check) return check.error();
  StoredStorage view(storage);
  auto report = examine_wal(view, archive);
  if (!report) return report;
  if (!check->faults.empty()) {
    report->row = nullptr;
    report->why = check->faults.front();
    report->advice = "archive these segments anew, from the log or another copy";
  } else if (report->row != nullptr && report->tail.facts.cut_short) {
    // A recovery cut the last segment and went on in one that is not here; the manifest has its
    // length.
    wal::TailFacts facts = report->tail.facts;
    facts.cut_short = false;
    report->row = &wal::decide(facts);
    report->why = report->row->why;
    if (report->good()) report->advice.clear();
  }
  return report;
}

Result<std::uint64_t> extract_archive(Storage& storage, const std::string& archive,
                                      const std::string& to) {
  auto check = check_stored(storage, archive, kKind);
  if (!check) return check.error();
  if (!check->faults.empty()) return Error{Errc::internal, check->faults.front()};
  if (auto status = storage.make_directory(to); !status) return status.error();
  for (const Manifest::File& file : check->manifest.files) {
    const std::string path = to + "/" + file.name;
    if (storage.exists(path)) {
      return Error{Errc::internal, path + ": it is there already; give an empty directory"};
    }
  }
  StoredStorage view(storage);
  for (const Manifest::File& file : check->manifest.files) {
    auto sum = store_file(view, archive + "/" + file.name, storage, to, file.name, false);
    if (!sum) return sum.error();
  }
  return check->manifest.files.size();
}

}  // namespace vencer
