// ReadyPages: huge pages that are made ready ahead of need by a thread, as a server's maintenance
// does, for benchmarks of what takes its memory from them.
//
// Lives: longer than what it serves.  Thread: take() from the one that measures.
#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "engine/runtime/huge_pages.h"

namespace vencer::bench {

class ReadyPages {
 public:
  ReadyPages() {
    pages_->wake(&wakeup_);
    thread_ = std::thread([this] {
      while (!ended_.load()) {
        if (!pages_->populate()) wakeup_.wait_until(kNoWakeTime);
      }
    });
  }
  ~ReadyPages() {
    ended_.store(true);
    wakeup_.notify();
    thread_.join();
  }
  ReadyPages(const ReadyPages&) = delete;
  ReadyPages& operator=(const ReadyPages&) = delete;

  const std::shared_ptr<HugePages>& source() const { return pages_; }

 private:
  const std::shared_ptr<HugePages> pages_ = std::make_shared<HugePages>();
  ThreadWakeup wakeup_;
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

}  // namespace vencer::bench
