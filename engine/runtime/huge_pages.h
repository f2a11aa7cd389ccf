// HugePages: the memory of a partition's tables: huge pages, made ready by another thread before
// the shard needs them.
//
// The first touch of a huge page costs the kernel about 100 us (zeros), of 512 small ones
// five times that; a command that met it would wait for it. So the maintenance role keeps some
// pages populated (MADV_POPULATE_WRITE) ahead of what was taken: a quarter as many, 2 to 16, and
// towards the end of what is expected no more than that leaves; beyond it, a quarter of what came
// beyond. What finds none ready populates its own, as a replay does. Or all that will be wanted are
// made ready at the start (memory = start): zeros cost a new virtual machine ten times as much
// where its host looks for the memory only then. Where the kernel gives no huge pages, small ones
// serve.
//
// Addresses for what the tables expect are reserved in one piece, unbacked; where they are counted
// (ulimit -v or -d, vm.overcommit_memory = 2), and for what comes beyond, in regions of 64 MiB as
// needed.
//
// Lives: as long as the machine it serves.  Thread: take() from the shard's, populate() from one
// other.  Errors: without memory take() throws std::bad_alloc, as new does: a start is refused, and
// the process ends.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "engine/core/pages.h"
#include "engine/core/result.h"
#include "engine/runtime/wakeup.h"

namespace vencer {

class HugePages final : public PageSource {
 public:
  HugePages() { ready_.reserve(kReadyMax); }
  ~HugePages() override;
  HugePages(const HugePages&) = delete;
  HugePages& operator=(const HugePages&) = delete;

  std::byte* take() override;
  void expect(std::uint64_t bytes) override;
  // Makes one more page ready; false: as many are as there should be.
  bool populate();
  // So many ready, or taken. Before the shard runs. Returns how many it has made ready.
  std::uint64_t populate_all(std::uint64_t pages);
  // To be told when there is something to populate. Before the shard runs.
  void wake(Wakeup* populating_thread) { populating_thread_ = populating_thread; }

  std::uint64_t taken() const { return taken_.load(std::memory_order_relaxed); }
  // Of them: not ready when they were needed.
  std::uint64_t taken_unready() const { return taken_unready_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::size_t kReadyMax = 16;
  static constexpr std::size_t kReadyLeast = 2;
  static constexpr std::size_t kRegionPages = 32;

  struct Region {
    void* begin;
    std::size_t bytes;
  };

  std::size_t wanted() const;
  // Under the mutex: the addresses of one more page; a region that the next ones come from, false
  // if the kernel says no.
  std::byte* next_address();
  bool add_region(std::size_t pages);

  std::mutex mutex_;
  std::vector<std::byte*> ready_;
  std::uint64_t expected_ = 0;   // pages, in all
  std::vector<Region> regions_;  // of a page more than is used of each, to have room to align
  std::byte* next_ = nullptr;    // aligned, in the last region
  std::size_t left_ = 0;         // pages from there on
  std::atomic<std::uint64_t> taken_{0};
  std::atomic<std::uint64_t> taken_unready_{0};
  Wakeup* populating_thread_ = nullptr;
};

// What so many tickets will want, made ready; an error if the machine has not that much.
Status take_memory(std::uint64_t tickets, HugePages& pages);

}  // namespace vencer
