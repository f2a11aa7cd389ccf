// DirectoryLock: one process at a time uses a data directory.
//
// flock() on DIR/LOCK, which holds the owner's pid for people to read. The kernel frees it when the
// process ends, however it ends; the file stays.
// Lives: as long as the process uses the directory.  Thread: any.
// Errors: Errc::internal, names the pid that holds it.
#pragma once

#include <memory>
#include <string>

#include "engine/core/result.h"
#include "engine/log/storage.h"

namespace vencer {

class DirectoryLock final : public StorageLock {
 public:
  explicit DirectoryLock(int descriptor) : descriptor_(descriptor) {}
  ~DirectoryLock() override;
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  int descriptor_;
};

Result<std::unique_ptr<StorageLock>> lock_directory(const std::string& path);

}  // namespace vencer
