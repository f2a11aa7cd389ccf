#include "engine/core/calendar_day_set.h"

#include <algorithm>
#include <bit>

#include "engine/core/assert.h"

namespace vencer {

void CivilDaySet::insert(CivilDay day) {
  VENCER_ASSERT(day >= DayRules::kFirst && day <= DayRules::kLast);
  words_.resize((DayRules::kLast - DayRules::kFirst) / kWordDays + 1);
  const auto bit = static_cast<std::size_t>(day - DayRules::kFirst);
  words_[bit / kWordDays] |= std::uint64_t{1} << bit % kWordDays;
}

void CivilDaySet::finish() {
  before_.reserve(words_.size());
  for (const std::uint64_t word : words_) {
    before_.push_back(static_cast<std::uint32_t>(size_));
    size_ += static_cast<std::size_t>(std::popcount(word));
  }
}

std::size_t CivilDaySet::count_before(CivilDay day) const {
  if (day <= DayRules::kFirst || words_.empty()) return 0;
  if (day > DayRules::kLast) return size_;
  const auto bit = static_cast<std::size_t>(day - DayRules::kFirst);
  const std::uint64_t earlier = (std::uint64_t{1} << bit % kWordDays) - 1;
  return before_[bit / kWordDays] +
         static_cast<std::size_t>(std::popcount(words_[bit / kWordDays] & earlier));
}

CivilDay CivilDaySet::nth(std::size_t n) const {
  const auto after = std::upper_bound(before_.begin(), before_.end(), n);
  const auto index = static_cast<std::size_t>(after - before_.begin()) - 1;
  std::uint64_t word = words_[index];
  for (std::size_t skip = n - before_[index]; skip > 0; --skip) word &= word - 1;
  return DayRules::kFirst + static_cast<CivilDay>(index) * kWordDays + std::countr_zero(word);
}

std::size_t CivilDaySet::memory_bytes() const {
  return words_.capacity() * sizeof(std::uint64_t) + before_.capacity() * sizeof(std::uint32_t);
}

}  // namespace vencer
