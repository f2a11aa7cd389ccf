// Wakeup: how one thread tells another that there is something to do.
//
// A notification is never lost: one that comes while the other thread is busy makes its next wait
// return at once. Many notifications may collapse into one. Cost: notify() is one atomic exchange
// while the other thread is known to be awake. Thread: notify() from any; wait_until() from the
// owner.
#pragma once

#include <atomic>
#include <chrono>

namespace vencer {

using SteadyTime = std::chrono::steady_clock::time_point;
// "Not before somebody notifies."
inline constexpr SteadyTime kNoWakeTime = SteadyTime::max();

class Wakeup {
 public:
  virtual ~Wakeup() = default;
  virtual void notify() = 0;
  // An eventfd that the kernel may signal to the same end; -1: this thread has none.
  virtual int event() const { return -1; }
};

// For a thread that waits for nothing else.
class ThreadWakeup final : public Wakeup {
 public:
  ThreadWakeup();
  ~ThreadWakeup() override;
  ThreadWakeup(const ThreadWakeup&) = delete;
  ThreadWakeup& operator=(const ThreadWakeup&) = delete;

  void notify() override;
  int event() const override { return event_; }

  // Returns when notified since the last return, or at `until`.
  void wait_until(SteadyTime until);

 private:
  const int event_;  // an eventfd
  std::atomic<bool> signalled_{false};
  std::atomic<bool> waiting_{false};  // only then is the eventfd worth a system call
};

}  // namespace vencer
