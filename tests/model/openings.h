// Openings: a calendar as a plain sorted list of openings of one year, for the naive model.
//
// Written from semantics.md, section 4, and the choices that engine/core/calendar.h lists: each
// local day's shifts are resolved to UTC one by one, closed days and breaks are cut out, and open
// time is summed opening by opening.
//
// Only for instants between begin and end of the list (December 2025 to February 2027; 24x7 has no
// bounds): outside nothing is open.
#pragma once

#include <utility>
#include <vector>

#include "engine/core/calendar.h"

namespace vencer::model {

class Openings {
 public:
  explicit Openings(const CalendarSpec& spec);

  DurationMs between(TimeMs from, TimeMs to) const;
  TimeMs add(TimeMs from, DurationMs open_ms) const;  // kNever: not within the list
  bool is_open(TimeMs at) const;

  // Business days.
  TimeMs business_due(TimeMs start, std::uint32_t n) const;    // n-th after the start's local date
  TimeMs close_after(TimeMs at, std::uint32_t n) const;        // the n-th close after `at`
  std::uint32_t closes_between(TimeMs from, TimeMs to) const;  // in [from, to)

 private:
  void business_days(const CalendarSpec& spec);
  std::size_t closed_by(TimeMs at) const;
  using Interval = std::pair<TimeMs, TimeMs>;  // [first, second)
  std::vector<Interval> list_;                 // ascending, disjoint
  struct Business {
    TimeMs begins;  // the local day
    TimeMs closes;
  };
  std::vector<Business> business_;
  // The first opening that ends after `at`.
  std::vector<Interval>::const_iterator after(TimeMs at) const;
};

}  // namespace vencer::model
