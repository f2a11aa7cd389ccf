// EventLog: the event segments of one partition: compact event records, indexed by sequence.
//
// Derived, never the truth: after a crash the same events come out of the replayed log, and what
// lies here is compared with them byte for byte, not trusted. Cheap: written behind the group's
// durability, not synced one by one.
//
// Cost: append O(bytes); read_from O(log segments + log index) and one sequential read.
// Thread: append from the events role; read_from from any (it opens its own view of the files).
// Errors: Errc::events_gone below first_sequence(); Errc::internal for I/O and for bytes that
// differ.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/core/types.h"
#include "engine/log/storage.h"

namespace vencer {

struct EventLogOptions {
  std::string directory;
  std::uint32_t partition = 0;
  std::uint64_t identity_high = 0, identity_low = 0;  // of the write-ahead log
  std::uint64_t epoch = 1;
  std::uint64_t segment_bytes = 64ull << 20;
  std::uint64_t retention_bytes = 8ull << 30;  // older whole segments are deleted
};

// One encoded event, as engine/wire's encode_event_record made it.
struct EventBytes {
  std::uint64_t sequence;
  std::span<const std::byte> bytes;
};

class EventLog {
 public:
  static Result<std::unique_ptr<EventLog>> open(Storage& storage, const EventLogOptions& options);
  virtual ~EventLog() = default;

  // While the log is replayed: compares with what is here, writes what is missing or was torn.
  // A difference in a whole, checksummed record is an error (the same log must give the same
  // bytes).
  virtual Status replay(const EventBytes& event) = 0;
  // After replay: what lies behind the last replayed event was never acknowledged and is cut off.
  virtual Status finish_replay() = 0;

  // Events of durable groups, sequence = last_sequence() + 1, ...
  virtual Status append(std::span<const EventBytes> events) = 0;
  virtual Status sync() = 0;

  virtual std::uint64_t first_sequence() const = 0;  // the oldest kept; last + 1 if none
  virtual std::uint64_t last_sequence() const = 0;

  struct Batch {
    std::uint64_t first_sequence = 0;
    std::vector<std::byte> bytes;                     // records, one after the other
    std::vector<std::span<const std::byte>> records;  // views into bytes
  };
  // Up to max_bytes (at least one event) from `sequence` on; empty beyond the last.
  virtual Result<Batch> read_from(std::uint64_t sequence, std::size_t max_bytes) const = 0;
  virtual std::uint64_t replay_compared() const = 0;  // events found as they should be
  virtual std::uint64_t replay_written() const = 0;   // events that were missing
};

}  // namespace vencer
