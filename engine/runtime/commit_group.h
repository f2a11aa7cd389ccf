// CommitGroup: the steps of one group and everything that may leave once they are durable.
// GroupExchange: how groups go from the shard to the commit role and come back empty.
//
// Thread: a group belongs to whoever holds it; the exchange may be called from both sides.
// Bounds: in_flight() + 2 groups exist; the shard waits (stops taking requests) while all are
// closed.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/core/limits.h"
#include "engine/core/types.h"
#include "engine/log/wal.h"
#include "engine/runtime/event_block.h"
#include "engine/runtime/request.h"
#include "engine/runtime/wakeup.h"

namespace vencer {

// Where the log stands behind everything that the shard had logged when it asked
// (GroupWriter::mark_here). The commit role answers once all of it is durable: a snapshot that
// begins there begins at `position`. Thread: position is valid where known() was seen true.
class LogMark {
 public:
  bool known() const { return known_.load(std::memory_order_acquire); }
  const WalPosition& position() const { return position_; }
  // Commit role.
  void answer(const WalPosition& position) {
    position_ = position;
    known_.store(true, std::memory_order_release);
  }

 private:
  WalPosition position_;
  std::atomic<bool> known_{false};
};

struct CommitGroup {
  std::uint64_t number = 0;  // in the log, once it is begun; 0: nothing of it goes there
  SteadyTime begun_at{};
  std::shared_ptr<LogMark> mark;  // of the place before the first step; absent: nobody asked
  Group log;
  std::vector<std::unique_ptr<ReplyBatch>> replies;  // by IO worker; absent or empty: none
  std::shared_ptr<EventBlock> events;                // absent: none
  std::uint64_t reply_bytes = 0;

  bool empty() const {
    return log.empty() && reply_bytes == 0 && events == nullptr && mark == nullptr;
  }
  void clear() {
    number = 0;
    mark.reset();
    log.clear();
    for (auto& batch : replies) {
      if (batch != nullptr) batch->clear();
    }
    events.reset();
    reply_bytes = 0;
  }
};

class GroupExchange {
 public:
  static constexpr std::size_t kGroupsMax = limits::groups_in_flight_max + 2;
  GroupExchange();
  // How many are on their way to the disk at once (1 at first). Before threads start, not lower.
  void let_fly(std::size_t in_flight);
  // A group is closed before it is large while fewer than so many are.
  std::size_t in_flight() const { return in_flight_; }

  // Shard.
  std::unique_ptr<CommitGroup> take_free();  // empty pointer: all are closed
  void close(std::unique_ptr<CommitGroup> group);
  std::size_t closed() const { return closed_count_.load(std::memory_order_seq_cst); }
  // Have the shard's thread woken when the next group comes back.
  void ask_for_notice() { notice_wanted_.store(true, std::memory_order_seq_cst); }
  void wake_shard() {
    if (shard_wakeup_ != nullptr) shard_wakeup_->notify();
  }
  void wake(Wakeup* shard, Wakeup* commit) {  // before threads start
    shard_wakeup_ = shard;
    commit_wakeup_ = commit;
  }

  // Commit. A group counts as closed until it is given back.
  std::unique_ptr<CommitGroup> take_closed();  // empty pointer: none
  void give_back(std::unique_ptr<CommitGroup> group);

 private:
  std::size_t in_flight_ = 0;
  std::mutex mutex_;
  std::vector<std::unique_ptr<CommitGroup>> free_;
  std::vector<std::unique_ptr<CommitGroup>> full_;  // oldest first
  std::atomic<std::size_t> closed_count_{0};
  std::atomic<bool> notice_wanted_{false};
  Wakeup* shard_wakeup_ = nullptr;
  Wakeup* commit_wakeup_ = nullptr;
};

}  // namespace vencer
