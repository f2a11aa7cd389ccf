// EventTail: the last few MiB of events in memory, for subscribers that keep up.
//
// Chunks that are filled once and never moved: a reader takes a reference and a count under the
// lock and copies outside of it.
// Cost: append O(bytes) and one short lock a batch; read O(bytes).  Memory: kChunks x 1 MiB.
// Thread: append and clear from one, read from any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <span>

#include "engine/log/event_log.h"

namespace vencer::events {

class EventTail {
 public:
  void append(std::span<const EventBytes> events);
  // False: `sequence` is not (or no longer) here. Whole chunk at most; at least one event.
  bool read(std::uint64_t sequence, std::size_t max_bytes, EventLog::Batch* batch) const;

 private:
  static constexpr std::size_t kChunks = 4;
  static constexpr std::size_t kChunkBytes = 1 << 20;
  static constexpr std::size_t kChunkEvents = kChunkBytes / 32;

  struct Place {
    std::uint32_t offset, length;
  };
  struct Chunk {
    std::uint64_t first = 0;
    std::size_t capacity = 0;
    std::size_t used = 0;     // writer
    std::size_t written = 0;  // writer
    std::size_t count = 0;    // published under the lock
    std::unique_ptr<std::byte[]> bytes;
    std::unique_ptr<Place[]> places;
  };
  void add_chunk(std::uint64_t first, std::size_t bytes);
  void publish();

  mutable std::mutex mutex_;
  std::deque<std::shared_ptr<Chunk>> chunks_;
};

}  // namespace vencer::events
