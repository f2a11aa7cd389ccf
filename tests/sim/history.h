// History: what the server has committed, seen from outside: the groups that reached the disk.
//
// While a server runs, every group whose write has completed is here, in order, whatever the server
// then does. After a restart what recovery accepted is compared: it may hold more (a write that was
// not finished but came through), never less, never other bytes.
//
// It reads the format of engine/log/README.md by itself as far as headers and steps go; which file
// a group lies in is not looked at.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/log/wal.h"
#include "engine/log/wal_format.h"
#include "tests/sim/sim_disk.h"

namespace vencer::sim {

class History {
 public:
  using OnStep = std::function<void(const StepRecord&)>;
  std::function<std::uint64_t()> event_sequence;  // of the last event that the steps so far made
  explicit History(OnStep on_step) : on_step_(std::move(on_step)) {}

  // A write to a log segment is durable. Whatever it holds that follows is taken in.
  void wrote(std::span<const std::byte> bytes);
  // After a restart that accepted groups up to `accepted`: those that are new are taken in. Empty,
  // or what is wrong.
  std::string restarted(const SimDisk& disk, const std::string& directory, std::uint64_t accepted);
  // Groups that were written ahead of one that never came through are no part of it.
  void crashed() { ahead_.clear(); }

  std::uint64_t last_group() const { return last_group_; }
  // The highest group that a later one, or itself being a seal, proves: damage up to here must be
  // found by recovery. Only groups for which `readable` holds count as witnesses.
  std::uint64_t proven_by(const std::function<bool(std::uint64_t)>& readable) const;
  std::uint64_t groups() const { return last_group_; }
  // Of the last event up to this group.
  std::uint64_t events_up_to(std::uint64_t group) const {
    return group == 0 ? 0 : briefs_[group - 1].event_sequence;
  }

 private:
  bool follows(const wal::GroupHeader& header) const;
  void take(const wal::GroupHeader& header, std::span<const std::byte> group);
  bool find_next(const SimDisk& disk, const std::string& directory);

  OnStep on_step_;
  std::uint64_t last_group_ = 0;
  std::uint32_t chain_ = 0;
  bool any_ = false;
  struct Brief {
    std::uint64_t durable;
    bool seal;
    std::uint64_t event_sequence;
  };
  std::vector<Brief> briefs_;  // of group i + 1
  std::map<std::uint64_t, std::vector<std::byte>> ahead_;
};

}  // namespace vencer::sim
