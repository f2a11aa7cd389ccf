// Wakeup: how one thread tells another that there is something to do.
//
// A notification is never lost: one that comes while the other thread is busy makes its next wait
// return at once. Many notifications may collapse into one. Cost: notify() is one atomic exchange
// while the other thread is known to be awake. Thread: notify() from any; wait_until() from the
// owner.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace vencer {

using SteadyTime = std::chrono::steady_clock::time_point;
// "Not before somebody notifies."
inline constexpr SteadyTime kNoWakeTime = SteadyTime::max();

class Wakeup {
 public:
  virtual ~Wakeup() = default;
  virtual void notify() = 0;
};

// For a thread that waits for nothing else.
class ThreadWakeup final : public Wakeup {
 public:
  void notify() override {
    if (signalled_.exchange(true, std::memory_order_acq_rel)) return;
    std::lock_guard lock(mutex_);
    condition_.notify_one();
  }

  // Returns when notified since the last return, or at `until`.
  void wait_until(SteadyTime until) {
    std::unique_lock lock(mutex_);
    const auto signalled = [this] { return signalled_.load(std::memory_order_acquire); };
    if (until == kNoWakeTime) {
      condition_.wait(lock, signalled);
    } else {
      condition_.wait_until(lock, until, signalled);
    }
    signalled_.store(false, std::memory_order_release);
  }

 private:
  std::atomic<bool> signalled_{false};
  std::mutex mutex_;
  std::condition_variable condition_;
};

}  // namespace vencer
