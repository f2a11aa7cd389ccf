// Snapshot files: written whole or not at all, read with every byte checked, two of them kept.
//
//   SnapshotWriter   a temporary file, block after block on the disk, the trailer, sync, rename,
//                    directory synced: under its name a file is complete.
//   SnapshotReader   what a file says of itself (header and trailer), then its payload in order.
//
// A file under a snapshot's name that is not what its writer wrote is never used: the error names
// file, offset and reason. Destroyed before finish() or abandon(), a writer leaves its temporary
// file behind, as a crash does; clear_snapshot_leftovers() finds it.
//
// Cost: one write a block of up to 1 MiB; a file is read once, sequentially.
// Memory: a block; with read_ahead a few.  Thread: one each (read_ahead: one more, joined inside).
// Errors: Errc::disk_full, internal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/log/snapshot_format.h"
#include "engine/log/storage.h"

namespace vencer::snapshot {

// 4 KiB-aligned memory, as direct writes need it.
class PageBuffer {
 public:
  explicit PageBuffer(std::size_t bytes);
  std::span<std::byte> bytes() { return {data_.get(), size_}; }

 private:
  struct Free {
    void operator()(std::byte* data) const;
  };
  std::size_t size_;
  std::unique_ptr<std::byte, Free> data_;
};

class SnapshotWriter {
 public:
  // Makes the directory if it is not there; a temporary file of an earlier attempt is replaced.
  static Result<std::unique_ptr<SnapshotWriter>> start(Storage& storage,
                                                       const std::string& directory,
                                                       const FileHeader& header);

  // One block: at most kBlockPayloadMax bytes, handed back as they are, in one piece.
  Status add(std::span<const std::byte> payload);
  // On return the file stands under its name, synced. Only after add() of everything, and once what
  // it rests on (the log up to its group, the event segments up to its event) is on the disk.
  Status finish(std::uint64_t tickets, std::uint32_t event_crc);
  Status abandon();  // takes the temporary file away

  const std::string& path() const { return path_; }
  std::uint64_t file_bytes() const { return offset_; }

 private:
  SnapshotWriter(Storage& storage, std::string directory, const FileHeader& header);
  Status write(std::size_t length);

  Storage& storage_;
  const std::string directory_;
  const std::string path_;
  const std::string temporary_;
  std::unique_ptr<File> file_;
  PageBuffer buffer_{kBlockBytesMax};
  std::uint64_t offset_ = 0;
  std::uint64_t blocks_ = 0;
  std::uint64_t payload_bytes_ = 0;
  std::uint32_t crc_ = 0;
};

struct SnapshotInfo {
  std::string path;
  FileHeader header;
  FileTrailer trailer;  // its CRC is not checked before the blocks are read
};

// Its own pace for whoever shows progress: bytes of the file taken so far.
using TakePayload = std::function<Status(std::span<const std::byte> payload, std::uint64_t bytes)>;

// Header, trailer, length and, if it has the form of one, the name agree; cheap. wanted_partition
// and identity are the caller's to check. *unread (here and below, unless null): the error is the
// disk's, which could not read; it says nothing of the file.
Result<SnapshotInfo> look_at_snapshot(Storage& storage, const std::string& path,
                                      bool* unread = nullptr);
// Whole as far as can be told, and of a format that this build does not know: no damage.
Result<bool> is_of_newer_format(Storage& storage, const std::string& path);
// Hands on the payload of every block, checked, in order, and checks the trailer last; an error of
// `take` ends it and is returned. read_ahead: a thread reads and checks while `take` works.
Status read_snapshot(Storage& storage, const SnapshotInfo& info, bool read_ahead,
                     const TakePayload& take, bool* unread = nullptr);

// Paths of the files with a snapshot's name, the newest first. None if the directory is not there.
Result<std::vector<std::string>> list_snapshots(Storage& storage, const std::string& directory);
// Removes temporary files that a crash left behind.
Status clear_snapshot_leftovers(Storage& storage, const std::string& directory);

// "FILE at byte N: why": for whoever finds more wrong with it than its bytes.
Error bad_snapshot(const std::string& path, std::uint64_t offset, const std::string& why);

}  // namespace vencer::snapshot
