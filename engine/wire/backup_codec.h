// A backup on the wire: what a consistent copy of a partition consists of, and its files part by
// part. As in request_codec.h and reply_codec.h: decode only what verify_request passed.
//
// Cost: O(size).  Thread: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/wire/reply_codec.h"

namespace vencer {

inline constexpr std::uint32_t kFilePartBytesMax = 1 << 20;

struct BackupFile {
  std::string name;           // below the data directory: "wal/wal-….seg"
  std::uint64_t bytes = 0;    // of the file
  std::uint64_t content = 0;  // of these, what can be read; the rest is zeros
};

// As of when a backup is.
struct BackupPlan {
  std::string server;  // "vencerd 0.1.0"
  std::uint64_t identity_high = 0, identity_low = 0;
  std::uint32_t partition = 0;
  std::uint64_t epoch = 0;
  std::uint64_t last_group = 0;      // durable, and all of it in the files
  std::uint64_t event_sequence = 0;  // at least this event is caused by what is in the files
  ClockSource clock_source = ClockSource::wall;
  std::uint8_t durability = 1;  // wire::Durability
  std::uint32_t semantics_version = 0;
  std::vector<BackupFile> files;
  std::vector<std::string> skipped;  // steps: engine/runtime/skipped_steps.h
};

struct StartBackup {
  bool end = false;  // instead: it is done, what was held back may go
  std::uint32_t partition = 0;
};

struct ReadFileRequest {
  std::uint32_t file = 0;  // position in BackupPlan::files
  std::uint64_t offset = 0;
  std::uint32_t length = 0;
  std::uint32_t partition = 0;
};

StartBackup decode_backup(std::span<const std::byte> body);
ReadFileRequest decode_read_file(std::span<const std::byte> body);

void encode_backup_reply(std::uint64_t correlation, const BackupPlan& plan, Bytes& out);
void encode_file_part(std::uint64_t correlation, const ReadFileRequest& request,
                      std::span<const std::byte> bytes, Bytes& out);

}  // namespace vencer
