// SimClock: the server's own SlewedClock over a simulated monotonic and a simulated wall clock.
//
// The wall clock can be stepped and made to drift; the monotonic one is the world's. What the
// engine makes of it is the real code's to say; ClockWatch holds it to what semantics.md promises:
// never back, and within one run never more than a tenth faster than real time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "engine/runtime/clock.h"
#include "tests/sim/world.h"

namespace vencer::sim {

// The machine's clocks. They go on while servers come and go.
struct WallClock {
  const World& world;
  std::int64_t epoch_us;  // the wall time at which the world began
  std::int64_t stepped_us = 0;
  std::int64_t drift_ppm = 0;  // since ...
  WorldTime drifts_since = 0;

  std::int64_t read_us() const {
    const std::int64_t drifted = (world.now() - drifts_since) / 1'000'000 * drift_ppm;
    return epoch_us + world.now() + stepped_us + drifted;
  }
  void step(std::int64_t by_us) { stepped_us += by_us; }
  void drift(std::int64_t ppm) {
    stepped_us += (world.now() - drifts_since) / 1'000'000 * drift_ppm;
    drifts_since = world.now();
    drift_ppm = ppm;
  }
};

class SimClock final : public SlewedClock {
 public:
  SimClock(const World& world, const WallClock& wall)
      : SlewedClock(Sources{[&world] { return world.now(); }, [&wall] { return wall.read_us(); }}),
        world_(world) {}

  SteadyTime steady_now() override { return steady(world_.now()); }
  // Long sleeps, which the real one cuts into quarters of a second, end after ten elevenths of what
  // is left: not even a clock that catches up is there before.
  SteadyTime when(TimeMs deadline) override {
    const SteadyTime real = SlewedClock::when(deadline);
    if (deadline == kNever || deadline > limits::time_max_ms) return kNoWakeTime;
    const std::int64_t left_us = (deadline - SlewedClock::now()) * 1000;
    return std::max(real, steady(world_.now() + left_us / 11 * 10));
  }

  static SteadyTime steady(WorldTime at) { return SteadyTime(std::chrono::microseconds(at)); }
  static WorldTime world_time(SteadyTime at) {
    return std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch()).count();
  }

 private:
  const World& world_;
};

// Of one run of a server: what engine time may be.
class ClockWatch {
 public:
  // `engine`: what its clock says; `logged`: the machine's time, which may lie before it.
  void begin(WorldTime at, TimeMs engine, TimeMs logged) {
    began_ = at, engine_ = engine, last_ = logged;
  }
  // Empty, or what is wrong.
  std::string look(WorldTime at, TimeMs engine) {
    const TimeMs passed = (at - began_) / 1000;
    if (engine < last_) {
      return "engine time went back from " + std::to_string(last_) + " to " +
             std::to_string(engine);
    }
    last_ = engine;
    if (engine - engine_ > passed + passed / 10 + 2) {
      return "engine time is early: " + std::to_string(engine - engine_) + " ms passed where " +
             std::to_string(passed) + " did";
    }
    return {};
  }

 private:
  WorldTime began_ = 0;
  TimeMs engine_ = 0;
  TimeMs last_ = 0;
};

}  // namespace vencer::sim
