// WalWriter: the Wal that Wal::open returns; goes on where recovery ended.
//
// Up to WalOptions::groups_in_flight groups are on their way at once; the disk may finish them in
// any order. The durable number is the end of the unbroken row, and what a header names. Before the
// next segment, and before a seal, all of them are waited for.
// Lives: from Wal::open to stop.  Thread: commit; prepare_next_segment() also from maintenance.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <vector>

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
  bool can_begin() const override;
  Result<WalPosition> begin(Group& group) override;
  Result<std::uint64_t> poll(bool wait) override;
  bool write_apart(int event) override;
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
  Status take_done(bool wait);
  Status drain();
  Error poison(Error error);

  Storage& storage_;
  const WalOptions options_;
  const Identity identity_;
  // Thread: commit.
  std::unique_ptr<File> file_;
  int event_ = -1;  // of write_apart
  std::uint64_t segment_bytes_;
  std::uint64_t offset_;
  std::uint64_t last_group_;
  std::uint64_t complete_;                                 // written, all up to it
  std::array<bool, limits::groups_in_flight_max> done_{};  // by number % size: written behind it
  std::vector<WriteDone> finished_;
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
