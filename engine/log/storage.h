// Storage: the seam to disk. The posix one serves the server; tests put a faulty one in its place.
//
// A failed write or sync is final for the caller: it must not acknowledge and must not try again
// (Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020).
// Thread: a File belongs to one at a time, but for write_out(); Storage may be called from any.
// Errors: Errc::disk_full for ENOSPC and EDQUOT, else Errc::internal, with the path and errno's
// text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/result.h"

namespace vencer {

enum class OpenMode {
  read,         // must exist
  read_write,   // must exist
  create_new,   // must not exist
  direct_sync,  // must exist; every write is on disk when it returns (O_DIRECT|O_DSYNC where the
                // file system can, else O_DSYNC or fdatasync); offset, size, memory 4 KiB-aligned
};

// What became of a write that was begun.
struct WriteDone {
  std::uint64_t token = 0;
  Status status = ok_status();
};

class File {
 public:
  virtual ~File() = default;  // waits for writes that are under way
  virtual Result<std::size_t> read_at(std::uint64_t offset,
                                      std::span<std::byte> into) = 0;  // short at the end
  virtual Status write_at(std::uint64_t offset,
                          std::span<const std::byte> bytes) = 0;  // all or error
  virtual Status sync() = 0;  // data and what is needed to read it back
  virtual Status truncate(std::uint64_t size) = 0;
  virtual Result<std::uint64_t> size() = 0;
  // What was written there may begin its way to the disk: a hint, that nothing rests on. What goes
  // wrong on the way sync() tells, as it does of what the system writes by itself.
  virtual void write_out(std::uint64_t /*offset*/, std::uint64_t /*bytes*/) {}

  // Several writes at once, for the log. begin_write() may return before the bytes are where
  // write_at() would have brought them; poll_writes() appends those that are done, in any order,
  // as they may reach the disk in any order. At most limits::groups_in_flight_max are under way;
  // `bytes` stay as they are until their token is back. A write that failed, or was under way at a
  // crash, may be on the disk in part. (A simulated disk does all of that from its seed.)
  // Here: the write is done at once, and given back by the next poll.
  // Nothing is allocated for a write that succeeds, after the first few.
  virtual void begin_write(std::uint64_t token, std::uint64_t offset,
                           std::span<const std::byte> bytes);
  // `wait`: does not return before one is done, if any is under way.
  virtual void poll_writes(bool wait, std::vector<WriteDone>* done);
  // From now on begin_write() does not wait for the disk, and `event` (an eventfd, which must live
  // longer) is signalled when a write is done. False: this file cannot; writes are done at once.
  virtual bool write_apart(int event);

 private:
  std::vector<WriteDone> written_;
};

// Held as long as it lives.
class StorageLock {
 public:
  virtual ~StorageLock() = default;
};

class Storage {
 public:
  virtual ~Storage() = default;
  virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) = 0;
  virtual Result<std::vector<std::string>> list(const std::string& directory) = 0;  // names, sorted
  virtual Status make_directory(const std::string& path) = 0;  // fine if it is there
  virtual Status rename(const std::string& from, const std::string& to) = 0;
  virtual Status remove(const std::string& path) = 0;
  virtual Status sync_directory(const std::string& path) = 0;
  virtual bool exists(const std::string& path) = 0;
  // One process at a time uses a directory. Errors: another one does; its pid is named.
  virtual Result<std::unique_ptr<StorageLock>> lock(const std::string& directory) = 0;
  virtual std::uint64_t random_word() = 0;  // for identities: no two alike
  // How writes of direct_sync files reach the disk on this file system, for the log:
  // "O_DIRECT|O_DSYNC".
  virtual std::string write_method(const std::string& directory) = 0;
};

// Of a file or a directory: "a/b" of "a/b/c" and of "a/b/c/", "/" of "/c", "." of "c".
std::string parent_of(std::string_view path);

std::unique_ptr<Storage> make_posix_storage();

}  // namespace vencer
