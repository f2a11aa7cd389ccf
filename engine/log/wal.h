// Wal: the write-ahead log of one partition: groups of step records in preallocated segments.
//
// The format is described in README.md of this folder; its constants stand in wal_format.h. What is
// in a step's payload is not looked at here.
//
//   recovery    Wal::open() walks the chain, hands every step of every accepted group to `replay`,
//   decides
//               torn tail or damage by the table in recovery_cases.h, rewrites the unproven tail
//               into a new segment, syncs, and returns a log ready for submit().
//   writing     the shard fills a Group; the commit role calls submit(); when it returns, the group
//   is
//               durable (mode sync). seal() proves the last group.
//
// Thread: submit and seal from one thread (the commit role); Groups are filled elsewhere.
// Errors: a failed submit poisons the log: every later call fails, nothing may be acknowledged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "engine/core/result.h"
#include "engine/core/types.h"
#include "engine/log/read_progress.h"
#include "engine/log/step_name.h"
#include "engine/log/storage.h"

namespace vencer {

// A step as it lies in the log: a fixed header and a payload that starts 8-aligned.
struct StepRecord {
  std::uint8_t kind = 0;         // StepKind
  std::uint16_t frame_type = 0;  // commands: how to read the payload
  TimeMs now = 0;
  std::uint64_t principal = 0;
  std::uint64_t argument = 0;  // advance: fired; background: done; touch: slot
  std::span<const std::byte> payload;
  // Where it was read.
  StepName name = {};
  std::uint32_t group_chain = 0;  // chain value of its group
};

// A growing, 4 KiB-aligned buffer of step records with room for the group's header in front.
class Group {
 public:
  Group();
  ~Group();
  Group(Group&&) noexcept;
  Group& operator=(Group&&) noexcept;

  void append(const StepRecord& step);
  bool empty() const;
  std::size_t bytes() const;  // of step records
  std::uint32_t steps() const;
  void clear();                                // keeps the memory
  void reserve(std::size_t bytes);             // of step records, ahead of need
  bool fits(std::size_t payload_bytes) const;  // one more step stays within limits::group_bytes_max

  struct Impl;  // group.h
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

enum class Durability : std::uint8_t { sync = 1, none = 2 };

// A place in the chain: behind group `group`, whose chain value is `chain`. {0, 0}: the beginning.
// What a snapshot stores, so that recovery knows what is still to be replayed.
struct WalPosition {
  std::uint64_t group = 0;
  std::uint32_t chain = 0;
  friend bool operator==(const WalPosition&, const WalPosition&) = default;
};

struct WalOptions {
  std::string directory;
  std::uint32_t partition = 0;
  std::uint64_t segment_bytes = 64ull << 20;  // a group never spans segments; a larger group fails
  Durability durability = Durability::sync;
  bool create = false;                                // an empty directory becomes a new log
  std::uint64_t identity_high = 0, identity_low = 0;  // of a new log; 0, 0: random
  // Where a snapshot stands: only later groups are handed to `replay`, and segments that hold none
  // but earlier ones may be gone. The log must reach down to it and up to it, by the same chain.
  WalPosition start;
  // Segment files kept ready beside the next one: what a full disk leaves to go on with.
  std::uint32_t spare_segments = 2;
  // Groups on their way to the disk at once: 1 to limits::groups_in_flight_max.
  std::uint32_t groups_in_flight = 1;
  std::uint32_t spare_segments_max = 16;  // used ones kept to be used again; more are given back
  ReadProgress* progress = nullptr;       // open() shows there how much of the segments it has read
  // Called by open() of a log that is there and not damaged, when all was handed to `replay` and
  // nothing is changed yet; its error ends the recovery.
  std::function<Status()> replayed;
};

// A segment behind which the log goes on in another: nothing is written to it any more.
struct FullSegment {
  std::string name;
  std::uint64_t last_group = 0;  // all its groups are numbered up to here
};

// What is left to write into, for metrics and for whoever may put work off.
struct WalRoom {
  bool disk_full = false;            // no spare segment could be made when last tried
  std::uint32_t ready_segments = 0;  // that can be written without asking the file system for room
  std::uint32_t segments = 1;        // files of the log that hold groups
};

struct WalRecovery {
  bool created = false;
  std::uint64_t identity_high = 0, identity_low = 0;  // of this log, random at creation
  std::uint64_t groups = 0;                           // accepted
  std::uint64_t steps = 0;
  std::uint64_t bytes = 0;
  std::uint64_t last_group = 0;    // v
  std::uint64_t proven_group = 0;  // d
  bool torn = false;               // a tail was cut off and kept in torn_file
  bool clean = false;              // the last group was sealed by a clean stop or a seal
  std::string torn_file;
  std::string message;  // one sentence for the operator
};

class Wal {
 public:
  // `replay` gets every step of every accepted group in order; its error ends the recovery.
  // Errors: Errc::internal with file, offset, and what to do, when the log is damaged, is of
  // another partition, format or semantics version. (That no other process uses it:
  // directory_lock.h.)
  static Result<std::unique_ptr<Wal>> open(Storage& storage, const WalOptions& options,
                                           const std::function<Status(const StepRecord&)>& replay,
                                           WalRecovery* recovery);
  virtual ~Wal() = default;
  // How much open() with these options will read: whole segment files, the last one of which is
  // rarely full. 0 if there is none, or it cannot be told.
  static std::uint64_t bytes_to_read(Storage& storage, const WalOptions& options);

