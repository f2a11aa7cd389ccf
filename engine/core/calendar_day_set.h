// CivilDaySet: a set of local days from 1969 to 2400 that can be counted and numbered.
//
// One bit a day and a running sum for each 64 of them.
// Cost: count_before O(1); nth O(log) over 2,500 sums.  Memory: 30 KB, empty until the first
// insert. Thread: const after finish().
#pragma once

#include <cstdint>
#include <vector>

#include "engine/core/calendar_day_rules.h"

namespace vencer {

class CivilDaySet {
 public:
  // Within [DayRules::kFirst, DayRules::kLast]. Only before finish().
  void insert(CivilDay day);
  void finish();

  std::size_t size() const { return size_; }
  // How many members are earlier than `day`, which may be any.
  std::size_t count_before(CivilDay day) const;
  // The member that has `n` others before it. n < size().
  CivilDay nth(std::size_t n) const;
  std::size_t memory_bytes() const;

 private:
  static constexpr CivilDay kWordDays = 64;

  std::vector<std::uint64_t> words_;
  std::vector<std::uint32_t> before_;  // members before each word
  std::size_t size_ = 0;
};

}  // namespace vencer
