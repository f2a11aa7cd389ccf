// EventHub: the stream of one partition for its subscribers: durable events by sequence.
//
// Recent groups are read from memory, older events from the event segments. Subscribers pull at
// their own pace; nothing is queued for them here. They tell where they are (Reader), so that what
// all of them have read leaves memory but for the last of it.
//
// Cost: publish O(1); read of recent events O(log groups + events), without a copy; O(readers) when
// the slowest of them has moved on by a megabyte or left.
// Memory: at most `recent_bytes_max`, beyond what readers still hold; 1 MiB of it, or the newest
// group, while no reader is behind.
// Thread: publish and write from the commit role; the rest from any.
// Errors: read gives events_gone below first_sequence(), internal for I/O.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "engine/core/result.h"
#include "engine/log/event_log.h"
#include "engine/runtime/event_block.h"

namespace vencer {

// Some events in a row, and what keeps their bytes alive.
struct EventSlice {
  std::vector<std::span<const std::byte>> records;
  std::shared_ptr<const EventBlock> block;
  EventLog::Batch from_disk;
};

class EventHub {
 public:
  // What stays though everybody has read it: who comes to a place just before the end reads memory.
  static constexpr std::size_t kReadBytesKept = std::size_t{1} << 20;

  // Where one subscriber is: the next event that it wants. Leaves when it is destroyed.
  class Reader {
   public:
    explicit Reader(std::uint64_t next) : next_(next) {}
    void move_to(std::uint64_t next) { next_.store(next, std::memory_order_relaxed); }

   private:
    friend class EventHub;
    bool wants(const EventBlock& block) const {
      return next_.load(std::memory_order_relaxed) <= block.last_sequence();
    }
    std::atomic<std::uint64_t> next_;
  };

  EventHub(EventLog& log, std::uint32_t partition, std::uint64_t epoch,
           std::size_t recent_bytes_max);

  // The next events of the stream, to memory: subscribers read them there until write() of the same
  // block, before the next publish(), has brought them to the segments. An error is fatal to the
  // caller. On a full disk they stay in memory.
  void publish(std::shared_ptr<const EventBlock> block);
  Status write(const EventBlock& events);
  // Tries what a full disk did not take once more. Thread: as publish.
  Status write_rest();
  std::uint64_t unwritten_bytes() const { return log_.unwritten_bytes(); }

  std::uint32_t partition() const { return partition_; }
  std::uint64_t epoch() const { return epoch_; }
  std::uint64_t last_sequence() const { return last_.load(std::memory_order_acquire); }
  std::uint64_t first_sequence() const { return first_.load(std::memory_order_acquire); }

  std::shared_ptr<Reader> enter(std::uint64_t next) const;
  // Of recent events in memory; of readers that it knows, some of which may have left.
  std::size_t recent_bytes() const;
  std::size_t known_readers() const;

  // From `sequence` on, about max_bytes of records; at least one event unless sequence >
  // last_sequence().
  Result<EventSlice> read(std::uint64_t sequence, std::size_t max_bytes) const;

 private:
  std::shared_ptr<const EventBlock> recent_block(std::uint64_t sequence) const;
  Status write_records(std::span<const EventBytes> records);
  void forget_old();
  bool read_by_all(const EventBlock& block);

  EventLog& log_;
  const std::uint32_t partition_;
  const std::uint64_t epoch_;
  const std::size_t recent_bytes_max_;
  std::atomic<std::uint64_t> last_;
  std::atomic<std::uint64_t> first_;
  mutable std::mutex mutex_;
  std::deque<std::shared_ptr<const EventBlock>> recent_;
  std::size_t recent_bytes_ = 0;
  mutable std::vector<std::weak_ptr<const Reader>> readers_;
  mutable std::size_t sweep_at_ = 16;    // so many readers: those that left are dropped
  mutable std::uint64_t wanted_ = 0;     // no reader wants an event before this one
  std::weak_ptr<const Reader> slowest_;  // when all of them were asked last
  std::vector<std::shared_ptr<const EventBlock>> forgotten_;  // kept for its room
  std::vector<EventBytes> records_;                           // of one write; kept for its room
};

}  // namespace vencer
