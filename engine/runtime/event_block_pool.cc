#include "engine/runtime/event_block_pool.h"

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

namespace vencer {
namespace {

constexpr std::size_t kSparesMax = 8;
constexpr std::size_t kSpareBytesMax = std::size_t{8} << 20;
// What a small group may hold, and how many times what is wanted a large one.
constexpr std::size_t kSmallBytes = 4096;
constexpr std::size_t kTimesMax = 4;

bool fits(const EventBlock& block, std::size_t bytes) {
  const std::size_t room = block.bytes.capacity();
  return room >= bytes && room <= std::max(kSmallBytes, kTimesMax * bytes);
}

}  // namespace

struct EventBlockPool::Spares {
  std::mutex mutex;
  std::vector<std::unique_ptr<EventBlock>> blocks;  // the last one is the warmest
  std::size_t bytes = 0;

  std::unique_ptr<EventBlock> take(std::size_t index) {
    auto block = std::move(blocks[index]);
    blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(index));
    bytes -= block->memory_bytes();
    return block;
  }

  std::unique_ptr<EventBlock> find(std::size_t wanted) {
    std::lock_guard lock(mutex);
    for (std::size_t i = blocks.size(); i-- > 0;) {
      if (fits(*blocks[i], wanted)) return take(i);
    }
    return nullptr;
  }

  void give_back(std::unique_ptr<EventBlock> block) {
    block->clear();
    std::vector<std::unique_ptr<EventBlock>> gone;
    {
      std::lock_guard lock(mutex);
      bytes += block->memory_bytes();
      blocks.push_back(std::move(block));
      // The oldest: groups have another size by now.
      while (blocks.size() > kSparesMax || bytes > kSpareBytesMax) gone.push_back(take(0));
    }
  }
};

EventBlockPool::EventBlockPool() : spares_(std::make_shared<Spares>()) {
  spares_->blocks.reserve(kSparesMax + 1);
}

std::shared_ptr<EventBlock> EventBlockPool::take(std::size_t bytes, std::size_t events) {
  std::unique_ptr<EventBlock> block = spares_->find(bytes);
  if (block == nullptr) {
    block = std::make_unique<EventBlock>();
    block->bytes.reserve(bytes);
    block->ends.reserve(events);
  }
  return {block.release(), [spares = spares_](EventBlock* back) {
            spares->give_back(std::unique_ptr<EventBlock>(back));
          }};
}

std::size_t EventBlockPool::spare_blocks() const {
  std::lock_guard lock(spares_->mutex);
  return spares_->blocks.size();
}

}  // namespace vencer
