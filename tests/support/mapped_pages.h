// MappedPages: pages for machines of tests that make many of them: of the kernel's small pages,
// each mapped when first touched, so that a machine that uses little of its tables costs little.
//
// The core's own, of the heap, do too, but sanitizers write a shadow of an eighth of every byte
// that the heap hands out or takes back: ten times what such a test then does with a page. What is
// lost is that a machine used after its end is told as a plain fault (SIGSEGV), not by the
// sanitizer.
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
      void* block = mmap(nullptr, kBlockBytes, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
      if (block == MAP_FAILED) throw std::bad_alloc();
      blocks_.emplace_back(static_cast<std::byte*>(block));
      left_ = kBlockPages;
    }
    return blocks_.back().get() + (kBlockPages - left_--) * kPageBytes;
  }

 private:
  // One call to the kernel for as many as a small machine takes.
  static constexpr std::size_t kBlockPages = 16, kBlockBytes = kBlockPages * kPageBytes;
  struct Unmap {
    void operator()(std::byte* block) const { munmap(block, kBlockBytes); }
  };
  std::vector<std::unique_ptr<std::byte, Unmap>> blocks_;
  std::size_t left_ = 0;  // pages of the last block
};

}  // namespace vencer::test
