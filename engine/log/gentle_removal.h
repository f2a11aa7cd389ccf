// GentleRemoval: files of one directory go bit by bit.
//
// Unlinking a large file frees all its blocks at once; on a file system that tells the disk
// (discard) synced writes wait for that. So a file first takes a name that nothing reads
// (".gone"), and is then cut from its end, step by step, with time in between for others.
//
// A crash leaves ".gone" files; find_leftovers() takes them up again.
// Thread: take() from any, the rest from one.  Cost: a step is a few calls to the file system.
// Errors: those of the storage; the file is then left as it is until the next start.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "engine/core/result.h"
#include "engine/log/storage.h"

namespace vencer {

class GentleRemoval {
 public:
  static constexpr std::uint64_t kStepBytes = 8 << 20;

  GentleRemoval(Storage& storage, std::string directory)
      : storage_(storage), directory_(std::move(directory)) {}

  void take(std::string path);  // of a file in the directory; nothing may use it any more
  Status find_leftovers();
  bool pending() const;
  Result<bool> step();  // false: there is nothing to do

 private:
  Status begin(const std::string& path);

  Storage& storage_;
  const std::string directory_;
  mutable std::mutex mutex_;
  std::deque<std::string> waiting_;
  std::string path_;  // being cut
  std::unique_ptr<File> file_;
  std::uint64_t left_ = 0;
};

}  // namespace vencer
