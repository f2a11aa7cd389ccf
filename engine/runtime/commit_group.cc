#include "engine/runtime/commit_group.h"

#include <utility>

namespace vencer {

GroupExchange::GroupExchange() {
  full_.reserve(kGroupsMax);
  free_.reserve(kGroupsMax);
  free_.push_back(std::make_unique<CommitGroup>());
  free_.push_back(std::make_unique<CommitGroup>());
  let_fly(1);
}

void GroupExchange::let_fly(std::size_t in_flight) {
  for (; in_flight_ < in_flight; ++in_flight_) free_.push_back(std::make_unique<CommitGroup>());
}

std::unique_ptr<CommitGroup> GroupExchange::take_free() {
  std::lock_guard lock(mutex_);
  if (free_.empty()) return nullptr;
  auto group = std::move(free_.back());
  free_.pop_back();
  return group;
}

void GroupExchange::close(std::unique_ptr<CommitGroup> group) {
  closed_count_.fetch_add(1, std::memory_order_acq_rel);
  {
    std::lock_guard lock(mutex_);
    full_.push_back(std::move(group));
  }
  if (commit_wakeup_ != nullptr) commit_wakeup_->notify();
}

std::unique_ptr<CommitGroup> GroupExchange::take_closed() {
  if (closed_count_.load(std::memory_order_acquire) == 0) return nullptr;
  std::lock_guard lock(mutex_);
  if (full_.empty()) return nullptr;
  auto group = std::move(full_.front());
  full_.erase(full_.begin());
  return group;
}

void GroupExchange::give_back(std::unique_ptr<CommitGroup> group) {
  group->clear();
  {
    std::lock_guard lock(mutex_);
    free_.push_back(std::move(group));
  }
  closed_count_.fetch_sub(1, std::memory_order_seq_cst);
  if (notice_wanted_.exchange(false, std::memory_order_seq_cst) && shard_wakeup_ != nullptr) {
    shard_wakeup_->notify();
  }
}

}  // namespace vencer
