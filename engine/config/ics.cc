#include "engine/config/ics.h"

#include <fmt/format.h>
#include <libical/ical.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "engine/config/ics_event.h"
#include "engine/config/ics_lines.h"

namespace vencer::config {
namespace {

struct FreeIterator {
  void operator()(icalrecur_iterator* iterator) const { icalrecur_iterator_free(iterator); }
};
using Iterator = std::unique_ptr<icalrecur_iterator, FreeIterator>;

class Holidays {
 public:
  Holidays(std::string_view file, CivilDay from, CivilDay to) : file_(file), from_(from), to_(to) {}

  Status add(const std::vector<AllDayEvent>& events, const std::vector<IcsEvent>& sources) {
    for (const AllDayEvent& each : events) {
      if (each.in_place_of) moved_[each.uid].insert(*each.in_place_of);
    }
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (events[i].cancelled) continue;
      if (Status ok = add(events[i], sources[i].number); !ok) return ok;
    }
    return ok_status();
  }

  std::vector<CivilDay> sorted() && {
    std::sort(days_.begin(), days_.end());
    days_.erase(std::unique(days_.begin(), days_.end()), days_.end());
    return std::move(days_);
  }

 private:
  Status add(const AllDayEvent& event, int line) {
    std::set<CivilDay> begins{event.first};
    begins.insert(event.also.begin(), event.also.end());
    for (const IcsRule& each : event.rules) {
      if (Status ok = repeat(event, each, begins); !ok) return ok;
    }
    for (const CivilDay day : event.except) begins.erase(day);
    if (!event.in_place_of) {
      for (const CivilDay day : moved_[event.uid]) begins.erase(day);
    }
    for (const CivilDay begin : begins) {
      if (!count(event.days)) return too_many(line);
      for (CivilDay day = begin; day < begin + event.days; ++day) {
        if (day >= from_ && day <= to_) days_.push_back(day);
      }
    }
    return ok_status();
  }

  Status repeat(const AllDayEvent& event, const IcsRule& rule, std::set<CivilDay>& begins) {
    const Iterator iterator(icalrecur_iterator_new(rule.rule, to_ical(event.first)));
    if (!iterator) {
      return ics_error(file_, rule.line,
                       "the rule never comes true, or its parts contradict each other");
    }
    for (icaltimetype time = icalrecur_iterator_next(iterator.get());
         icaltime_is_null_time(time) == 0; time = icalrecur_iterator_next(iterator.get())) {
      const CivilDay day =
          civil_day(time.year, static_cast<unsigned>(time.month), static_cast<unsigned>(time.day));
      if (day > to_) break;
      if (!count(1)) return too_many(rule.line);
      begins.insert(day);
    }
    return ok_status();
  }

  bool count(int days) { return (counted_ += days) <= ics_days_max; }
  Error too_many(int line) const {
    return ics_error(file_, line, fmt::format("more than {} days up to here", ics_days_max));
  }

  std::string_view file_;
  CivilDay from_, to_;
  std::map<std::string, std::set<CivilDay>> moved_;  // instances that stand elsewhere, by UID
  std::int64_t counted_ = 0;
  std::vector<CivilDay> days_;
};

}  // namespace

Result<std::vector<CivilDay>> read_ics_holidays(std::string_view text, std::string_view file,
                                                CivilDay from, CivilDay to) {
  icalerror_set_errors_are_fatal(0);  // they would end the process
  const Result<std::vector<IcsEvent>> sources = split_ics(text, file);
  if (!sources) return sources.error();
  if (sources->size() > ics_events_max) {
    return ics_error(file, (*sources)[ics_events_max].number,
                     fmt::format("more than {} events", ics_events_max));
  }
  std::vector<AllDayEvent> events;
  for (const IcsEvent& each : *sources) {
    Result<AllDayEvent> event = read_ics_event(each, file);
    if (!event) return event.error();
    events.push_back(std::move(event).value());
  }
  Holidays holidays(file, from, to);
  if (Status ok = holidays.add(events, *sources); !ok) return ok.error();
  return std::move(holidays).sorted();
}

}  // namespace vencer::config
