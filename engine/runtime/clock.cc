#include "engine/runtime/clock.h"

#include <time.h>

#include <algorithm>
#include <utility>

namespace vencer {
namespace {

constexpr std::int64_t kUsPerMs = 1000;
constexpr std::int64_t kSlewDivisor = 10;  // at most a tenth faster or slower than real time
// A sleep is cut into pieces, so that a wall clock that steps meanwhile is noticed.
constexpr std::int64_t kLongestSleepUs = 250'000;

// Shows the time of a ManualClock.
class SameTime final : public Clock {
 public:
  explicit SameTime(ManualClock& of) : of_(of) {}
  void start_after(TimeMs last_logged) override { of_.start_after(last_logged); }
  TimeMs now() override { return of_.now(); }
  SteadyTime when(TimeMs deadline) override { return of_.when(deadline); }
  WallClockView wall() const override { return of_.wall(); }
  void accept() override { of_.accept(); }
  SteadyTime steady_now() override { return of_.steady_now(); }
  std::unique_ptr<Clock> another() override { return of_.another(); }

 private:
  ManualClock& of_;
};

std::int64_t read_clock_us(clockid_t id) {
  timespec time{};
  clock_gettime(id, &time);
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000 + time.tv_nsec / 1000;
}

}  // namespace

// BOOTTIME rather than MONOTONIC: time that a suspended machine slept has passed for the desk, too.
SlewedClock::SlewedClock()
    : SlewedClock(Sources{[] { return read_clock_us(CLOCK_BOOTTIME); },
                          [] { return read_clock_us(CLOCK_REALTIME); }}) {}

SlewedClock::SlewedClock(Sources sources) : sources_(std::move(sources)) {}

std::unique_ptr<Clock> SlewedClock::another() {
  auto clock = std::make_unique<SlewedClock>(sources_);
  clock->accepted_ = accepted_;
  return clock;
}

void SlewedClock::start_after(TimeMs last_logged) {
  const std::int64_t wall_us = sources_.wall_us();
  const std::int64_t last_us = last_logged * kUsPerMs;
  const bool first_start = last_logged <= limits::time_min_ms;
  const std::int64_t lead_max_us = limits::clock_step_at_start_max_ms * kUsPerMs;
  const bool too_far_ahead = !first_start && !accepted_ && wall_us - last_us > lead_max_us;
  const bool too_far_behind =
      !accepted_ && last_us - wall_us > limits::clock_step_max_ms * kUsPerMs;
  engine_us_ = too_far_ahead ? last_us : std::max(wall_us, last_us);
  accepted_lead_us_ = accepted_ ? std::min<std::int64_t>(0, wall_us - engine_us_) : 0;
  show(too_far_ahead || too_far_behind, wall_us - engine_us_);
  monotonic_us_ = sources_.monotonic_us();
}

void SlewedClock::show(bool suspect, std::int64_t wall_lead_us) {
  suspect_.store(suspect, std::memory_order_relaxed);
  lead_ms_.store(wall_lead_us / kUsPerMs, std::memory_order_relaxed);
}

// Near enough, or on the way back from where it was accepted.
bool SlewedClock::followed(std::int64_t wall_lead_us) {
  constexpr std::int64_t kStepMaxUs = limits::clock_step_max_ms * kUsPerMs;
  if (wall_lead_us >= -kStepMaxUs) {
    accepted_lead_us_ = 0;
    return wall_lead_us <= kStepMaxUs;
  }
  return accepted_lead_us_ != 0 && wall_lead_us >= accepted_lead_us_ - kStepMaxUs;
}

void SlewedClock::accept() {
  now();
  const std::int64_t wall_us = sources_.wall_us();
  accepted_lead_us_ = std::min<std::int64_t>(0, wall_us - engine_us_);
  engine_us_ = std::max(engine_us_, wall_us);
  unslewed_us_ = 0;
  show(false, wall_us - engine_us_);
}

TimeMs SlewedClock::now() {
  const std::int64_t monotonic_us = std::max(sources_.monotonic_us(), monotonic_us_);
  const std::int64_t passed_us = monotonic_us - monotonic_us_;
  monotonic_us_ = monotonic_us;
  engine_us_ += passed_us;
  const std::int64_t wall_lead_us = sources_.wall_us() - engine_us_;
  const bool suspect = !followed(wall_lead_us);
  show(suspect, wall_lead_us);
  if (!suspect) {
    // Passed time below the divisor is carried over: a busy shard asks every few microseconds.
    unslewed_us_ += passed_us;
    const std::int64_t slew_max_us = unslewed_us_ / kSlewDivisor;
    unslewed_us_ -= slew_max_us * kSlewDivisor;
    engine_us_ += std::clamp(wall_lead_us, -slew_max_us, slew_max_us);
  }
  running_fast_ = !suspect && wall_lead_us > 0;
  return engine_us_ / kUsPerMs;
}

SteadyTime SlewedClock::when(TimeMs deadline) {
  // Compared in ms: a deadline may be kNever or far beyond what microseconds can hold.
  const TimeMs ahead_ms = deadline - engine_us_ / kUsPerMs;
  std::int64_t wait_us = kLongestSleepUs;
  if (ahead_ms <= kLongestSleepUs / kUsPerMs) {
    wait_us = std::max<std::int64_t>(0, deadline * kUsPerMs - engine_us_);
    if (running_fast_) wait_us = wait_us * kSlewDivisor / (kSlewDivisor + 1);
  }
  return steady_now() + std::chrono::microseconds(wait_us);
}

void ManualClock::accept() {
  const DurationMs lead = lead_ms_.exchange(0);
  if (lead > 0) set(now_.load() + lead);
}

void ManualClock::set(TimeMs now) {
  now_.store(now, std::memory_order_release);
  const std::lock_guard lock(mutex_);
  for (Wakeup* wakeup : wakeups_) wakeup->notify();
}

void ManualClock::wake(std::vector<Wakeup*> wakeups) {
  const std::lock_guard lock(mutex_);
  wakeups_ = std::move(wakeups);
}

std::unique_ptr<Clock> ManualClock::another() {
  return std::make_unique<SameTime>(*this);
}

}  // namespace vencer
