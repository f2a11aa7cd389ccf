// TimerChunks: the memory of a TimingWheel's slots. A slot is a chain of chunks of 84 entries; only
// the newest chunk of a chain is partly filled, so appending is a write into a line that is hot and
// reading a slot is a stream.
//
// An entry is 12 bytes: the timer's id and its word. A word holds a deadline in the upper 48 bits
// and a generation in the lower 16; the wheel keeps the live word of each id (see timing_wheel.h).
//
// Chunks come from pages of 2 MiB and return to a free list, the last one freed first: once as
// many are there as were ever in use, nothing is allocated.
// Thread: one.  Lifetime: pointers into a chunk are valid as long as the pool.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "engine/core/pages.h"
#include "engine/core/types.h"

namespace vencer::detail {

// Deadline and generation in one word. 48 bits of milliseconds are 4,400 years either side of 1970.
using TimerWord = std::uint64_t;
inline constexpr int kGenerationBits = 16;
inline constexpr TimerWord kGenerationMask = (TimerWord{1} << kGenerationBits) - 1;
inline constexpr TimeMs kWordNever = (TimeMs{1} << (63 - kGenerationBits)) - 1;  // "not pending"

// Deadlines are kept by their difference from "not pending", so that fresh memory says that.
inline constexpr TimerWord kFlip = static_cast<TimerWord>(kWordNever) << kGenerationBits;

inline constexpr TimerWord make_word(TimeMs deadline, std::uint64_t generation) {
  return (static_cast<TimerWord>(deadline) << kGenerationBits ^ kFlip) |
         (generation & kGenerationMask);
}
inline constexpr TimeMs word_deadline(TimerWord word) {
  return static_cast<TimeMs>(word ^ kFlip) >> kGenerationBits;
}
static_assert(word_deadline(0) == kWordNever && word_deadline(make_word(-5, 7)) == -5);
inline constexpr std::uint64_t word_generation(TimerWord word) {
  return word & kGenerationMask;
}
inline constexpr bool same_generation(TimerWord a, TimerWord b) {
  return ((a ^ b) & kGenerationMask) == 0;
}

class TimerEntry {
 public:
  TimerEntry() = default;  // uninitialised: chunks are not touched before they are used
  TimerEntry(std::uint32_t id, TimerWord word) : id_(id) { std::memcpy(word_, &word, sizeof word); }
  std::uint32_t id() const { return id_; }
  TimerWord word() const {
    TimerWord word;
    std::memcpy(&word, word_, sizeof word);
    return word;
  }

 private:
  std::uint32_t id_;
  std::uint32_t word_[2];  // not a TimerWord, whose alignment would make the entry 16 bytes
};
static_assert(sizeof(TimerEntry) == 12);

class TimerChunks {
 public:
  static constexpr std::uint32_t kEntries = 84;
  static constexpr std::uint32_t kNone = 0xffffffff;
  struct Chunk {
    TimerEntry entries[kEntries];
    std::uint32_t next;  // older chunk of the chain, full; or of the free list
    std::uint32_t unused[3];
  };
  static_assert(sizeof(Chunk) == 1024);

  explicit TimerChunks(std::shared_ptr<PageSource> pages) : source_(std::move(pages)) {}

  Chunk& operator[](std::uint32_t index) {
    return pages_[index / kChunksPerPage][index % kChunksPerPage];
  }
  const Chunk& operator[](std::uint32_t index) const {
    return pages_[index / kChunksPerPage][index % kChunksPerPage];
  }

  std::uint32_t take() {
    const std::uint32_t index = free_;
    if (index == kNone) return take_fresh();
    free_ = (*this)[index].next;
    if (free_ != kNone) __builtin_prefetch(&(*this)[free_].next, 1);
    --free_count_;
    return index;
  }
  void give_back(std::uint32_t index) {
    (*this)[index].next = free_;
    free_ = index;
    ++free_count_;
  }

  std::size_t in_use() const { return fresh_ - free_count_; }
  // By 256 KiB: how many chunks were in use at once wavers a little.
  std::size_t bytes() const { return (fresh_ + 255) / 256 * 256 * sizeof(Chunk); }

 private:
  static constexpr std::uint32_t kChunksPerPage = kPageBytes / sizeof(Chunk);

  std::uint32_t take_fresh() {
    if (fresh_ == pages_.size() * kChunksPerPage) {
      pages_.push_back(reinterpret_cast<Chunk*>(source_->take()));
    }
    return fresh_++;
  }

  std::shared_ptr<PageSource> source_;
  std::vector<Chunk*> pages_;
  std::uint32_t fresh_ = 0;  // chunks ever handed out
  std::uint32_t free_ = kNone;
  std::uint32_t free_count_ = 0;
};

}  // namespace vencer::detail
