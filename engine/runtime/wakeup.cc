#include "engine/runtime/wakeup.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

#include "engine/core/assert.h"

namespace vencer {

ThreadWakeup::ThreadWakeup() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  VENCER_ASSERT(event_ >= 0);  // no descriptors left: nothing could be started
}

ThreadWakeup::~ThreadWakeup() {
  ::close(event_);
}

void ThreadWakeup::notify() {
  if (signalled_.exchange(true, std::memory_order_seq_cst)) return;
  if (!waiting_.load(std::memory_order_seq_cst)) return;
  const std::uint64_t one = 1;
  (void)!::write(event_, &one, sizeof one);
}

void ThreadWakeup::wait_until(SteadyTime until) {
  waiting_.store(true, std::memory_order_seq_cst);
  pollfd waits_for{event_, POLLIN, 0};
  while (!signalled_.load(std::memory_order_seq_cst)) {
    timespec left{};
    if (until != kNoWakeTime) {
      const auto rest = std::chrono::duration_cast<std::chrono::nanoseconds>(
          until - std::chrono::steady_clock::now());
      if (rest.count() <= 0) break;
      left = {static_cast<time_t>(rest.count() / 1'000'000'000),
              static_cast<long>(rest.count() % 1'000'000'000)};
    }
    if (::ppoll(&waits_for, 1, until == kNoWakeTime ? nullptr : &left, nullptr) > 0) break;
  }
  waiting_.store(false, std::memory_order_seq_cst);
  std::uint64_t count = 0;
  (void)!::read(event_, &count, sizeof count);
  (void)signalled_.exchange(false, std::memory_order_seq_cst);  // and see what was done before it
}

}  // namespace vencer