  // Writes the group behind the last one, chained. On return it is durable (Durability::sync), and
  // the result says where the log stands. The group's bytes are left as they are: clear() it before
  // filling it again. An empty group is a seal.
  virtual Result<WalPosition> submit(Group& group) = 0;
  // The same in two halves, so that WalOptions::groups_in_flight may be on their way at once.
  // begin() hands the group to the disk, if can_begin(); it must stay as it is until its number is
  // durable. poll() gives the durable number: all groups up to it are on the disk, whatever order
  // the disk wrote them in; `wait`: not before it has risen, if any is on its way.
  virtual bool can_begin() const = 0;
  virtual Result<WalPosition> begin(Group& group) = 0;
  virtual Result<std::uint64_t> poll(bool wait) = 0;
  // begin() no longer waits for the disk; `event` (an eventfd that lives longer) is signalled when
  // there is something to poll. False: this storage, or mode none, cannot; begin() writes at once.
  virtual bool write_apart(int event) = 0;
  // Proves the last group by an empty one, unless that is done already.
  virtual Status seal() = 0;
  virtual bool sealed() const = 0;
  // Behind the last group handed to submit or begin (a seal counts). The thread of submit.
  virtual WalPosition position() const = 0;
  // As poll() last gave it (mode none: written, not synced). Any thread.
  virtual std::uint64_t durable_group() const = 0;
  // One bounded step of upkeep: makes the next segment or a spare one ready ahead of need, or gives
  // a piece of one that is too many back to the file system; false: nothing to do. A full disk is
  // no failure of the log: Errc::disk_full, room() says so, try again later. Maintenance role, any
  // thread.
  virtual Result<bool> prepare_next_segment() = 0;
  // A snapshot that may stay the oldest one stands at `group`: segments whose groups are all below
  // become spare ones. (The group itself stays: it shows that the log reaches the snapshot.)
  // Maintenance role, any thread.
  virtual Status release_below(std::uint64_t group) = 0;
  // The oldest segment that release_below(group) would take; nothing: none. Any thread.
  virtual std::optional<FullSegment> oldest_below(std::uint64_t group) const = 0;
  virtual WalRoom room() const = 0;  // any thread
  // Bytes submitted since open(), for metrics. Any thread.
  virtual std::uint64_t written_bytes() const = 0;
};

}  // namespace vencer
