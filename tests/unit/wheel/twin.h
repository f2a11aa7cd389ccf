// Twin: a TimingWheel and the plainest thing that does the same, a sorted set, side by side. Every
// call goes to both; what they answer is compared on the spot.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <set>
#include <utility>

#include "engine/core/timing_wheel.h"

namespace vencer {

class Twin {
 public:
  explicit Twin(TimeMs now) : wheel_(now), now_(now) {}

  void schedule(TimerId id, TimeMs deadline) {
    forget(id);
    if (deadline != kNever) {
      pending_.emplace(deadline, id);
      deadlines_[id] = deadline;
    }
    wheel_.schedule(id, deadline);
    check();
  }

  void cancel(TimerId id) {
    forget(id);
    wheel_.cancel(id);
    check();
  }

  // What both hand over at `now`; a difference fails the test and ends the run (nullopt).
  std::optional<Timer> pop(TimeMs now) {
    now_ = now;
    std::optional<Timer> expected;
    if (!pending_.empty() && pending_.begin()->first <= now) {
      expected = Timer{pending_.begin()->first, pending_.begin()->second};
      forget(expected->id);
    }
    const std::optional<Timer> got = wheel_.pop_due(now);
    EXPECT_EQ(got.has_value(), expected.has_value()) << "at " << now;
    if (!got || !expected) return std::nullopt;
    EXPECT_EQ(got->deadline, expected->deadline);
    EXPECT_EQ(got->id, expected->id);
    if (*got != *expected) return std::nullopt;
    EXPECT_EQ(wheel_.deadline(got->id), kNever);
    check();
    return got;
  }

  // Pops all that is due; how many.
  std::size_t drain(TimeMs now) {
    std::size_t count = 0;
    while (pop(now)) ++count;
    check();
    return count;
  }

  TimeMs model_deadline(TimerId id) const {
    const auto it = deadlines_.find(id);
    return it == deadlines_.end() ? kNever : it->second;
  }
  TimeMs now() const { return now_; }
  std::size_t size() const { return pending_.size(); }
  TimingWheel& wheel() { return wheel_; }
  const std::set<std::pair<TimeMs, TimerId>>& pending() const { return pending_; }

 private:
  void forget(TimerId id) {
    const auto it = deadlines_.find(id);
    if (it == deadlines_.end()) return;
    pending_.erase({it->second, id});
    deadlines_.erase(it);
  }

  // The promises about size and next_deadline, after every call.
  void check() {
    ASSERT_EQ(wheel_.size(), pending_.size());
    const TimeMs next = wheel_.next_deadline();
    if (pending_.empty()) {
      ASSERT_EQ(next, kNever);
      return;
    }
    const TimeMs least = pending_.begin()->first;
    if (least <= now_) {
      ASSERT_EQ(next, least);
    } else {
      ASSERT_GT(next, now_);
      ASSERT_LE(next, least);
    }
  }

  TimingWheel wheel_;
  TimeMs now_;
  std::set<std::pair<TimeMs, TimerId>> pending_;
  std::map<TimerId, TimeMs> deadlines_;
};

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(engine_);
  }
  bool one_in(int n) { return between(1, n) == 1; }
  // Small as often as large: up to 2^bits - 1, by magnitude.
  std::int64_t by_magnitude(int bits) {
    const std::int64_t magnitude = std::int64_t{1} << between(0, bits);
    return between(0, magnitude - 1);
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace vencer
