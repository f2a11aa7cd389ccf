// Reading a write-ahead log: its segments, the walk along the chain, and the look at what lies
// behind.
//
// Nothing here writes. Used by recovery (wal_recovery.cc) and by verify.
// Cost: one sequential read; the tail is read once more, at most the last segments.
// Memory: a window of 1 MiB, or of one group.  Errors: with file, offset and what to do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/log/recovery_cases.h"
#include "engine/log/storage.h"
#include "engine/log/wal.h"
#include "engine/log/wal_format.h"

namespace vencer::wal {

// Reads a file through a 4 KiB-aligned buffer, so that payloads keep their alignment of 8.
class Window {
 public:
  Window(File& file, std::uint64_t size) : file_(file), size_(size) {}
  // Valid until the next call; shorter than `length` only at the end of the file. `offset` on a
  // block.
  Result<std::span<const std::byte>> view(std::uint64_t offset, std::size_t length);

 private:
  struct Free {
    void operator()(std::byte* data) const;
  };
  File& file_;
  std::uint64_t size_;
  std::uint64_t at_ = 0;
  std::size_t have_ = 0;
  std::size_t capacity_ = 0;
  std::unique_ptr<std::byte, Free> data_;
};

struct Segment {
  std::string path;
  std::uint64_t size = 0;
  SegmentHeader header;
  std::unique_ptr<File> file;
  std::uint64_t stop_before = UINT64_MAX;  // a later segment, made by a recovery, has these groups
  std::uint64_t last_group = 0;            // accepted from this file; 0: none
};

Error damage(const std::string& directory, const std::string& path, std::uint64_t offset,
             const std::string& why);

// The segments in order, their headers checked: gapless from the first one that is there (earlier
// ones are recycled when a snapshot has what they say), one identity, this partition (nullopt: any,
// but one). Empty if there are none.
Result<std::vector<Segment>> load_segments(Storage& storage, const std::string& directory,
                                           std::optional<std::uint32_t> partition);

// The same for a repair: those before the first that cannot be loaded.
struct LoadedSegments {
  std::vector<Segment> segments;
  std::optional<Error> damage;      // why it ends there
  std::vector<std::string> behind;  // names of the files from there on, sorted
};
Result<LoadedSegments> load_until_damage(Storage& storage, const std::string& directory,
                                         std::optional<std::uint32_t> partition = std::nullopt);

struct GroupPlace {
  std::size_t segment;  // index
  std::uint64_t offset;
  GroupHeader header;
};

using ReplayStep = std::function<Status(const StepRecord&)>;
// What a walk hands on; any of them may be absent. An error ends the walk.
struct Visit {
  WalPosition start;            // of a snapshot: groups up to here are only checked
  bool from_the_first = false;  // instead: whatever group the log begins with
  ReplayStep step;              // every step of every later group
  // Every later group, before its steps, whole as it lies in the file.
  std::function<Status(const GroupPlace&, std::span<const std::byte>)> group;
  ReadProgress* progress = nullptr;
};

// False: what was before was released behind a snapshot, or is missing.
bool begins_with_first_group(const std::vector<Segment>& segments);

// Where a walk enters: a segment, and how the chain stands before its first group.
struct Entry {
  std::size_t segment = 0;
  std::uint64_t last_group = 0;
  std::uint32_t chain = 0;
  std::uint64_t offset = kBlockBytes;
};
// The visit's start itself, so that damage before it does not matter; if it is not found, the
// beginning of the last segment that begins below it. Error: the log begins behind it.
Result<Entry> find_entry(const std::string& directory, const std::vector<Segment>& segments,
                         const Visit& visit);
// Of the files from segment `first` on.
std::uint64_t bytes_from(const std::vector<Segment>& segments, std::size_t first);
// Whether the chain at `here` is the one that a snapshot knows, once it gets there.
Status check_passes(const Segment& segment, std::uint64_t offset, const WalPosition& start,
                    const WalPosition& here);

struct Walk {
  std::uint64_t last_group = 0;    // v
  std::uint64_t proven_group = 0;  // d, as far as the chain knows
  std::uint32_t chain = 0;         // of v
  bool last_is_seal = false;
  std::uint64_t groups = 0, steps = 0, bytes = 0;
  Entry entry;
  std::size_t segment = 0;  // where the next group would stand
  std::uint64_t offset = kBlockBytes;
  std::deque<GroupPlace> recent;  // the last groups_in_flight_max
};

// Errors: a log that does not begin at or below `start`, or passes it with another chain; another
// semantics version. That it ends below `start` is for look_behind() and decide().
Result<Walk> walk_chain(const std::string& directory, std::vector<Segment>& segments,
                        const Visit& visit);

// Whether the group behind the last one of the walk is whole by now: then somebody is writing, and
// what look_behind() found is no damage.
Result<bool> chain_goes_on(std::vector<Segment>& segments, const Walk& walk);

struct Tail {
  TailFacts facts;
  std::uint64_t proven_group = 0;    // d
  std::uint64_t highest_header = 0;  // above v; 0: none
  std::vector<GroupPlace> headers;   // readable ones above v, the first kHeadersKept
  static constexpr std::size_t kHeadersKept = 16;
  struct Rest {
    std::size_t segment;
    std::uint64_t from, to;  // bytes that are not all zero
  };
  std::vector<Rest> rests;
  std::string cut_file;  // which is shorter than it was made, and by how much; empty: none
};
// progress: that of the walk, which goes on to the end of the files.
Result<Tail> look_behind(std::vector<Segment>& segments, const Walk& walk,
                         ReadProgress* progress = nullptr);

}  // namespace vencer::wal
