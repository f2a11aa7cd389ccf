#include "engine/runtime/huge_pages.h"

#include <sys/mman.h>

#include <algorithm>
#include <new>

namespace vencer {
namespace {

constexpr std::size_t kSmallPageBytes = 4096;

void touch(std::byte* page) {
#ifdef MADV_POPULATE_WRITE
  if (::madvise(page, kPageBytes, MADV_POPULATE_WRITE) == 0) return;
#endif
  // A kernel before 5.14.
  for (std::size_t at = 0; at < kPageBytes; at += kSmallPageBytes) {
    *static_cast<volatile std::byte*>(page + at) = std::byte{0};
  }
}

std::byte* align(std::byte* at) {
  const auto address = reinterpret_cast<std::uintptr_t>(at);
  return at + (kPageBytes - address % kPageBytes) % kPageBytes;
}

}  // namespace

HugePages::~HugePages() {
  for (std::byte* region : regions_) ::munmap(region, (kRegionPages + 1) * kPageBytes);
}

std::size_t HugePages::wanted() const {
  return std::clamp<std::size_t>(taken() / 4, kReadyLeast, kReadyMax);
}

std::byte* HugePages::next_address() {
  if (region_used_ == kRegionPages) {
    constexpr std::size_t bytes = (kRegionPages + 1) * kPageBytes;
    void* region = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (region == MAP_FAILED) throw std::bad_alloc();
    // A kernel without huge pages says no: small ones serve.
    (void)::madvise(region, bytes, MADV_HUGEPAGE);
    regions_.push_back(static_cast<std::byte*>(region));
    region_used_ = 0;
  }
  return align(regions_.back()) + region_used_++ * kPageBytes;
}

std::byte* HugePages::take() {
  std::byte* page = nullptr;
  bool low = false;
  bool ready = false;
  {
    std::lock_guard lock(mutex_);
    if (ready_count_ > 0) page = ready_[--ready_count_];
    low = ready_count_ < wanted();
    ready = page != nullptr;
    if (!ready) page = next_address();
  }
  if (!ready) {
    touch(page);
    taken_unready_.fetch_add(1, std::memory_order_relaxed);
  }
  taken_.fetch_add(1, std::memory_order_relaxed);
  if (low && populating_thread_ != nullptr) populating_thread_->notify();
  return page;
}

bool HugePages::populate() {
  std::byte* page = nullptr;
  {
    std::lock_guard lock(mutex_);
    if (ready_count_ >= wanted()) return false;
    page = next_address();
  }
  touch(page);  // the shard may take others meanwhile
  std::lock_guard lock(mutex_);
  ready_[ready_count_++] = page;
  return true;
}

}  // namespace vencer
