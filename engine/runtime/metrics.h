// Metrics: plain counters of one partition. Each has one writer; anyone may read.
//
// Cost: a relaxed load and store. Logged as a line now and then (metrics_line) until there is
// /metrics.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/core/types.h"

namespace vencer {

// One writer, any reader.
class Counter {
 public:
  void add(std::uint64_t n = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  void set(std::uint64_t value) { value_.store(value, std::memory_order_relaxed); }
  void raise_to(std::uint64_t value) {
    if (value > get()) set(value);
  }
  std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// Counts by powers of two: bucket i holds values below 2^i.
class Histogram {
 public:
  static constexpr std::size_t kBuckets = 32;
  void record(std::uint64_t value);
  std::uint64_t count() const;
  // Upper bound of the bucket that holds the quantile (0..1); 0 if nothing was recorded.
  std::uint64_t quantile(double q) const;

 private:
  std::array<Counter, kBuckets> buckets_;
};

// Of all sockets of a server, whichever partition they talk to.
struct SocketMetrics {
  std::atomic<std::uint64_t> connections{0};
  std::atomic<std::uint64_t> overloaded{0};
  std::atomic<std::uint64_t> bad_frames{0};
};

struct Metrics {
  // Shard.
  static constexpr std::size_t kCommandKinds = 14;
  std::array<Counter, kCommandKinds> commands;  // by CommandKind, accepted
  Counter commands_refused;
  Counter frames;
  Counter timers_fired;
  Counter events;
  Histogram lag_ms;  // of warnings, breaches and escalations: first allowed instant to `emitted`
  Counter refused_disk_full;  // requests
  // Maintenance.
  Counter disk_state;          // DiskState (disk_state.h)
  Counter log_segments;        // files of the log with groups in them
  Counter log_segments_ready;  // that a full disk leaves to go on with
  Counter log_archived;        // segments, since the start
  Counter log_archive_failures;
  // Commit.
  Counter groups;
  Counter groups_beside;  // of these begun while others were on their way to the disk
  Counter steps;
  Counter group_bytes;
  Histogram group_steps;
  Histogram sync_us;
  // Maintenance.
  Counter snapshots;  // completed
  Counter snapshot_failures;
  Counter snapshot_running;                          // 1: one is being taken
  Counter snapshot_percent;                          // of it
  Counter snapshot_bytes, snapshot_ms, snapshot_at;  // of the last one; at: its engine time
  Counter backups;                                   // copied to their end
  Counter backups_broken_off;
  Counter backups_running;
  Counter backup_bytes;  // sent

  std::uint64_t commands_accepted() const;
};

}  // namespace vencer
