// Pages: where the big tables of a partition take their memory: 2 MiB at a time, zeroed, never
// given back before the end.
//
// The core asks, the runtime answers with huge pages that were populated ahead (engine/runtime/
// huge_pages.h): the first touch of a page costs 1-5 us, of a huge one 100 us, and none of it may
// fall on a command. Alone, as in tests, a machine takes them from the heap.
//
// Thread: the shard's.  Lifetime: a page lives as long as its source; the tables share it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace vencer {

inline constexpr std::size_t kPageBytes = std::size_t{2} << 20;

class PageSource {
 public:
  virtual ~PageSource() = default;
  // kPageBytes of zeros, aligned to a cache line at least. Never null: without memory the process
  // ends, as it does wherever the engine allocates.
  virtual std::byte* take() = 0;
  // So many bytes will be taken in all, at the latest when the tables are full: address space may
  // be reserved for them. No promise: more may be taken, or less.
  virtual void expect(std::uint64_t /*bytes*/) {}
};

class HeapPages final : public PageSource {
 public:
  std::byte* take() override;

 private:
  struct Free {
    void operator()(void* block) const;
  };
  std::vector<std::unique_ptr<void, Free>> blocks_;
};

// Pieces of one size, cut from pages. The last one given back is the next one taken, not zeroed.
class PagePieces {
 public:
  // bytes >= 8; so many fit in a page as do.
  PagePieces(std::shared_ptr<PageSource> pages, std::size_t bytes)
      : pages_(std::move(pages)), bytes_(bytes) {}
  PagePieces(const PagePieces&) = delete;  // two would cut one page
  PagePieces& operator=(const PagePieces&) = delete;
  std::byte* take();
  void give_back(std::byte* piece);

 private:
  std::shared_ptr<PageSource> pages_;
  std::size_t bytes_;
  std::byte* page_ = nullptr;
  std::size_t used_ = kPageBytes;  // of the last page
  std::byte* free_ = nullptr;      // each names the next in its first 8 bytes
};

}  // namespace vencer
