// PagePopulator: a thread that makes huge pages ready for as long as it lives, where no maintenance
// role does yet: at a start, which takes them as fast as it can read, two fifths of its time went
// into their zeros.
//
// Lives: until its pages are somebody else's to populate; the end waits for a page in the making.
// Thread: made and ended on the one that takes.  Errors: without memory it ends by itself, and
// take() is what throws; where no thread can be made it does nothing.
#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "engine/runtime/huge_pages.h"

namespace vencer {

class PagePopulator {
 public:
  explicit PagePopulator(std::shared_ptr<HugePages> pages);
  ~PagePopulator();
  PagePopulator(const PagePopulator&) = delete;
  PagePopulator& operator=(const PagePopulator&) = delete;

 private:
  void run();

  const std::shared_ptr<HugePages> pages_;
  ThreadWakeup wakeup_;
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

}  // namespace vencer
