#include "engine/runtime/tenant_job.h"

#include <utility>

namespace vencer {

bool JobQueue::insert(std::unique_ptr<TenantJob>& job, std::size_t jobs_max) {
  {
    std::lock_guard lock(mutex_);
    if (jobs_.size() >= jobs_max) return false;
    jobs_.push_back(std::move(job));
    size_.store(jobs_.size(), std::memory_order_release);
  }
  if (wakeup_ != nullptr) wakeup_->notify();
  return true;
}

std::unique_ptr<TenantJob> JobQueue::pop() {
  if (empty()) return nullptr;
  std::lock_guard lock(mutex_);
  if (jobs_.empty()) return nullptr;
  auto job = std::move(jobs_.front());
  jobs_.pop_front();
  size_.store(jobs_.size(), std::memory_order_release);
  return job;
}

bool JobQueue::empty() const {
  return size_.load(std::memory_order_acquire) == 0;
}

}  // namespace vencer
