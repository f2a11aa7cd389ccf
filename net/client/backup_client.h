// A backup: the files of a running server as of a durable moment, over a connection of its own,
// while the server goes on. Of all its partitions, one after the other, each as of a moment of its
// own: the server holds files back only for the one that is copied.
//
// For each partition: `plan` is told what comes; then `part` gets each file's content front to
// back, one file after the other. Both run on the caller's thread; an error of theirs ends the
// backup and is returned. A few parts are under way at a time. Cost: the bytes of the files.
// Memory: a few parts of 1 MiB.  Thread: any. Errors: the server's; unreachable, timeout (of each
// answer); an answer that was not asked for.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/core/types.h"
#include "net/client/client.h"

namespace vencer {

// What the backup of a partition consists of; schema/vencer.fbs, BackupReply.
struct BackupContents {
  struct File {
    std::string name;           // below the data directory: "wal/wal-….seg"
    std::uint64_t bytes = 0;    // of the file
    std::uint64_t content = 0;  // of these, what is sent; the rest is zeros
  };
  std::string server;
  std::uint64_t identity_high = 0, identity_low = 0;  // of the log
  std::uint32_t partition = 0;
  std::uint64_t epoch = 0;
  std::uint64_t last_group = 0;
  std::uint64_t event_sequence = 0;
  ClockSource clock_source = ClockSource::wall;
  bool durable = true;
  std::uint32_t semantics_version = 0;
  std::vector<File> files;
  std::vector<std::string> skipped;  // steps that a restore has to go past, as STREAM has them
};

struct BackupHandlers {
  // partitions: how many come in all.
  std::function<Status(const BackupContents&, std::uint32_t partitions)> plan;
  // Of the partition last planned.
  std::function<Status(std::size_t file, std::uint64_t offset, std::span<const std::byte> bytes)>
      part;
};

// options: endpoint, token, name, timeout_ms; no tenant is named.
Status copy_backup(const ClientOptions& options, const BackupHandlers& handlers);

}  // namespace vencer
