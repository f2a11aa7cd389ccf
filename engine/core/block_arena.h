// BlockArena: blocks of 8-byte cells for what a ticket holds beside its header.
//
// Sizes come from tenant documents, so few sizes are in use at once: one free list each. Blocks lie
// in pages that are never moved, so a pointer stays valid until its block is released.
//
// Cost: allocate and release O(1).  Thread: the shard's.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "engine/core/assert.h"
#include "engine/core/pages.h"

namespace vencer {

class BlockArena {
 public:
  using Block = std::uint32_t;  // 0: none
  static constexpr std::uint32_t kPageCells = kPageBytes / sizeof(std::uint64_t);

  explicit BlockArena(std::shared_ptr<PageSource> pages) : source_(std::move(pages)) {}

  // Zeroed. cells >= 1.
  Block allocate(std::uint32_t cells) {
    VENCER_ASSERT(cells > 0 && cells < kPageCells);
    if (cells >= free_.size()) free_.resize(cells + 1, 0);
    Block block = free_[cells];
    if (block != 0) {
      std::memcpy(&free_[cells], data(block), sizeof(Block));
      std::memset(data(block), 0, cells * sizeof(std::uint64_t));
      return block;
    }
    if (pages_.empty() || used_ + cells > kPageCells) {
      pages_.push_back(reinterpret_cast<std::uint64_t*>(source_->take()));
      used_ = pages_.size() == 1 ? 1 : 0;  // block 0 stands for "none"
    }
    block = static_cast<Block>((pages_.size() - 1) * kPageCells + used_);
    used_ += cells;
    return block;
  }

  void release(Block block, std::uint32_t cells) {
    std::memcpy(data(block), &free_[cells], sizeof(Block));
    free_[cells] = block;
  }

  std::uint64_t* data(Block block) { return pages_[block / kPageCells] + block % kPageCells; }
  const std::uint64_t* data(Block block) const {
    return pages_[block / kPageCells] + block % kPageCells;
  }

 private:
  std::shared_ptr<PageSource> source_;
  std::vector<std::uint64_t*> pages_;
  std::vector<Block> free_;  // by size in cells
  std::uint32_t used_ = 0;   // cells of the last page
};

}  // namespace vencer
