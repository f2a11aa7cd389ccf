#include "engine/log/event_tail.h"

#include <algorithm>
#include <cstring>

#include "engine/core/assert.h"

namespace vencer::events {
namespace {

std::size_t padded(std::size_t bytes) {
  return (bytes + 7) / 8 * 8;
}

}  // namespace

void EventTail::add_chunk(std::uint64_t first, std::size_t bytes) {
  auto chunk = std::make_shared<Chunk>();
  chunk->first = first;
  chunk->capacity = std::max(bytes, kChunkBytes);
  chunk->bytes = std::make_unique<std::byte[]>(chunk->capacity);  // zeros: padding gets out
  chunk->places.reset(new Place[kChunkEvents]);
  const std::lock_guard hold(mutex_);
  chunks_.push_back(std::move(chunk));
  if (chunks_.size() > kChunks) chunks_.pop_front();
}

void EventTail::publish() {
  if (chunks_.empty()) return;  // only this thread changes chunks_
  const std::lock_guard hold(mutex_);
  chunks_.back()->count = chunks_.back()->written;
}

void EventTail::append(std::span<const EventBytes> events) {
  for (const EventBytes& event : events) {
    const std::size_t room = padded(event.bytes.size());
    Chunk* chunk = chunks_.empty() ? nullptr : chunks_.back().get();
    if (chunk == nullptr || chunk->used + room > chunk->capacity ||
        chunk->written == kChunkEvents) {
      publish();
      add_chunk(event.sequence, room);
      chunk = chunks_.back().get();
    }
    VENCER_ASSERT(event.sequence == chunk->first + chunk->written);
    std::memcpy(chunk->bytes.get() + chunk->used, event.bytes.data(), event.bytes.size());
    chunk->places[chunk->written] = {static_cast<std::uint32_t>(chunk->used),
                                     static_cast<std::uint32_t>(event.bytes.size())};
    chunk->used += room;
    ++chunk->written;
  }
  publish();
}

bool EventTail::read(std::uint64_t sequence, std::size_t max_bytes, EventLog::Batch* batch) const {
  std::shared_ptr<Chunk> chunk;
  std::size_t count = 0;
  {
    const std::lock_guard hold(mutex_);
    for (const auto& candidate : chunks_) {
      if (sequence >= candidate->first && sequence < candidate->first + candidate->count) {
        chunk = candidate;
        count = candidate->count;
      }
    }
  }
  if (chunk == nullptr) return false;
  const std::size_t begin = sequence - chunk->first;
  const std::size_t base = chunk->places[begin].offset;
  std::size_t end = begin, bytes = 0;
  while (end < count && (end == begin || bytes + padded(chunk->places[end].length) <= max_bytes)) {
    bytes += padded(chunk->places[end].length);
    ++end;
  }
  // The padding behind the last event was never written: it is not copied.
  bytes = chunk->places[end - 1].offset + chunk->places[end - 1].length - base;
  batch->first_sequence = sequence;
  batch->bytes.assign(chunk->bytes.get() + base, chunk->bytes.get() + base + bytes);
  batch->records.reserve(end - begin);
  for (std::size_t i = begin; i < end; ++i) {
    const Place& place = chunk->places[i];
    batch->records.push_back(
        std::span<const std::byte>(batch->bytes).subspan(place.offset - base, place.length));
  }
  return true;
}

}  // namespace vencer::events
