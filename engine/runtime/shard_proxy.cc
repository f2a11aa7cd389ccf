#include "engine/runtime/shard_proxy.h"

#include <concurrentqueue/concurrentqueue.h>

#include <utility>

namespace vencer {

using BatchQueue = moodycamel::ConcurrentQueue<RequestBatchPtr>;

struct ShardProxy::Queue {
  BatchQueue batches;
  moodycamel::ConsumerToken consumer{batches};
};

class ShardProxy::Producer {
 public:
  explicit Producer(BatchQueue& queue) : token(queue) {}
  moodycamel::ProducerToken token;
};

ShardProxy::ShardProxy(QueueBounds bounds) : bounds_(bounds), queue_(std::make_unique<Queue>()) {}
ShardProxy::~ShardProxy() = default;

std::unique_ptr<ShardProxy::Producer, void (*)(ShardProxy::Producer*)> ShardProxy::make_producer() {
  return {new Producer(queue_->batches), [](Producer* producer) { delete producer; }};
}

bool ShardProxy::try_submit(Producer& producer, RequestBatchPtr& batch) {
  const std::size_t frames = batch->frames.size();
  const std::size_t bytes = batch->bytes;
  const std::size_t bytes_before = bytes_.fetch_add(bytes, std::memory_order_acq_rel);
  const std::size_t frames_before = frames_.fetch_add(frames, std::memory_order_acq_rel);
  // One batch is let in whatever its size: else a bound below the largest frame would never let it
  // in.
  const bool full = bytes_before > 0 && (bytes_before + bytes > bounds_.bytes_max ||
                                         frames_before + frames > bounds_.frames_max);
  if (full || !queue_->batches.enqueue(producer.token, std::move(batch))) {
    bytes_.fetch_sub(bytes, std::memory_order_acq_rel);
    frames_.fetch_sub(frames, std::memory_order_acq_rel);
    return false;
  }
  if (wakeup_ != nullptr) wakeup_->notify();
  return true;
}

RequestBatchPtr ShardProxy::next() {
  RequestBatchPtr batch;
  if (!queue_->batches.try_dequeue(queue_->consumer, batch)) return nullptr;
  bytes_.fetch_sub(batch->bytes, std::memory_order_acq_rel);
  frames_.fetch_sub(batch->frames.size(), std::memory_order_acq_rel);
  return batch;
}

}  // namespace vencer
