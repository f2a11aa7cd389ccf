// BlockArena: blocks of 8-byte cells for what a ticket holds beside its header.
//
// Sizes come from tenant documents, so few sizes are in use at once: one free list each. Blocks lie
// in chunks that are never moved, so a pointer stays valid until its block is released.
//
// Cost: allocate and release O(1).  Thread: the shard's.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "engine/core/assert.h"

namespace vencer {

class BlockArena {
 public:
  using Block = std::uint32_t;                            // 0: none
  static constexpr std::uint32_t kChunkCells = 1u << 17;  // 1 MiB

  // Zeroed. cells >= 1.
  Block allocate(std::uint32_t cells) {
    VENCER_ASSERT(cells > 0 && cells < kChunkCells);
    if (cells >= free_.size()) free_.resize(cells + 1, 0);
    Block block = free_[cells];
    if (block != 0) {
      std::memcpy(&free_[cells], data(block), sizeof(Block));
    } else {
      if (chunks_.empty() || used_ + cells > kChunkCells) {
        chunks_.push_back(std::make_unique_for_overwrite<std::uint64_t[]>(kChunkCells));
        used_ = chunks_.size() == 1 ? 1 : 0;  // block 0 stands for "none"
      }
      block = static_cast<Block>((chunks_.size() - 1) * kChunkCells + used_);
      used_ += cells;
    }
    std::memset(data(block), 0, cells * sizeof(std::uint64_t));
    return block;
  }

  void release(Block block, std::uint32_t cells) {
    std::memcpy(data(block), &free_[cells], sizeof(Block));
    free_[cells] = block;
  }

  std::uint64_t* data(Block block) { return &chunks_[block / kChunkCells][block % kChunkCells]; }
  const std::uint64_t* data(Block block) const {
    return &chunks_[block / kChunkCells][block % kChunkCells];
  }

 private:
  std::vector<std::unique_ptr<std::uint64_t[]>> chunks_;
  std::vector<Block> free_;  // by size in cells
  std::uint32_t used_ = 0;   // cells of the last chunk
};

}  // namespace vencer
