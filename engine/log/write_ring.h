// WriteRing: writes of one file that go on beside each other and beside their thread: just enough
// of io_uring, by raw system calls (a kernel or a sandbox may refuse it: then there is no ring).
//
// A write of an O_DIRECT|O_DSYNC file is on the disk when it is taken. Writes finish in any order.
// Nothing is allocated after make().
// Thread: one at a time.  Lives: as long as its file; the end waits for what is under way.
#pragma once

#include <linux/io_uring.h>
#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace vencer {

class WriteRing {
 public:
  // `event`: an eventfd that is signalled whenever a write has finished; -1: none. Null: io_uring
  // is refused here.
  static std::unique_ptr<WriteRing> make(int event);
  ~WriteRing();
  WriteRing(const WriteRing&) = delete;
  WriteRing& operator=(const WriteRing&) = delete;

  // False: the kernel did not take it (errno), and nothing is under way for it.
  bool begin(int file, std::uint64_t token, std::uint64_t offset, std::span<const std::byte> bytes);
  unsigned under_way() const { return under_way_; }
  // Until one has finished.
  void wait();

  struct Finished {
    std::uint64_t token = 0;
    int result = 0;  // bytes, or -errno
  };
  // False: none has finished that was not taken before.
  bool take(Finished* finished);

 private:
  class Map {
   public:
    ~Map();
    bool map(int ring, std::size_t bytes, std::uint64_t what);
    char* at() const { return at_; }

   private:
    char* at_ = nullptr;
    std::size_t bytes_ = 0;
  };

  WriteRing() = default;
  bool set_up(int event);
  static std::atomic<unsigned>& word(const Map& map, unsigned offset) {
    return *reinterpret_cast<std::atomic<unsigned>*>(map.at() + offset);
  }

  io_uring_params params_{};
  int fd_ = -1;
  Map submissions_, completions_, entries_;
  unsigned under_way_ = 0;
};

}  // namespace vencer
