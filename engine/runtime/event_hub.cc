#include "engine/runtime/event_hub.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace vencer {

EventHub::EventHub(EventLog& log, std::uint32_t partition, std::uint64_t epoch,
                   std::size_t recent_bytes_max)
    : log_(log),
      partition_(partition),
      epoch_(epoch),
      recent_bytes_max_(recent_bytes_max),
      last_(log.last_sequence()),
      first_(log.first_sequence()) {}

void EventHub::publish(std::shared_ptr<const EventBlock> block) {
  VENCER_ASSERT(block->first_sequence == last_sequence() + 1 && block->count() > 0);
  const std::uint64_t last = block->last_sequence();
  {
    std::lock_guard lock(mutex_);
    recent_bytes_ += block->memory_bytes();
    recent_.push_back(std::move(block));
  }
  last_.store(last, std::memory_order_release);
}

Status EventHub::write(const EventBlock& events) {
  records_.clear();
  for (std::size_t i = 0; i < events.count(); ++i) {
    records_.push_back({events.first_sequence + i, events.record(i)});
  }
  return write_records(records_);
}

Status EventHub::write_rest() {
  return write_records({});
}

Status EventHub::write_records(std::span<const EventBytes> records) {
  const Status written = log_.append(records);
  if (!written && written.error().code != Errc::disk_full) return written;
  first_.store(log_.first_sequence(), std::memory_order_release);
  forget_old();
  return ok_status();
}

// Only what the segments hold by now may leave memory.
void EventHub::forget_old() {
  const std::uint64_t written = log_.last_sequence();
  {
    std::lock_guard lock(mutex_);
    while (recent_.size() > 1 && recent_.front()->last_sequence() <= written) {
      const bool too_many = recent_bytes_ > recent_bytes_max_;
      if (!too_many && (recent_bytes_ <= kReadBytesKept || !read_by_all(*recent_.front()))) break;
      recent_bytes_ -= recent_.front()->memory_bytes();
      forgotten_.push_back(std::move(recent_.front()));
      recent_.pop_front();
    }
  }
  forgotten_.clear();  // nobody waits for the mutex meanwhile
}

// Under the mutex. Readers move on only, so they are asked again no sooner than it matters.
bool EventHub::read_by_all(const EventBlock& block) {
  if (block.last_sequence() < wanted_) return true;
  if (const auto slowest = slowest_.lock(); slowest != nullptr && slowest->wants(block)) {
    return false;
  }
  wanted_ = std::numeric_limits<std::uint64_t>::max();
  std::erase_if(readers_, [this](const std::weak_ptr<const Reader>& each) {
    const auto reader = each.lock();
    if (reader == nullptr) return true;
    const std::uint64_t next = reader->next_.load(std::memory_order_relaxed);
    if (next < wanted_) {
      wanted_ = next;
      slowest_ = each;
    }
    return false;
  });
  return block.last_sequence() < wanted_;
}

std::shared_ptr<EventHub::Reader> EventHub::enter(std::uint64_t next) const {
  auto reader = std::make_shared<Reader>(next);
  std::lock_guard lock(mutex_);
  // Who came and left while nothing happened.
  if (readers_.size() >= sweep_at_) {
    std::erase_if(readers_, [](const auto& each) { return each.expired(); });
    sweep_at_ = 2 * readers_.size() + 16;
  }
  readers_.push_back(reader);
  wanted_ = std::min(wanted_, next);
  return reader;
}

std::size_t EventHub::known_readers() const {
  std::lock_guard lock(mutex_);
  return readers_.size();
}

std::size_t EventHub::recent_bytes() const {
  std::lock_guard lock(mutex_);
  return recent_bytes_;
}

Result<EventSlice> EventHub::read(std::uint64_t sequence, std::size_t max_bytes) const {
  EventSlice slice;
  if (sequence > last_sequence()) return slice;
  if (sequence < first_sequence())
    return Error{Errc::events_gone, "events before the first kept one"};
  slice.block = recent_block(sequence);
  if (slice.block == nullptr) {
    auto batch = log_.read_from(sequence, max_bytes);
    if (!batch) return batch.error();
    slice.from_disk = std::move(*batch);
    slice.records = slice.from_disk.records;
    return slice;
  }
  std::size_t bytes = 0;
  for (auto i = static_cast<std::size_t>(sequence - slice.block->first_sequence);
       i < slice.block->count() && bytes < max_bytes; ++i) {
    slice.records.push_back(slice.block->record(i));
    bytes += slice.records.back().size();
  }
  return slice;
}

std::shared_ptr<const EventBlock> EventHub::recent_block(std::uint64_t sequence) const {
  std::lock_guard lock(mutex_);
  const auto after = std::upper_bound(
      recent_.begin(), recent_.end(), sequence,
      [](std::uint64_t wanted, const auto& block) { return wanted < block->first_sequence; });
  if (after == recent_.begin()) return nullptr;
  return *std::prev(after);
}

}  // namespace vencer
