// SnapshotExchange: what the shard, which walks its state, and the snapshot keeper (maintenance
// thread), which writes it down, tell each other about the one snapshot that is being taken.
//
//   idle -> asked      by the keeper (time, size of the log) or the shard (a command)
//   asked -> walking   the shard stands between two groups and has begun
//   walking -> walked  the shard has handed over the last buffer
//   asked, walking -> cancelled   the keeper cannot go on; the shard lets go: -> dropped
//   walking -> dropped            the shard cannot go on
//   walked, dropped -> idle       the keeper, with a result for whoever asked
//
// Bounds: SnapshotBounds::waiting_bytes_max of buffers handed over and not yet written; beyond it
// has_room() says no, and the walk waits.
// Thread: each call names its own; progress from any.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/core/types.h"
#include "engine/runtime/commit_group.h"
#include "engine/runtime/snapshot_bounds.h"
#include "engine/runtime/wakeup.h"
#include "engine/wire/reply_codec.h"

namespace vencer {

class SnapshotExchange {
 public:
  using Buffer = std::vector<std::byte>;

  explicit SnapshotExchange(const SnapshotBounds& bounds) : bounds_(bounds) {}
  enum class Phase : std::uint8_t { idle, asked, walking, walked, cancelled, dropped };
  // Where the shard stood when it began.
  struct Begun {
    std::shared_ptr<LogMark> mark;
    std::uint64_t event_sequence = 0;
    TimeMs now = 0;
    std::uint64_t tickets = 0;
  };

  void wake(Wakeup* shard, Wakeup* keeper) {  // before threads start
    shard_wakeup_ = shard;
    keeper_wakeup_ = keeper;
  }
  // Any thread.
  const SnapshotBounds& bounds() const { return bounds_; }
  Phase phase() const { return phase_.load(std::memory_order_acquire); }
  std::uint32_t percent() const { return percent_.load(std::memory_order_relaxed); }
  bool try_ask();  // false: one is being taken already

  // Shard.
  void begin(Begun begun);
  bool has_room() const {
    return waiting_bytes_.load(std::memory_order_acquire) < bounds_.waiting_bytes_max;
  }
  Buffer empty_buffer();
  void hand_over(Buffer buffer);
  void show_percent(std::uint32_t percent) { percent_.store(percent, std::memory_order_relaxed); }
  void end_walk();                // the last buffer was handed over
  void drop(std::string reason);  // also: lets go of a cancelled one
  std::optional<Result<SnapshotTaken>> take_result();

  // Keeper.
  Begun begun() const;
  std::optional<Buffer> next_buffer();
  void give_back(Buffer buffer);  // written
  void cancel();
  std::string drop_reason() const;
  void finish(Result<SnapshotTaken> result);

 private:
  static constexpr std::size_t kSpareBuffers = 4;
  void go_to(Phase phase) { phase_.store(phase, std::memory_order_release); }
  static void notify(Wakeup* whom) {
    if (whom != nullptr) whom->notify();
  }

  const SnapshotBounds bounds_;
  std::atomic<Phase> phase_{Phase::idle};
  std::atomic<std::uint32_t> percent_{0};
  std::atomic<std::size_t> waiting_bytes_{0};
  std::atomic<bool> has_result_{false};
  Wakeup* shard_wakeup_ = nullptr;
  Wakeup* keeper_wakeup_ = nullptr;
  mutable std::mutex mutex_;  // guards what follows
  Begun begun_;
  std::deque<Buffer> full_;
  std::vector<Buffer> spare_;
  std::string drop_reason_;
  std::optional<Result<SnapshotTaken>> result_;
};

}  // namespace vencer
