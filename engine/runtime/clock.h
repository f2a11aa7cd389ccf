// Clock: the seam through which the shard learns what time it is. The core never sees it.
//
//   SlewedClock   the server's: advances by a monotonic clock and is slewed to the wall clock, by
//   at most
//                 a tenth of the time that passed, in both directions; never goes back. A wall
//                 clock that differs by more than clock_step_max is not followed: the engine goes
//                 on by the monotonic clock alone and is suspect, until the wall clock is near
//                 again or an operator accepts it (semantics.md, section 1).
//   ManualClock   for tests: stands still until set.
//
// Each partition has its own, of the same sources: engine time is a partition's, and no two shards
// share one.  Thread: now(), when() and accept() from the shard's; wall() from any.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/core/limits.h"
#include "engine/core/types.h"
#include "engine/runtime/wakeup.h"

namespace vencer {

// How the wall clock was seen when the time was last asked for.
struct WallClockView {
  bool suspect = false;    // too far off, and not followed
  DurationMs lead_ms = 0;  // it is ahead of engine time by so much; negative: behind
};

class Clock {
 public:
  virtual ~Clock() = default;
  // Called once, before now(), with the time of the last logged step (limits::time_min_ms: none).
  virtual void start_after(TimeMs last_logged) = 0;
  virtual TimeMs now() = 0;  // never decreases
  // About when now() reaches the deadline: not later, perhaps earlier. kNoWakeTime: somebody
  // notifies.
  virtual SteadyTime when(TimeMs deadline) = 0;
  // What wake_at() is measured by. Any thread.
  virtual SteadyTime steady_now() { return std::chrono::steady_clock::now(); }
  virtual WallClockView wall() const = 0;
  // The operator has looked: the wall clock as it is now is right. If it is ahead, now() is the
  // wall clock's time from here on; if it is behind, it is waited for (a tenth slower), however
  // long that takes.
  virtual void accept() = 0;
  // One more of the same sources, not started, for another partition; this one must outlive it.
  virtual std::unique_ptr<Clock> another() = 0;
};

class SlewedClock : public Clock {
 public:
  struct Sources {
    std::function<std::int64_t()> monotonic_us;  // goes on while the machine sleeps
    std::function<std::int64_t()> wall_us;       // since the epoch
  };
  SlewedClock();  // the system's
  explicit SlewedClock(Sources sources);
  // Before start_after(): as accept(), of the wall clock as the start finds it.
  void accept_wall_clock() { accepted_ = true; }

  void start_after(TimeMs last_logged) override;
  TimeMs now() override;
  SteadyTime when(TimeMs deadline) override;
  WallClockView wall() const override {
    return {suspect_.load(std::memory_order_relaxed), lead_ms_.load(std::memory_order_relaxed)};
  }
  void accept() override;
  std::unique_ptr<Clock> another() override;

 private:
  bool followed(std::int64_t wall_lead_us);
  void show(bool suspect, std::int64_t wall_lead_us);

  Sources sources_;
  std::int64_t engine_us_ = 0;
  std::int64_t monotonic_us_ = 0;
  std::int64_t unslewed_us_ = 0;  // passed, and not yet used to come nearer to the wall clock
  bool running_fast_ = false;     // catching up with the wall clock
  bool accepted_ = false;
  std::int64_t accepted_lead_us_ = 0;  // negative: so far behind the wall clock was accepted
  std::atomic<bool> suspect_{false};
  std::atomic<DurationMs> lead_ms_{0};
};

class ManualClock final : public Clock {
 public:
  explicit ManualClock(TimeMs start) : now_(start) {}
  // Moves time forward and wakes the shard. Any thread.
  void set(TimeMs now);
  // Of every shard that goes by it.
  void wake(std::vector<Wakeup*> wakeups);

  void start_after(TimeMs last_logged) override {
    if (last_logged > now_.load()) now_.store(last_logged);
  }
  TimeMs now() override { return now_.load(std::memory_order_acquire); }
  SteadyTime when(TimeMs) override { return kNoWakeTime; }
  // By the wall clock as the test says it is.
  WallClockView wall() const override { return {lead_ms_.load() != 0, lead_ms_.load()}; }
  void set_wall_lead(DurationMs lead_ms) { lead_ms_.store(lead_ms); }
  void accept() override;
  std::unique_ptr<Clock> another() override;  // the same time

  // What is tried again after a while (roles that wait by steady time) has waited so much longer.
  void skip(std::chrono::milliseconds by) { skipped_ms_ += by.count(); }
  SteadyTime steady_now() override {
    return Clock::steady_now() + std::chrono::milliseconds{skipped_ms_.load()};
  }

 private:
  std::atomic<TimeMs> now_;
  std::atomic<DurationMs> lead_ms_{0};  // of a wall clock that is not followed
  std::atomic<std::int64_t> skipped_ms_{0};
  std::mutex mutex_;
  std::vector<Wakeup*> wakeups_;
};

}  // namespace vencer
