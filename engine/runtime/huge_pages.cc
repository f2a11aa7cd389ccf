#include "engine/runtime/huge_pages.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <new>
#include <string>

#include "engine/core/ticket_table.h"
#include "engine/runtime/logging.h"

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

// As the machine says it; 0: it does not.
std::uint64_t available_bytes() {
  std::ifstream file("/proc/meminfo");
  std::string name;
  for (std::uint64_t kib = 0; file >> name >> kib; file.ignore(64, '\n')) {
    if (name == "MemAvailable:") return kib << 10;
  }
  return 0;
}

bool is_limited(decltype(RLIMIT_AS) resource) {
  rlimit limit{};
  return ::getrlimit(resource, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
}

// By a limit of the process, or because the kernel promises memory for each (mode 2 knows no
// MAP_NORESERVE).
bool addresses_are_limited() {
  int mode = 0;
  std::ifstream("/proc/sys/vm/overcommit_memory") >> mode;
  return mode == 2 || is_limited(RLIMIT_AS) || is_limited(RLIMIT_DATA);
}

}  // namespace

HugePages::~HugePages() {
  for (const Region& region : regions_) ::munmap(region.begin, region.bytes);
}

std::size_t HugePages::wanted() const {
  // Before what was expected is there, no more than it leaves; beyond it, by how much came beyond.
  const std::uint64_t ahead =
      taken() < expected_ ? std::min(taken() / 4, expected_ - taken()) : (taken() - expected_) / 4;
  return std::clamp<std::size_t>(ahead, kReadyLeast, kReadyMax);
}

bool HugePages::add_region(std::size_t pages) {
  const std::size_t bytes = (pages + 1) * kPageBytes;
  void* begin = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (begin == MAP_FAILED) return false;
  // A kernel without huge pages says no: small ones serve.
  (void)::madvise(begin, bytes, MADV_HUGEPAGE);
  regions_.push_back({begin, bytes});
  next_ = align(static_cast<std::byte*>(begin));
  left_ = pages;
  return true;
}

std::byte* HugePages::next_address() {
  if (left_ == 0 && !add_region(kRegionPages)) throw std::bad_alloc();
  std::byte* page = next_;
  --left_;
  next_ += kPageBytes;
  return page;
}

void HugePages::expect(std::uint64_t bytes) {
  const std::uint64_t pages = (bytes + kPageBytes - 1) / kPageBytes;
  std::lock_guard lock(mutex_);
  expected_ = pages;
  // Where they are counted, those that nobody uses would be missing elsewhere.
  if (addresses_are_limited()) return;
  if (pages > taken() + ready_.size()) (void)add_region(pages - taken() - ready_.size());
}

std::byte* HugePages::take() {
  std::byte* page = nullptr;
  bool low = false;
  bool ready = false;
  {
    std::lock_guard lock(mutex_);
    if (!ready_.empty()) {
      page = ready_.back();
      ready_.pop_back();
    }
    low = ready_.size() < wanted();
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
    if (ready_.size() >= wanted()) return false;
    page = next_address();
  }
  touch(page);  // the shard may take others meanwhile
  std::lock_guard lock(mutex_);
  ready_.push_back(page);
  return true;
}

std::uint64_t HugePages::populate_all(std::uint64_t pages) {
  std::uint64_t made = 0;
  for (;; ++made) {
    std::byte* page = nullptr;
    {
      std::lock_guard lock(mutex_);
      if (ready_.size() + taken() >= pages) return made;
      ready_.reserve(pages);
      page = next_address();
    }
    touch(page);
    std::lock_guard lock(mutex_);
    ready_.push_back(page);
  }
}

Status take_memory(std::uint64_t tickets, HugePages& pages) {
  const std::uint64_t wanted = (expected_ticket_bytes(tickets) + kPageBytes - 1) / kPageBytes;
  const std::uint64_t lacking = wanted - std::min(wanted, pages.taken());
  const std::uint64_t available = available_bytes();
  if (available != 0 && lacking * kPageBytes > available) {
    return Error{Errc::internal,
                 fmt::format("memory = start: {} tickets want {} MiB more and {} MiB are "
                             "available; the capacity of a data directory stays as it is: give "
                             "the machine more memory, or start with memory = ahead",
                             tickets, lacking * kPageBytes >> 20, available >> 20)};
  }
  const auto began = std::chrono::steady_clock::now();
  const std::uint64_t made = pages.populate_all(wanted);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  log_line(LogLevel::info, "the memory of the capacity's tickets is there",
           {{"tickets", tickets},
            {"bytes", made * kPageBytes},
            {"seconds", fmt::format("{:.1f}", took.count())}});
  return ok_status();
}

}  // namespace vencer
