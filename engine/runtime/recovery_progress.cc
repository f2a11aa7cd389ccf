#include "engine/runtime/recovery_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "engine/log/snapshot_file.h"
#include "engine/log/wal.h"
#include "engine/runtime/data_directory.h"

namespace vencer {
namespace {

using Stage = RecoveryProgress::Stage;

template <typename T>
T value_of(const std::atomic<T>& value) {
  return value.load(std::memory_order_relaxed);
}

struct BytesRead {
  std::uint64_t read = 0, there = 0;
  void add(const ReadProgress& of) {
    const std::uint64_t all = value_of(of.there);
    read += std::min(value_of(of.bytes), all);
    there += all;
  }
  std::uint32_t percent() const {
    return there == 0 ? 0 : static_cast<std::uint32_t>(read * 100 / there);
  }
};

// The latest stage that one of them is in: others may wait for a thread.
Stage stage_of(std::span<const RecoveryProgress::Part> parts) {
  Stage latest = Stage::opening;
  std::size_t ready = 0;
  for (const RecoveryProgress::Part& part : parts) {
    const Stage stage = value_of(part.stage);
    if (stage == Stage::ready) {
      ++ready;
    } else {
      latest = std::max(latest, stage);
    }
  }
  return ready == parts.size() ? Stage::ready : latest;
}

}  // namespace

std::uint32_t RecoveryProgress::Part::percent() const {
  BytesRead bytes;
  bytes.add(snapshot);
  bytes.add(log);
  return bytes.percent();
}

std::uint32_t RecoveryProgress::percent() const {
  BytesRead bytes;
  for (const Part& part : std::span(parts_).first(value_of(count_))) {
    bytes.add(part.snapshot);
    bytes.add(part.log);
  }
  return bytes.percent();
}

std::string RecoveryProgress::text() const {
  const std::span<const Part> parts = std::span(parts_).first(value_of(count_));
  std::uint64_t tickets = 0, steps = 0;
  std::size_t ready = 0;
  for (const Part& part : parts) {
    tickets += value_of(part.tickets);
    steps += value_of(part.steps);
    if (value_of(part.stage) == Stage::ready) ++ready;
  }
  const Stage stage = stage_of(parts);
  if (stage == Stage::opening && ready == 0) return "the data directory is being opened";
  std::string text =
      stage == Stage::snapshot
          ? fmt::format("a snapshot is being read, {} %, {} tickets", percent(), tickets)
          : fmt::format("the log is being replayed, {} %, {} steps, {} tickets", percent(), steps,
                        tickets);
  if (parts.size() > 1) text += fmt::format(", {} of {} partitions ready", ready, parts.size());
  return text;
}

void expect_bytes(Storage& storage, const DataDirectory& directory, std::uint32_t partition,
                  RecoveryProgress::Part& part) {
  WalOptions options;
  options.directory = directory.wal_path();
  options.partition = partition;
  const auto paths = snapshot::list_snapshots(storage, directory.snapshots_path());
  for (std::size_t i = 0; paths && i < paths->size(); ++i) {
    const auto info = snapshot::look_at_snapshot(storage, (*paths)[i]);
    if (!info) continue;
    part.snapshot.expect(info->trailer.file_bytes);
    options.start = {info->header.group, info->header.chain};
    break;
  }
  part.log.expect(Wal::bytes_to_read(storage, options));
}

}  // namespace vencer
