// ShardProxy: the only doorway into the shard's thread.
//
// A moodycamel queue of whole request batches, a producer token for each IO worker. FIFO per
// producer; between producers the order is the shard's dequeuing. Bounded in bytes and frames:
// beyond them try_submit refuses at once and the caller answers `overloaded`.
//
// Cost: about 10 ns of bookkeeping and 40 ns of queue a batch.
// Thread: a Producer belongs to one IO worker; next() is the shard's.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "engine/runtime/request.h"
#include "engine/runtime/wakeup.h"

namespace vencer {

struct QueueBounds {
  std::size_t bytes_max = 256u << 20;
  std::size_t frames_max = 1u << 20;
};

class ShardProxy {
 public:
  class Producer;  // one IO worker's end

  explicit ShardProxy(QueueBounds bounds);
  ~ShardProxy();
  ShardProxy(const ShardProxy&) = delete;
  ShardProxy& operator=(const ShardProxy&) = delete;

  void wake(Wakeup* wakeup) { wakeup_ = wakeup; }  // before threads start
  std::unique_ptr<Producer, void (*)(Producer*)> make_producer();

  // False: overloaded, the batch stays with the caller.
  bool try_submit(Producer& producer, RequestBatchPtr& batch);

  // Shard: the next batch, or an empty pointer.
  RequestBatchPtr next();
  bool empty() const { return frames_.load(std::memory_order_acquire) == 0; }

  // What a hello or subscribe may be told without asking the shard: ids are 1 .. tenant_count(), of
  // which `living` are of tenants that were not deleted.
  void publish_tenants(std::uint32_t count, std::uint32_t living) {
    tenants_.store(count, std::memory_order_release);
    living_tenants_.store(living, std::memory_order_release);
  }
  std::uint32_t tenant_count() const { return tenants_.load(std::memory_order_acquire); }
  std::uint32_t living_tenants() const { return living_tenants_.load(std::memory_order_acquire); }

 private:
  struct Queue;
  const QueueBounds bounds_;
  Wakeup* wakeup_ = nullptr;
  std::unique_ptr<Queue> queue_;
  std::atomic<std::size_t> bytes_{0};
  std::atomic<std::size_t> frames_{0};
  std::atomic<std::uint32_t> tenants_{0};
  std::atomic<std::uint32_t> living_tenants_{0};
};

}  // namespace vencer
