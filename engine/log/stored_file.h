// Files of archives and backups: written whole or not at all, plain or compressed, with the CRC32C
// of their content; and a Storage that reads both alike.
//
// A compressed file is one zstd frame of the whole content and has ".zst" behind its name: `zstd
// -d` reads it, too. Cost: a pass over the bytes. Memory: 1 MiB and zstd's window; a reader of
// compressed files holds the content of one of them (a segment), the one last read. Thread: a
// writer belongs to one; a StoredStorage to one at a time. Errors: I/O with the path; content that
// is no zstd frame, or is cut short, or too large.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "engine/core/result.h"
#include "engine/log/storage.h"

namespace vencer {

inline constexpr const char* kCompressedSuffix = ".zst";
inline constexpr std::uint64_t kStoredBytesMax = 4ull << 30;  // of a compressed file's content

class StoredFileWriter {
 public:
  // `bytes` is what it will hold; what is not written until finish() is zeros.
  static Result<std::unique_ptr<StoredFileWriter>> create(Storage& storage,
                                                          const std::string& directory,
                                                          const std::string& name,
                                                          std::uint64_t bytes, bool compress);
  virtual ~StoredFileWriter() = default;
  virtual Status write(std::span<const std::byte> bytes) = 0;  // behind what was written
  // Synced and under its name; the CRC of the content.
  virtual Result<std::uint32_t> finish() = 0;
};

// The CRC of all that stands in the file.
struct ContentSum {
  std::uint64_t bytes = 0;
  std::uint32_t crc = 0;
};
Result<ContentSum> sum_content(Storage& storage, const std::string& path);
// From `from` (read through `source`) to a stored file.
Result<ContentSum> store_file(Storage& source, const std::string& from, Storage& target,
                              const std::string& directory, const std::string& name, bool compress);

// Reads `below`, where "x.zst" shows as "x". Nothing can be written through it.
class StoredStorage final : public Storage {
 public:
  explicit StoredStorage(Storage& below) : below_(below) {}

  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
  Result<std::vector<std::string>> list(const std::string& directory) override;
  bool exists(const std::string& path) override;
  Status make_directory(const std::string& path) override { return read_only(path); }
  Status rename(const std::string& from, const std::string&) override { return read_only(from); }
  Status remove(const std::string& path) override { return read_only(path); }
  Status sync_directory(const std::string& path) override { return read_only(path); }
  Result<std::unique_ptr<StorageLock>> lock(const std::string& directory) override {
    return read_only(directory);
  }
  std::uint64_t random_word() override { return below_.random_word(); }
  std::string write_method(const std::string&) override { return "read only"; }

  struct Cache;  // the content last read

 private:
  static Error read_only(const std::string& path);

  Storage& below_;
  std::shared_ptr<Cache> cache_;
};

}  // namespace vencer
