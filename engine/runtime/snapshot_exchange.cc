#include "engine/runtime/snapshot_exchange.h"

#include <utility>

#include "engine/core/assert.h"

namespace vencer {

bool SnapshotExchange::try_ask() {
  Phase expected = Phase::idle;
  if (!phase_.compare_exchange_strong(expected, Phase::asked, std::memory_order_acq_rel)) {
    return false;
  }
  percent_.store(0, std::memory_order_relaxed);
  notify(shard_wakeup_);
  return true;
}

void SnapshotExchange::begin(Begun begun) {
  {
    const std::lock_guard hold(mutex_);
    begun_ = std::move(begun);
    full_.clear();
    drop_reason_.clear();
  }
  waiting_bytes_.store(0, std::memory_order_release);
  Phase expected = Phase::asked;  // the keeper may cancel at any time
  phase_.compare_exchange_strong(expected, Phase::walking, std::memory_order_acq_rel);
}

SnapshotExchange::Buffer SnapshotExchange::empty_buffer() {
  const std::lock_guard hold(mutex_);
  if (spare_.empty()) return {};
  Buffer buffer = std::move(spare_.back());
  spare_.pop_back();
  return buffer;
}

void SnapshotExchange::hand_over(Buffer buffer) {
  waiting_bytes_.fetch_add(buffer.size(), std::memory_order_acq_rel);
  {
    const std::lock_guard hold(mutex_);
    full_.push_back(std::move(buffer));
  }
  notify(keeper_wakeup_);
}

void SnapshotExchange::end_walk() {
  Phase expected = Phase::walking;
  phase_.compare_exchange_strong(expected, Phase::walked, std::memory_order_acq_rel);
  notify(keeper_wakeup_);
}

void SnapshotExchange::drop(std::string reason) {
  {
    const std::lock_guard hold(mutex_);
    drop_reason_ = std::move(reason);
  }
  go_to(Phase::dropped);
  notify(keeper_wakeup_);
}

std::optional<Result<SnapshotTaken>> SnapshotExchange::take_result() {
  if (!has_result_.load(std::memory_order_acquire)) return std::nullopt;
  const std::lock_guard hold(mutex_);
  has_result_.store(false, std::memory_order_release);
  return std::exchange(result_, std::nullopt);
}

SnapshotExchange::Begun SnapshotExchange::begun() const {
  const std::lock_guard hold(mutex_);
  return begun_;
}

std::optional<SnapshotExchange::Buffer> SnapshotExchange::next_buffer() {
  const std::lock_guard hold(mutex_);
  if (full_.empty()) return std::nullopt;
  Buffer buffer = std::move(full_.front());
  full_.pop_front();
  return buffer;
}

void SnapshotExchange::give_back(Buffer buffer) {
  const std::size_t bytes = buffer.size();
  {
    const std::lock_guard hold(mutex_);
    if (spare_.size() < kSpareBuffers) {
      buffer.clear();
      spare_.push_back(std::move(buffer));
    }
  }
  const bool was_full = !has_room();
  waiting_bytes_.fetch_sub(bytes, std::memory_order_acq_rel);
  if (was_full && has_room()) notify(shard_wakeup_);
}

void SnapshotExchange::cancel() {
  for (Phase from : {Phase::asked, Phase::walking}) {
    if (phase_.compare_exchange_strong(from, Phase::cancelled, std::memory_order_acq_rel)) break;
  }
  // Walked already: nobody has to let go.
  Phase walked = Phase::walked;
  phase_.compare_exchange_strong(walked, Phase::dropped, std::memory_order_acq_rel);
  notify(shard_wakeup_);
}

std::string SnapshotExchange::drop_reason() const {
  const std::lock_guard hold(mutex_);
  return drop_reason_;
}

void SnapshotExchange::finish(Result<SnapshotTaken> result) {
  VENCER_ASSERT(phase() == Phase::walked || phase() == Phase::dropped);
  {
    const std::lock_guard hold(mutex_);
    full_.clear();
    spare_.clear();  // not kept between snapshots
    begun_ = {};
    result_ = std::move(result);
    has_result_.store(true, std::memory_order_release);
  }
  go_to(Phase::idle);
  notify(shard_wakeup_);
}

}  // namespace vencer
