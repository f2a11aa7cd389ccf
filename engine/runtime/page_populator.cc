#include "engine/runtime/page_populator.h"

#include <new>
#include <system_error>
#include <utility>

namespace vencer {

PagePopulator::PagePopulator(std::shared_ptr<HugePages> pages) : pages_(std::move(pages)) {
  pages_->wake(&wakeup_);
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error&) {
    pages_->wake(nullptr);  // whoever takes a page makes it ready then
  }
}

PagePopulator::~PagePopulator() {
  if (!thread_.joinable()) return;
  pages_->wake(nullptr);
  ended_.store(true);
  wakeup_.notify();
  thread_.join();
}

void PagePopulator::run() {
  try {
    while (!ended_.load()) {
      if (!pages_->populate()) wakeup_.wait_until(kNoWakeTime);
    }
  } catch (const std::bad_alloc&) {
    // What is lacking is lacking where it is taken, too, if it comes to that: the start says so.
  }
}

}  // namespace vencer
