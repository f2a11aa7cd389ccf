// World: simulated time and what happens in it, in order. Nothing waits: time jumps to the next
// thing that happens.
//
// Things of one instant happen in the order in which they were asked for, so one seed gives one
// history.  Cost: O(log pending) each.  Units: microseconds since the world began.  Thread: one.
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

namespace vencer::sim {

using WorldTime = std::int64_t;  // us

inline constexpr WorldTime kMillisecond = 1000;
inline constexpr WorldTime kSecond = 1000 * kMillisecond;
inline constexpr WorldTime kMinute = 60 * kSecond;
inline constexpr WorldTime kHour = 60 * kMinute;

class World {
 public:
  WorldTime now() const { return now_; }

  void at(WorldTime when, std::function<void()> what) {
    pending_.push({when > now_ ? when : now_, ++asked_, std::move(what)});
  }
  void after(WorldTime delay, std::function<void()> what) { at(now_ + delay, std::move(what)); }

  // The next thing that happens until then; false: nothing does, and it is `until`.
  bool run_one(WorldTime until) {
    if (pending_.empty() || pending_.top().when > until) {
      now_ = until > now_ ? until : now_;
      return false;
    }
    // The heap gives only a const view of what is about to leave it.
    std::function<void()> what = std::move(const_cast<Thing&>(pending_.top()).what);
    now_ = pending_.top().when;
    pending_.pop();
    ++happened_;
    what();
    return true;
  }
  std::uint64_t happened() const { return happened_; }

 private:
  struct Thing {
    WorldTime when;
    std::uint64_t order;
    std::function<void()> what;
    bool operator<(const Thing& other) const {  // the heap's top is the greatest
      return when != other.when ? when > other.when : order > other.order;
    }
  };
  WorldTime now_ = 0;
  std::uint64_t asked_ = 0;
  std::uint64_t happened_ = 0;
  std::priority_queue<Thing> pending_;
};

}  // namespace vencer::sim
