// ReplayPipeline: the replay of a log on three threads: the caller's reads and checks it, one
// applies its steps, one compares the events that they make with the event segments.
//
//   ReplayPipeline replay(machine, events, progress, true);
//   Wal::open(..., [&](const StepRecord& step) { return replay.take(step); }, ...);
//   replay.finish();    // all is applied and compared, or the first error
//
// Order is that of the log throughout; what is given to one stage is not touched by another. An
// error of a later stage comes out of the next take(), at the latest out of finish(). Without
// threads take() does it all.
// Memory: kBatchesMax batches of about kBatchBytes before each stage. Where there is none, its
// threads end with no_memory_to_recover(); in the caller's std::bad_alloc is thrown. Where a thread
// cannot be made the constructor throws std::system_error.
// Lives: for one recovery.  Thread: the caller's; machine and events belong to it until finish().
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/core/state_machine.h"
#include "engine/log/event_log.h"
#include "engine/log/wal.h"
#include "engine/runtime/bounded_queue.h"
#include "engine/runtime/event_block.h"
#include "engine/runtime/recovery_progress.h"
#include "engine/runtime/replayer.h"

namespace vencer {

// What a start says, and what would help.
Error no_memory_to_recover();

class ReplayPipeline {
 public:
  ReplayPipeline(StateMachine& machine, EventLog& events, ReplayedLog log,
                 RecoveryProgress::Part& progress, bool threads);
  ~ReplayPipeline();
  ReplayPipeline(const ReplayPipeline&) = delete;
  ReplayPipeline& operator=(const ReplayPipeline&) = delete;

  Status take(const StepRecord& step);
  Status finish();  // once more: the same again

 private:
  static constexpr std::size_t kBatchBytes = 1 << 20;
  static constexpr std::size_t kBatchesMax = 4;

  // Steps with their payloads, 8-aligned, in memory of their own.
  struct Steps {
    std::vector<StepRecord> records;  // payload: set when the batch is whole
    std::vector<std::size_t> at;      // of each payload, in words
    std::vector<std::uint64_t> words;
  };
  struct Made {
    std::unique_ptr<EventBlock> block;
    std::uint64_t durable_through = 0;
  };
  class DirectEvents;
  class QueuedEvents;

  bool hand_over();
  void apply_all();
  void compare_all();
  template <typename Work>
  void guarded(const Work& work);
  void fail(Status&& status);  // the first one counts; none but that is moved from
  void leave();
  Status failure() const;

  StateMachine& machine_;
  EventLog& events_;
  const ReplayedLog log_;
  RecoveryProgress::Part& progress_;
  std::unique_ptr<DirectEvents> direct_;  // without threads
  std::unique_ptr<Replayer> replayer_;
  Steps filling_;
  BoundedQueue<Steps> steps_{kBatchesMax};
  BoundedQueue<Made> blocks_{kBatchesMax};
  std::atomic<bool> failed_{false};
  mutable std::mutex mutex_;  // guards failure_
  Status failure_ = ok_status();
  // Made when there is memory to make them.
  Status no_memory_ = no_memory_to_recover();
  Status left_ = Error{Errc::internal, "the replay was left"};
  std::thread apply_thread_, compare_thread_;
};

}  // namespace vencer
