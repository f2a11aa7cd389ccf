#include "engine/core/attainment.h"

#include <algorithm>
#include <bit>
#include <map>
#include <tuple>

namespace vencer {
namespace {

constexpr unsigned kSubBits = 3;  // eight buckets to a power of two

std::uint64_t key_of(const Verdict& verdict, Value value) {
  return std::uint64_t{verdict.clock} << 32 | value << 10 |
         std::uint64_t{verdict.missed ? 1u : 0u} << 9 | verdict.bucket;
}

// Of one row while it is summed up.
struct Sum {
  std::uint64_t met = 0;
  std::uint64_t missed = 0;
  std::array<std::uint64_t, kElapsedBuckets> buckets{};

  // The value that is not exceeded by `percent` of them.
  DurationMs percentile(std::uint64_t percent) const {
    std::uint64_t rank = ((met + missed) * percent + 99) / 100;
    for (std::uint32_t bucket = 0; bucket < kElapsedBuckets; ++bucket) {
      if (buckets[bucket] >= rank) return elapsed_of_bucket(bucket);
      rank -= buckets[bucket];
    }
    return 0;
  }
};

}  // namespace

std::uint32_t elapsed_bucket(DurationMs elapsed_ms) {
  constexpr DurationMs kLongest = DurationMs{1} << 50;  // beyond all time
  const auto elapsed = static_cast<std::uint64_t>(std::clamp<DurationMs>(elapsed_ms, 0, kLongest));
  if (elapsed < 2u << kSubBits) return static_cast<std::uint32_t>(elapsed);
  const auto shift = static_cast<unsigned>(std::bit_width(elapsed)) - (kSubBits + 1);
  const std::uint64_t bucket = (std::uint64_t{shift} << kSubBits) + (elapsed >> shift);
  return static_cast<std::uint32_t>(bucket);
}

DurationMs elapsed_of_bucket(std::uint32_t bucket) {
  if (bucket < 2u << kSubBits) return bucket;
  const std::uint32_t shift = (bucket >> kSubBits) - 1;
  const std::uint64_t mantissa = (bucket & ((1u << kSubBits) - 1)) | 1u << kSubBits;
  // [m, m + 1) << shift, so 2ab / (a + b) is 2m (m + 1) / (2m + 1) << shift.
  return static_cast<DurationMs>((2 * mantissa * (mantissa + 1) << shift) / (2 * mantissa + 1));
}

CounterTable* Attainment::table_of(CivilDay day, AttributeId attribute, bool make) {
  if (day < 0) return nullptr;
  const std::size_t number = static_cast<std::size_t>(day) % days_.size();
  if (watch_ != nullptr) [[unlikely]]
    watch_->before_change(*this, number);
  std::unique_ptr<Day>& place = days_[number];
  if (place == nullptr || place->day < day) {
    if (!make) return nullptr;
    place = std::make_unique<Day>();
    place->day = day;
  } else if (place->day > day) {
    return nullptr;
  }
  for (ByAttribute& table : place->tables) {
    if (table.attribute == attribute) return &table.counters;
  }
  if (!make) return nullptr;
  place->tables.push_back({attribute, {}});
  return &place->tables.back().counters;
}

const CounterTable* Attainment::find(CivilDay day, AttributeId attribute) const {
  if (day < 0) return nullptr;
  const std::unique_ptr<Day>& place = days_[static_cast<std::size_t>(day) % days_.size()];
  if (place == nullptr || place->day != day) return nullptr;
  for (const ByAttribute& table : place->tables) {
    if (table.attribute == attribute) return &table.counters;
  }
  return nullptr;
}

bool Attainment::restore(CivilDay day, AttributeId attribute, std::uint64_t key,
                         std::uint64_t count) {
  const std::unique_ptr<Day>& place = days_[static_cast<std::size_t>(day) % days_.size()];
  if (place != nullptr && place->day != day) return false;
  CounterTable& table = *table_of(day, attribute, true);
  if (table.at(key) != 0) return false;
  table.add(key, static_cast<std::int64_t>(count));
  return true;
}

bool Attainment::covers(const Attainment& part) const {
  bool all = true;
  part.for_each([&](CivilDay day, AttributeId attribute, std::uint64_t key, std::uint64_t count) {
    const CounterTable* table = find(day, attribute);
    all = all && (table == nullptr || table->at(key) >= count);
  });
  return all;
}

void Attainment::add(const Verdict& verdict, int by) {
  CounterTable* table = table_of(verdict.day, kNoId8, by > 0);
  if (table != nullptr) table->add(key_of(verdict, 0), by);
}

void Attainment::add(const Verdict& verdict, AttributeValue value, int by) {
  CounterTable* table = table_of(verdict.day, value.attribute, by > 0);
  if (table != nullptr) table->add(key_of(verdict, value.value), by);
}

Result<std::vector<AttainmentRow>> Attainment::report(const AttainmentQuery& query,
                                                      CivilDay newest) const {
  std::map<std::tuple<CivilDay, ClockId, Value>, Sum> sums;
  const CivilDay first =
      std::max(query.first, newest - static_cast<CivilDay>(limits::attainment_days) + 1);
  for (const auto& day : days_) {
    if (day == nullptr || day->day < first || day->day > query.last) continue;
    for (const ByAttribute& table : day->tables) {
      if (table.attribute != query.by) continue;
      table.counters.for_each([&](std::uint64_t key, std::uint64_t count) {
        const auto clock = static_cast<ClockId>(key >> 32);
        if (query.clocks != 0 && (query.clocks >> clock & 1) == 0) return;
        if (sums.size() > limits::attainment_rows_max) return;
        Sum& sum = sums[{query.by_day ? day->day : 0, clock, key >> 10 & 0x3fffff}];
        ((key >> 9 & 1) != 0 ? sum.missed : sum.met) += count;
        sum.buckets[key & (kElapsedBuckets - 1)] += count;
      });
    }
  }
  if (sums.size() > limits::attainment_rows_max) {
    return Error{Errc::limit, "too many rows: ask for fewer days, or for one clock"};
  }
  std::vector<AttainmentRow> rows;
  for (const auto& [at, sum] : sums) {
    rows.push_back({std::get<1>(at), std::get<2>(at), std::get<0>(at), sum.met, sum.missed,
                    sum.percentile(50), sum.percentile(90), sum.percentile(95),
                    sum.percentile(99)});
  }
  return rows;
}

}  // namespace vencer
