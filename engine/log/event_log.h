// EventLog: the event segments of one partition: compact event records, indexed by sequence.
//
// Derived, never the truth: after a crash the same events come out of the replayed log, and what
// lies here is compared with them byte for byte, not trusted. Cheap: written behind the group's
// durability, not synced one by one.
//
// Cost: append O(bytes); read_from O(log segments + log index) and one sequential read; the first
// one in a segment that no replay has walked reads it whole.
// Thread: append from the events role; read_from, sync_through from any (they open their own view
// of the files); tidy and write_out from one, the maintenance role's.
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
  // Segments all of whose events are older than the newest one by this go, too; 0: at any age.
  DurationMs retention_ms = 0;
  // When an event happened; without it there is no age.
  TimeMs (*time_of)(std::span<const std::byte> event) = nullptr;
  // No event of this epoch is here but of groups that were durable: one behind the replay proves
  // that such a group is missing. (Not so in mode none, nor before an epoch was ever served.)
  bool proves_groups = false;
  // And so it stays: what a replay writes waits in memory until durable_through() or
  // finish_replay().
  bool durable_only = false;
  // The last run has synced all that is here. Else what a replay finds may be in the page cache
  // alone, clean, after a sync that failed: it is written again.
  bool synced = false;
  // For whoever only wants to know what replay() and check_end() find: nothing is written, what is
  // missing is counted and not kept. Neither finish_replay() nor begin_anew may follow.
  bool compare_only = false;
};

// What begin_replay() does about events that should lie before the replay and do not.
enum class MissingEvents : std::uint8_t {
  refuse,
  allow,       // none has to be here at all: the stream's epoch is younger than they are
  begin_anew,  // the operator accepts the loss: the stream begins behind them
};

// One encoded event, as engine/wire's encode_event_record made it.
struct EventBytes {
  std::uint64_t sequence;
  std::span<const std::byte> bytes;
};

// Of the segments in a directory; 0: there is none with a header that can be read.
std::uint64_t epoch_of_events(Storage& storage, const std::string& directory);

class EventLog {
 public:
  static Result<std::unique_ptr<EventLog>> open(Storage& storage, const EventLogOptions& options);
  virtual ~EventLog() = default;

  // Before the first replay(): the replay begins behind event `after`, as a snapshot stands; up to
  // there the events must be here, and the CRC of that one's record be `crc` (0: not known).
  // May be called again with another place, until the first replay(). Errors: with file and offset;
  // nothing was changed.
  virtual Status begin_replay(std::uint64_t after, std::uint32_t crc, MissingEvents missing) = 0;
  // While the log is replayed: compares with what is here, writes what is missing or was torn.
  // A difference in a whole, checksummed record is an error (the same log must give the same
  // bytes).
  virtual Status replay(const EventBytes& event) = 0;
  // Events up to this one come from groups that are durable: those that are missing may be written.
  virtual Status durable_through(std::uint64_t sequence) = 0;
  // After the last replay(), before anything of the log is changed. Errors: whole events lie behind
  // the replay, and EventLogOptions::proves_groups.
  virtual Status check_end() = 0;
  // After that, with all groups of the replay durable: what lies behind the last replayed event is
  // cut off.
  virtual Status finish_replay() = 0;

  // Events of durable groups, one after the other. Errc::disk_full is no failure: they are kept in
  // memory, above last_sequence(), and written by a later call (of none more, too) that finds room.
  // A crash before: the replay makes them again.
  virtual Status append(std::span<const EventBytes> events) = 0;
  virtual std::uint64_t unwritten_bytes() const = 0;  // of such. Any thread
  // Fails for ever once a sync has failed, as sync_through() does. Errc::disk_full: all is synced,
  // but for what unvouched_from() tells of.
  virtual Status sync() = 0;
  // The next event begins a new segment: of a snapshot's last event, which is not made again, no
  // later write touches a sector. (Not on a full disk.) The thread of append.
  virtual void begin_segment() = 0;
  // On return all events up to this one are on the disk; gives the CRC of its record, 0 if it is
  // not kept any more. Errc::disk_full: it waits for room, above last_sequence(), or is not below
  // unvouched_from(); nothing was synced. Once a sync has failed it always fails: what that left is
  // not to be trusted. Then sync_failed() is true, and the process is to end.
  virtual Result<std::uint32_t> sync_through(std::uint64_t sequence) = 0;
  virtual bool sync_failed() const = 0;
  // Behind finish_replay(): a megabyte of what was written since, or by the replay, goes on to the
  // disk, by whole pages, each once. A hint: see File::write_out. False: there is nothing to do.
  virtual bool write_out() = 0;
  // A bounded piece of what has time: segments that are to go, the index of those that no replay
  // has walked. False: there is nothing to do.
  virtual Result<bool> tidy() = 0;

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
  // From this event on the replay could not write again what it has compared, for want of room
  // (where a file system writes nothing in place): no sync of this run vouches for it. 0: none.
  virtual std::uint64_t unvouched_from() const = 0;
};

}  // namespace vencer
