// RecoveryProgress: how far a start has come, for the log and for whoever says hello meanwhile.
// Thread: written by the one that recovers, read by any.
#pragma once

#include <fmt/format.h>

#include <atomic>
#include <cstdint>
#include <string>

namespace vencer {

struct RecoveryProgress {
  enum class Stage : std::uint8_t { opening, snapshot, log };
  std::atomic<Stage> stage{Stage::opening};
  std::atomic<std::uint32_t> percent{0};  // of the stage
  std::atomic<std::uint64_t> tickets{0};
  std::atomic<std::uint64_t> steps{0};  // replayed

  void enter(Stage next) {
    percent.store(0, std::memory_order_relaxed);
    stage.store(next, std::memory_order_relaxed);
  }
  // "a snapshot is being read, 43 %, 4300000 tickets"
  std::string text() const {
    const auto n = [](const auto& value) { return value.load(std::memory_order_relaxed); };
    switch (n(stage)) {
      case Stage::snapshot:
        return fmt::format("a snapshot is being read, {} %, {} tickets", n(percent), n(tickets));
      case Stage::log:
        return fmt::format("the log is being replayed, {} %, {} steps, {} tickets", n(percent),
                           n(steps), n(tickets));
      default:
        return "the data directory is being opened";
    }
  }
};

}  // namespace vencer
