#include "engine/core/pages.h"

#include <sys/mman.h>

#include <cstddef>
#include <cstring>
#include <new>

namespace vencer {
namespace {
constexpr std::size_t kBlockPages =
    16;  // one call to the kernel for as many as a small machine takes
constexpr std::size_t kBlockBytes = kBlockPages * kPageBytes;
}  // namespace

void MappedPages::Unmap::operator()(std::byte* block) const {
  munmap(block, kBlockBytes);
}

// Not calloc: sanitizers write a shadow of an eighth of every byte that the heap hands out or takes
// back, which took ten times as long as all that tests then do with a page.
std::byte* MappedPages::take() {
  if (left_ == 0) {
    void* block = mmap(nullptr, kBlockBytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (block == MAP_FAILED) throw std::bad_alloc();
    blocks_.emplace_back(static_cast<std::byte*>(block));
    left_ = kBlockPages;
  }
  return blocks_.back().get() + (kBlockPages - left_--) * kPageBytes;
}

std::byte* PagePieces::take() {
  if (free_ != nullptr) {
    std::byte* piece = free_;
    std::memcpy(&free_, piece, sizeof free_);
    return piece;
  }
  if (used_ + bytes_ > kPageBytes) {
    page_ = pages_->take();
    used_ = 0;
  }
  std::byte* piece = page_ + used_;
  used_ += bytes_;
  return piece;
}

void PagePieces::give_back(std::byte* piece) {
  std::memcpy(piece, &free_, sizeof free_);
  free_ = piece;
}

}  // namespace vencer
