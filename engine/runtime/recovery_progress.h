// RecoveryProgress: how far a start has come, for the log and for whoever says hello meanwhile.
//
// Measured in bytes: of the snapshot and of the log behind it, read of there, over all partitions.
// What there is is looked up before the first of them begins (expect_bytes), so that the percentage
// is one of the whole start and does not go back. (If a snapshot turns out to be damaged it does:
// the one before has more log behind it.) A log's last segment counts whole and is rarely full, but
// its rest is read, too.
//
// Thread: written by those that recover, a part by each; read by any.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

#include "engine/core/limits.h"
#include "engine/log/read_progress.h"
#include "engine/log/storage.h"

namespace vencer {

class DataDirectory;

class RecoveryProgress {
 public:
  enum class Stage : std::uint8_t { opening, snapshot, log, ready };
  // Of one partition.
  struct Part {
    std::atomic<Stage> stage{Stage::opening};
    ReadProgress snapshot, log;
    std::atomic<std::uint64_t> tickets{0};
    std::atomic<std::uint64_t> steps{0};  // replayed

    void enter(Stage next) { stage.store(next, std::memory_order_relaxed); }
    std::uint32_t percent() const;
  };

  Part& of(std::uint32_t partition) { return parts_[partition]; }
  // Before they begin; one if nothing is said.
  void expect_partitions(std::uint32_t count) { count_.store(count, std::memory_order_relaxed); }
  std::uint32_t percent() const;
  // "a snapshot is being read, 43 %, 4300000 tickets"; of several partitions what all have done:
  // ", 1 of 2 partitions ready"
  std::string text() const;

 private:
  std::atomic<std::uint32_t> count_{1};
  std::array<Part, limits::partitions_max> parts_;
};

// What the start of a partition will probably have to read. What cannot be told is left out: that
// start will say why.
void expect_bytes(Storage& storage, const DataDirectory& directory, std::uint32_t partition,
                  RecoveryProgress::Part& part);

}  // namespace vencer
