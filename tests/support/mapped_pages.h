// MappedPages: pages for machines of tests that make many of them: of the kernel's small pages,
// each mapped when first touched, so that a machine that uses little of its tables costs little.
//
// The core's own, of the heap, do too, but sanitizers write a shadow of an eighth of every byte
// that the heap hands out or takes back: ten times what such a test then does with a page. What
// runs over a page's end or begin, or uses a machine after its end, meets memory that nobody may
// touch: told as a fault with its stack.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <memory>
#include <new>
#include <vector>

#include "engine/core/pages.h"

namespace vencer::test {

class MappedPages final : public PageSource {
 public:
  std::byte* take() override {
    if (left_ == 0) {
      void* block =
          mmap(nullptr, kBlockBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
      if (block == MAP_FAILED) throw std::bad_alloc();
      blocks_.emplace_back(static_cast<std::byte*>(block));
      left_ = kBlockPages;
    }
    std::byte* page =
        blocks_.back().get() + kGuardBytes + (kBlockPages - left_--) * (kPageBytes + kGuardBytes);
    if (mprotect(page, kPageBytes, PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
    return page;
  }

 private:
  // Around each page, as the sanitizer has around what is of the heap.
  static constexpr std::size_t kGuardBytes = 64 << 10;
  // Reserved by one call, as many as a small machine takes.
  static constexpr std::size_t kBlockPages = 16;
  static constexpr std::size_t kBlockBytes = kGuardBytes + kBlockPages * (kPageBytes + kGuardBytes);
  struct Unmap {
    void operator()(std::byte* block) const { munmap(block, kBlockBytes); }
  };
  std::vector<std::unique_ptr<std::byte, Unmap>> blocks_;
  std::size_t left_ = 0;  // pages of the last block
};

}  // namespace vencer::test
