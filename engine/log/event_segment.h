// One event segment file: its place in the sequence, its sparse index, and reading along it.
//
// Thread: EventLogFiles guards Segment; a RecordReader belongs to one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/log/event_format.h"
#include "engine/log/event_log.h"
#include "engine/log/storage.h"

namespace vencer::events {

inline constexpr std::uint64_t kMarkEveryBytes = 16 << 10;
// Read at once where only the first record is asked for.
inline constexpr std::size_t kFirstRecordBytes = 4096;

struct Mark {
  std::uint64_t sequence;
  std::uint64_t offset;
};

struct Segment {
  std::uint64_t first = 0;
  std::string path;
  bool headed = false;         // its header is intact; if not, nothing in it counts
  std::uint64_t bytes = 0;     // of the file while it is not yet walked; then of whole records
  std::vector<Mark> marks;     // ascending, about every 16 KiB, the first event included
  bool indexed = false;        // marks are there
  TimeMs first_time = kNever;  // of its first event; kNever: not known
  std::shared_ptr<File> file;  // while it is the one that is written

  void mark(std::uint64_t sequence, std::uint64_t offset);
  Mark mark_before(std::uint64_t sequence) const;
};

SegmentHeader header_for(const EventLogOptions& options, std::uint64_t first);
// Reads and checks the header. An intact header of another log, partition, epoch or format is an
// error; a torn one is not (the file was made and never synced).
// Its age comes from its first event.
Result<Segment> load_segment(Storage& storage, const EventLogOptions& options, std::uint64_t first);

// Hands out record after record, through a buffer.
class RecordReader {
 public:
  // Reads up to `end`, `buffer_bytes` at a time.
  RecordReader(std::unique_ptr<File> file, std::uint32_t seed, std::uint64_t offset,
               std::uint64_t end, std::size_t buffer_bytes)
      : file_(std::move(file)),
        seed_(seed),
        offset_(offset),
        end_(end),
        buffer_bytes_(buffer_bytes) {}

  // The event at offset() if it is whole and has this sequence; the reader then stands behind it.
  // The bytes are valid until the next call.
  Result<std::optional<std::span<const std::byte>>> next(std::uint64_t sequence);
  std::uint64_t offset() const { return offset_; }
  // The bytes of that event's record, as valid as it is.
  std::span<const std::byte> record() const { return record_; }

 private:
  Status fill(std::size_t least);

  std::unique_ptr<File> file_;
  std::uint32_t seed_;
  std::uint64_t offset_;
  std::uint64_t end_;
  std::size_t buffer_bytes_;
  std::uint64_t at_ = 0;  // of buffer_[0]
  std::vector<std::byte> buffer_;
  std::span<const std::byte> record_;
};

// The next whole record behind the one that should stand at `offset`: within `look_bytes`, and one
// of the next few events. Its checksum alone tells it: of millions of places that are looked at
// chance may make one.
struct FoundRecord {
  std::uint64_t sequence = 0, offset = 0;
};
Result<std::optional<FoundRecord>> find_record_behind(File& file, std::uint64_t size,
                                                      std::uint32_t seed, std::uint64_t sequence,
                                                      std::uint64_t offset,
                                                      std::uint64_t look_bytes);

}  // namespace vencer::events
