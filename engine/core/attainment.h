// Attainment: verdicts of promise clocks, counted by clock, counted attribute value and local day,
// with how long each took; 92 days back.
//
// How long is kept in logarithmic buckets of whole milliseconds: exact below 16 ms, then eight to
// each power of two. A percentile is told as the harmonic middle of its bucket [a, b), 2ab / (a +
// b), which is off by at most 1/17 = 5.9 % of the true value, either way.
//
// Cost: add O(1 + counted attributes), a few nanoseconds each; report O(counters of the days and
// the attribute asked for): at most clocks x values x 2 x 330 a day, in practice some hundreds.
// Memory: 16-64 bytes a counter above 0; a day is dropped when its place in the ring of 92 is
// needed.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/core/calendar_spec.h"
#include "engine/core/counter_table.h"
#include "engine/core/limits.h"
#include "engine/core/query_rows.h"
#include "engine/core/result.h"
#include "engine/core/types.h"

namespace vencer {

// Bucket of an elapsed time, below kElapsedBuckets; and what a percentile in it is told as.
inline constexpr std::uint32_t kElapsedBuckets = 512;
std::uint32_t elapsed_bucket(DurationMs elapsed_ms);
DurationMs elapsed_of_bucket(std::uint32_t bucket);

struct Verdict {
  CivilDay day = 0;  // local, of the stop
  ClockId clock = 0;
  bool missed = false;
  std::uint32_t bucket = 0;
};

class Attainment {
 public:
  // A day's counters are about to change, or to go: those at this place of the ring.
  class Watch {
   public:
    virtual void before_change(const Attainment& attainment, std::size_t place) = 0;

   protected:
    ~Watch() = default;
  };
  void watch(Watch* watch) { watch_ = watch; }  // nullptr: nobody

  // by = 1 or -1. A day that is no longer kept is passed over.
  void add(const Verdict& verdict, int by);
  void add(const Verdict& verdict, AttributeValue value, int by);

  // Ascending by day, clock, value; no row for nothing. `newest`: days up to it, 92 of them.
  // limit: more rows than attainment_rows_max.
  Result<std::vector<AttainmentRow>> report(const AttainmentQuery& query, CivilDay newest) const;

  // Place `place` of the ring: fn(day, attribute, counters) for each table in it.
  template <typename Fn>
  void for_each_table(std::size_t place, Fn&& fn) const {
    if (days_[place] == nullptr) return;
    for (const ByAttribute& table : days_[place]->tables) {
      fn(days_[place]->day, table.attribute, table.counters);
    }
  }
  // Restoring: adds a counter that is not there yet. False: it is, or another day is in its place.
  bool restore(CivilDay day, AttributeId attribute, std::uint64_t key, std::uint64_t count);
  // Does each counter of `part` stand here too, no lower, where its table is kept at all?
  bool covers(const Attainment& part) const;

  // fn(day, attribute (kNoId8: none), key, count) in no order that means anything.
  template <typename Fn>
  void for_each(Fn&& fn) const {
    for (const auto& day : days_) {
      if (day == nullptr) continue;
      for (const ByAttribute& table : day->tables) {
        table.counters.for_each([&](std::uint64_t key, std::uint64_t count) {
          fn(day->day, table.attribute, key, count);
        });
      }
    }
  }

 private:
  struct ByAttribute {
    AttributeId attribute;  // kNoId8: of all tickets
    CounterTable counters;
  };
  struct Day {
    CivilDay day;
    std::vector<ByAttribute> tables;
  };

  CounterTable* table_of(CivilDay day, AttributeId attribute, bool make);
  const CounterTable* find(CivilDay day, AttributeId attribute) const;

  std::array<std::unique_ptr<Day>, limits::attainment_days> days_;  // at day mod 92
  Watch* watch_ = nullptr;
};

}  // namespace vencer
