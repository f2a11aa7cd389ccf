// BoundedQueue: a short line of large things between two threads, one at each end.
//
// push() waits while it is full, pop() while it is empty. close() is the producer's end: pop()
// gives what is left, then nothing. stop() is the consumer's: push() gives false from then on.
// Cost: a mutex for each thing; meant for batches.  Thread: one pushes, one pops.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace vencer {

template <typename T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t most) : most_(most) {}

  bool push(T thing) {
    std::unique_lock hold(mutex_);
    changed_.wait(hold, [this] { return stopped_ || things_.size() < most_; });
    if (stopped_) return false;
    things_.push_back(std::move(thing));
    changed_.notify_all();
    return true;
  }
  std::optional<T> pop() {
    std::unique_lock hold(mutex_);
    changed_.wait(hold, [this] { return closed_ || !things_.empty(); });
    if (things_.empty()) return std::nullopt;
    std::optional<T> thing(std::move(things_.front()));
    things_.pop_front();
    changed_.notify_all();
    return thing;
  }
  void close() {
    const std::lock_guard hold(mutex_);
    closed_ = true;
    changed_.notify_all();
  }
  void stop() {
    const std::lock_guard hold(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }

 private:
  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<T> things_;
  bool closed_ = false;
  bool stopped_ = false;
};

}  // namespace vencer
