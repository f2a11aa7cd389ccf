// ReadProgress: how much of the files that a start has to read it has read.
// Thread: written by the one that reads, shown by any.
#pragma once

#include <atomic>
#include <cstdint>

namespace vencer {

struct ReadProgress {
  std::atomic<std::uint64_t> bytes{0};  // read so far
  std::atomic<std::uint64_t> there{0};  // in all; an estimate until the reading has begun

  void read_to(std::uint64_t at) { bytes.store(at, std::memory_order_relaxed); }
  void expect(std::uint64_t in_all) { there.store(in_all, std::memory_order_relaxed); }
  void finish() { read_to(there.load(std::memory_order_relaxed)); }
};

}  // namespace vencer
