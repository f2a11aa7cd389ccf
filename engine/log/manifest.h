// MANIFEST: what an archive or a backup holds, so that it can be checked without what it was made
// from. Text, a line each, closed by a checksum:
//
//   vencer archive 1
//   identity 0123456789abcdeffedcba9876543210
//   ...                                          fields, in any order
//   file wal-0000000000000001.seg 67108864 1a2b3c4d zstd
//   ...                                          name, bytes, CRC32C of the bytes, how it is stored
//   crc32c 5e6f7a8b                              of all lines before
//
// Bytes and CRC are those of the content, whether or not the file is stored compressed (then its
// name has ".zst" behind it).
// Thread: any.  Errors: not a manifest, altered, of a newer format: with the path and the line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/core/result.h"
#include "engine/log/storage.h"

namespace vencer {

inline constexpr const char* kManifestName = "MANIFEST";
inline constexpr unsigned kManifestVersion = 1;

struct Manifest {
  struct File {
    std::string name;  // below the directory, '/' between; no "..", no spaces
    std::uint64_t bytes = 0;
    std::uint32_t crc = 0;
    bool compressed = false;
    friend bool operator==(const File&, const File&) = default;
  };
  std::string kind;  // "archive", "backup"
  std::vector<std::pair<std::string, std::string>> fields;
  std::vector<File> files;

  void set(std::string_view name, std::string value);
  void set(std::string_view name, std::uint64_t value) { set(name, std::to_string(value)); }
  std::string text(std::string_view name) const;      // "" if it is not there
  std::uint64_t number(std::string_view name) const;  // 0 if it is not there, or no number
  const File* find(std::string_view name) const;
};

std::string encode_manifest(const Manifest& manifest);
// path: for messages. kind: what is expected.
Result<Manifest> decode_manifest(std::string_view text, std::string_view kind,
                                 const std::string& path);

bool has_manifest(Storage& storage, const std::string& directory);
Result<Manifest> read_manifest(Storage& storage, const std::string& directory,
                               std::string_view kind);
// Replaces the one that is there, synced: old or new, never half.
Status write_manifest(Storage& storage, const std::string& directory, const Manifest& manifest);

}  // namespace vencer
