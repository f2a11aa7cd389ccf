// SlicedRun: a story played in slices by one machine, and its log replayed by others.
//
// "Same log, same bytes": whoever applies the logged steps tells the same and comes to the same
// state, also if it stopped on the way, has another slice size, or goes on by itself from there. So
// does one that was restored from a snapshot, which the first took while it went on.
#pragma once

#include <optional>
#include <string>

#include "tests/model/slices.h"

namespace vencer::model {

class SlicedRun {
 public:
  SlicedRun(const Story& story, Slices::Way way, std::uint64_t slice);

  std::string run();  // what is wrong
  std::string differ_replayed() const;

  Machine& machine() { return machine_; }
  const Told& told() const { return told_; }

 private:
  // Between two ops, jobs and storms under way and all.
  struct Cut {
    std::size_t steps;     // of the log
    std::size_t commands;  // that have their results
    std::uint64_t digest;
    Slices rest;
  };

  Told before_cut() const;
  Told after_cut() const;
  std::string differ_by_log() const;
  std::string differ_taken_over() const;
  std::string differ_restored() const;

  const Story& story_;
  Slices slices_;
  Machine machine_;
  std::size_t cut_at_;  // op
  std::optional<Cut> cut_;
  const test::SavedState* saved_ = nullptr;  // as of the cut
  Told told_;
};

}  // namespace vencer::model
