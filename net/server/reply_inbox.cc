#include "net/server/reply_inbox.h"

#include <utility>

#include "engine/runtime/commit_group.h"

namespace vencer {
namespace {

// Drained batches that are kept, and how large they may be.
constexpr std::size_t kSpareBatches = GroupExchange::kGroupsMax;
constexpr std::size_t kSpareBytesMax = 2 << 20;

}  // namespace

std::unique_ptr<ReplyBatch> ReplyInbox::deliver(std::unique_ptr<ReplyBatch> batch) {
  std::unique_ptr<ReplyBatch> spare;
  {
    std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(batch));
    if (!spare_.empty()) {
      spare = std::move(spare_.back());
      spare_.pop_back();
    }
  }
  owner_.replies_came();
  return spare;
}

void ReplyInbox::take(std::vector<std::unique_ptr<ReplyBatch>>& into) {
  std::lock_guard lock(mutex_);
  into.swap(waiting_);
}

void ReplyInbox::give_back(std::vector<std::unique_ptr<ReplyBatch>>& drained) {
  std::lock_guard lock(mutex_);
  for (auto& batch : drained) {
    if (spare_.size() == kSpareBatches || batch->bytes.capacity() > kSpareBytesMax) continue;
    batch->clear();
    spare_.push_back(std::move(batch));
  }
  drained.clear();
}

}  // namespace vencer
