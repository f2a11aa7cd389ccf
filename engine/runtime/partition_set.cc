#include "engine/runtime/partition_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>
#include <system_error>
#include <thread>
#include <utility>

#include "engine/runtime/logging.h"
#include "engine/runtime/partition_layout.h"
#include "engine/runtime/recovery_progress.h"
#include "engine/runtime/replay_pipeline.h"
#include "engine/runtime/role.h"

namespace vencer {

// What it takes to open each of them, and how that went.
class PartitionSet::Opening {
 public:
  Opening(Storage& storage, const ServerConfig& config, const FatalHandler& on_fatal,
          std::vector<Clock*> clocks)
      : storage_(storage),
        config_(config),
        on_fatal_(on_fatal),
        clocks_(std::move(clocks)),
        count_(static_cast<std::uint32_t>(clocks_.size())),
        directories_(count_),
        partitions_(count_) {}

  void take_root(std::unique_ptr<DataDirectory> root) { directories_[0] = std::move(root); }

  // Those that are there: locked in their order, so that of two processes one gets all of them.
  Status recover_all(std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
      if (Status locked = lock(i); !locked) return locked;
    }
    expect(count);
    std::vector<Status> statuses(count, ok_status());
    std::atomic<std::uint32_t> next{0};
    const auto work = [&] {
      for (std::uint32_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) {
        statuses[i] = recover(i);
      }
    };
    const std::uint32_t cores = std::max(1u, std::thread::hardware_concurrency());
    std::vector<std::thread> threads = make_threads(std::max(1u, std::min(count, cores)) - 1, work);
    work();
    for (std::thread& thread : threads) thread.join();
    for (const Status& status : statuses) {
      if (!status) return status;
    }
    return ok_status();
  }

  // One after the other, so that a crash leaves no gap between them.
  Status make_from(std::uint32_t first) {
    for (std::uint32_t i = first; i < count_; ++i) {
      if (Status locked = lock(i); !locked) return locked;
      if (Status opened = open(i); !opened) return opened;
    }
    return ok_status();
  }

  std::vector<std::unique_ptr<Partition>> take() { return std::move(partitions_); }

 private:
  // As many as can be made: the caller does what is left over. (An exception that passed the vector
  // of those that run would abort.)
  template <typename Work>
  static std::vector<std::thread> make_threads(std::uint32_t count, const Work& work) {
    std::vector<std::thread> threads;
    threads.reserve(count);
    try {
      while (threads.size() < count) threads.emplace_back(work);
    } catch (const std::system_error&) {
    } catch (const std::bad_alloc&) {
    }
    return threads;
  }

  Status lock(std::uint32_t i) {
    if (directories_[i] != nullptr) return ok_status();
    auto directory = DataDirectory::open(storage_, partition_directory(config_.data, i));
    if (!directory) return named(i, directory.error());
    directories_[i] = std::move(*directory);
    return ok_status();
  }

  // Before the first of them begins: what is shown is the progress of all.
  void expect(std::uint32_t count) {
    RecoveryProgress* const progress = config_.recovery_progress;
    if (progress == nullptr) return;
    progress->expect_partitions(std::max(count, 1u));
    for (std::uint32_t i = 0; i < count; ++i) {
      expect_bytes(storage_, *directories_[i], i, progress->of(i));
    }
  }

  // On any of several threads, none of which an exception may leave.
  Status recover(std::uint32_t i) {
    try {
      return open(i);
    } catch (const std::bad_alloc&) {
      return named(i, no_memory_to_recover());
    } catch (const std::system_error& thrown) {
      return named(i, no_thread(thrown));
    }
  }

  Status open(std::uint32_t i) {
    auto partition = Partition::open(storage_, *clocks_[i], config_of_partition(config_, i, count_),
                                     on_fatal_, std::move(directories_[i]));
    if (!partition) return named(i, partition.error());
    partitions_[i] = std::move(*partition);
    return ok_status();
  }

  Error named(std::uint32_t i, const Error& error) const {
    if (count_ == 1) return error;
    return {error.code, fmt::format("partition {}: {}", i, error.message)};
  }

  Storage& storage_;
  const ServerConfig& config_;
  const FatalHandler& on_fatal_;
  const std::vector<Clock*> clocks_;
  const std::uint32_t count_;
  std::vector<std::unique_ptr<DataDirectory>> directories_;
  std::vector<std::unique_ptr<Partition>> partitions_;
};

namespace {

// Told at the start, not an hour later when the first segment is to go there.
Status make_archive(Storage& storage, const ServerConfig& config) {
  const std::string& archive = config.archive_log;
  if (archive.empty()) return ok_status();
  if (archive == config.data || archive.starts_with(config.data + "/")) {
    return Error{Errc::internal,
                 fmt::format("archive-log: {} lies in the data directory {}; give another "
                             "directory, on another disk if there is one",
                             archive, config.data)};
  }
  return storage.make_directory(archive);
}

}  // namespace

Result<std::unique_ptr<PartitionSet>> PartitionSet::open(Storage& storage, Clock& clock,
                                                         const ServerConfig& config,
                                                         const FatalHandler& on_fatal) {
  if (Status made = make_archive(storage, config); !made) return made.error();
  auto root = DataDirectory::open(storage, config.data);
  if (!root) return root.error();
  const auto on_disk = partitions_on_disk(storage, config.data);
  if (!on_disk) return on_disk.error();
  const auto count = partitions_to_open(config, *on_disk);
  if (!count) return count.error();

  std::unique_ptr<PartitionSet> set(new PartitionSet());
  std::vector<Clock*> clocks{&clock};
  for (std::uint32_t i = 1; i < *count; ++i) {
    clocks.push_back(set->clocks_.emplace_back(clock.another()).get());
  }
  Opening opening(storage, config, on_fatal, std::move(clocks));
  opening.take_root(std::move(*root));
  if (Status recovered = opening.recover_all(*on_disk); !recovered) return recovered.error();
  if (Status made = opening.make_from(*on_disk); !made) return made.error();
  set->partitions_ = opening.take();
  if (Status met = set->meet(config); !met) return met.error();
  return set;
}

Status PartitionSet::meet(const ServerConfig& config) {
  neighbours_ = std::make_unique<Neighbours>(size(), config.placement);
  for (const auto& partition : partitions_) {
    if (Status entered = partition->enter(*neighbours_); !entered) return entered;
  }
  for (const std::string& sentence : neighbours_->tenants.contradictions()) {
    log_line(LogLevel::warn, sentence);
  }
  return ok_status();
}

WallClockView PartitionSet::wall_clock() const {
  WallClockView furthest;
  for (const auto& partition : partitions_) {
    const WallClockView wall = partition->wall_clock();
    if (wall.suspect < furthest.suspect) continue;
    if (wall.suspect > furthest.suspect || std::abs(wall.lead_ms) > std::abs(furthest.lead_ms)) {
      furthest = wall;
    }
  }
  return furthest;
}

Status PartitionSet::stop() {
  Status status = ok_status();
  for (const auto& partition : partitions_) {
    const Status stopped = partition->stop();
    if (stopped.ok()) continue;
    if (status.ok() || status.error().code == Errc::disk_full) status = stopped;
  }
  return status;
}

}  // namespace vencer
