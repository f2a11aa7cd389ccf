// WalWriter: the Wal that Wal::open returns; goes on where recovery ended.
//
// One group is in flight: submit() writes and returns when the disk has it. (The format allows
// groups_in_flight_max; a header names the highest durable group, so a reader need not know.)
// Lives: from Wal::open to stop.  Thread: commit; prepare_next_segment() also from maintenance.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "engine/log/group.h"
#include "engine/log/wal.h"
#include "engine/log/wal_pool.h"
#include "engine/log/wal_recovery.h"

namespace vencer::wal {

class WalWriter final : public Wal {
 public:
  static Result<std::unique_ptr<Wal>> start(Storage& storage, const WalOptions& options,
                                            const Position& position);

  Result<WalPosition> submit(Group& group) override;
  Status seal() override;
  bool sealed() const override { return last_is_seal_ || claimed_ == last_group_; }
  WalPosition position() const override { return {last_group_, chain_}; }
  std::uint64_t durable_group() const override {
    return submitted_.load(std::memory_order_acquire);
  }
  Result<bool> prepare_next_segment() override { return pool_.tend(); }
  Status release_below(std::uint64_t group) override { return pool_.release_below(group); }
  std::optional<FullSegment> oldest_below(std::uint64_t group) const override {
    return pool_.oldest_below(group);
  }
  WalRoom room() const override { return pool_.room(); }
  std::uint64_t written_bytes() const override { return written_.load(std::memory_order_relaxed); }

 private:
  WalWriter(Storage& storage, const WalOptions& options, const Position& position);

  Status open_segment(std::uint64_t number);
  Status next_segment();
  Status write(Group& group);
  Error poison(Error error);

  Storage& storage_;
  const WalOptions options_;
  const Identity identity_;
  // Thread: commit.
  std::unique_ptr<File> file_;
  std::uint64_t segment_bytes_;
  std::uint64_t offset_;
  std::uint64_t last_group_;
  std::uint64_t proven_;   // synced: what a header may claim
  std::uint64_t claimed_;  // what a header on the disk claims
  std::uint32_t chain_;
  bool last_is_seal_ = false;
  Group seal_;
  std::optional<Error> failed_;
  // Thread: any.
  std::atomic<std::uint64_t> submitted_;
  std::atomic<std::uint64_t> written_{0};
  SegmentPool pool_;
};

}  // namespace vencer::wal
