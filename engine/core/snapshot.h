// Snapshots of a StateMachine: its state as bytes, taken in slices while commands go on; and back.
//
//   machine.begin_snapshot(codec, &out);               // between two steps: what it is by now
//   while (!machine.snapshot_slice(1000, &out)) ...;   // steps in between; out goes to the disk
//
//   StateMachine machine(calendars, pages);            // fresh: no step applied yet
//   SnapshotReader reader(&machine, codec, file_bytes);
//   for (chunk : file) if (!reader.feed(chunk).ok()) ...;
//   if (reader.finish().ok()) machine.apply(the steps after the one it was begun at, ...);
//
// The bytes are the state as it was at begin, whatever is applied meanwhile: what is about to
// change and was not walked past yet is encoded first, into a backlog (copy on change; no fork, no
// copy of the whole). The restored machine has the same digest, and from then on gives the same
// events and results byte for byte as the one that was never stopped.
//
// Costs (estimates, not yet measured: bench/snapshot_bench.cc is to say). begin: O(tenants + queued
// jobs), no ticket is looked at. A slice: about 100 ns a ticket; `most` counts tickets and what
// costs like them (a producer counts as 64). A change of a ticket not yet walked: its record once
// more, about 100 ns; without a snapshot one branch that is never taken.
//
// The backlog. Every slice hands out what is in it. A step adds at most the records of what it
// touches (a ticket about 100 bytes, a producer up to 9 KiB), each once a snapshot. The core can
// neither refuse nor wait: the shard looks at snapshot_backlog_bytes() after each step, and where
// it exceeds what it wants to spend (and `out` is not taken away fast enough) takes slices before
// the next step, or abandons the snapshot. Slices hand documents out first; until these are through
// (a slice or two each), tickets stay in the backlog.
//
// Memory beside backlog and `out`: a bit for each ticket within 32,768 of one that was copied
// ahead, and the documents of begin.
//
// The bytes are data, not memory: a stream of sections, each with its length (snapshot_format.h has
// the table). No checksums and no file header: those are the file layer's, which may cut the stream
// into chunks anywhere. What it feeds is not trusted all the same: every length, id and number is
// checked, and an error names section and offset; memory is bounded by `total_bytes`.
//
// Thread: the shard's (a reader: whoever owns the fresh machine).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/core/result.h"
#include "engine/core/state_machine.h"
#include "engine/core/tenant.h"

namespace vencer {

// How compiled tenant documents stand in a snapshot: the server's is engine/wire's.
class SnapshotDocuments {
 public:
  virtual ~SnapshotDocuments() = default;
  // Appends.
  virtual void encode(const TenantSpec& document, std::vector<std::byte>* out) const = 0;
  // Checked: whatever is in it can be used. The bytes were not looked at by anybody before.
  virtual Result<TenantSpec> decode(std::span<const std::byte> bytes) const = 0;
};

// How far: of those that begin found. `bytes`: handed out so far.
struct SnapshotProgress {
  std::uint64_t done = 0;  // tickets
  std::uint64_t total = 0;
  std::uint64_t bytes = 0;
};

class SnapshotReader {
 public:
  // `fresh` and `documents` must outlive the reader. `fresh` must not have been given a step.
  // total_bytes: of the whole stream; what it announces is not believed beyond what so many bytes
  // can hold.
  SnapshotReader(StateMachine* fresh, const SnapshotDocuments& documents,
                 std::uint64_t total_bytes);
  ~SnapshotReader();
  SnapshotReader(const SnapshotReader&) = delete;
  SnapshotReader& operator=(const SnapshotReader&) = delete;

  // The next bytes of the stream, as they come. An error (Errc::internal) names section and offset;
  // after it reader and machine are of no use but to be destroyed.
  Status feed(std::span<const std::byte> bytes);
  // All was fed: is it whole? Then the machine has its settings and can be used.
  Status finish();

  SnapshotProgress progress() const;  // tickets; bytes fed

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vencer
