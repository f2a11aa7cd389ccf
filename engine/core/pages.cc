#include "engine/core/pages.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

namespace vencer {
namespace {
constexpr std::size_t kAlignment = 64;
}

void HeapPages::Free::operator()(void* block) const {
  std::free(block);
}

// calloc, not new: the heap knows what is zero already, so that a page is not touched before use.
std::byte* HeapPages::take() {
  void* block = std::calloc(1, kPageBytes + kAlignment);
  if (block == nullptr) throw std::bad_alloc();
  blocks_.emplace_back(block);
  const auto at = reinterpret_cast<std::uintptr_t>(block);
  return static_cast<std::byte*>(block) + (kAlignment - at % kAlignment) % kAlignment;
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
