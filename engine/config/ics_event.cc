#include "engine/config/ics_event.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>

#include "engine/config/diagnostics.h"
#include "engine/config/shifts.h"

namespace vencer::config {
namespace {

constexpr int kYearMin = 1600;  // birthdays without a year are given as 1604 by some programs
constexpr int kYearMax = 2399;

struct FreeComponent {
  void operator()(icalcomponent* component) const { icalcomponent_free(component); }
};
using Component = std::unique_ptr<icalcomponent, FreeComponent>;

// The properties of one line: several where it is a list. The library keeps no places, so it gets
// one line at a time.
class Properties {
 public:
  explicit Properties(const IcsLine& line)
      : component_(icalparser_parse_string(
            ("BEGIN:VEVENT\r\n" + line.text + "\r\nEND:VEVENT\r\n").c_str())) {}

  // Empty if the library refuses the line.
  std::vector<icalproperty*> all() const {
    std::vector<icalproperty*> list;
    if (!component_) return list;
    for (icalproperty* each = icalcomponent_get_first_property(component_.get(), ICAL_ANY_PROPERTY);
         each != nullptr;
         each = icalcomponent_get_next_property(component_.get(), ICAL_ANY_PROPERTY)) {
      if (icalproperty_isa(each) == ICAL_XLICERROR_PROPERTY) return {};
      list.push_back(each);
    }
    return list;
  }

 private:
  Component component_;
};

std::optional<CivilDay> to_day(const icaltimetype& time) {
  if (time.year < kYearMin || time.year > kYearMax || time.month < 1 || time.month > 12 ||
      time.day < 1 || time.day > 31) {
    return std::nullopt;
  }
  const auto day =
      civil_day(time.year, static_cast<unsigned>(time.month), static_cast<unsigned>(time.day));
  // A date that does not exist comes back as another.
  if (civil_date(day).day != static_cast<unsigned>(time.day)) return std::nullopt;
  return day;
}

icaltimetype time_of(const icalproperty* property) {
  const icalvalue* value = icalproperty_get_value(property);
  switch (icalvalue_isa(value)) {
    case ICAL_DATE_VALUE:
      return icalvalue_get_date(value);
    case ICAL_DATETIME_VALUE:
      return icalvalue_get_datetime(value);
    case ICAL_DATETIMEPERIOD_VALUE:
      return icalvalue_get_datetimeperiod(value).time;
    default:
      return icaltime_null_time();
  }
}

class EventReader {
 public:
  EventReader(const IcsEvent& event, std::string_view file) : source_(event), file_(file) {}

  Result<AllDayEvent> read() {
    for (const IcsLine& line : source_.lines) {
      if (Status ok = take(line); !ok) return ok.error();
    }
    if (!seen_.contains("DTSTART")) {
      return ics_error(file_, source_.number, "the event has no DTSTART");
    }
    if (end_line_ != 0) {
      // Not included; some programs give the same day for an event of one day.
      event_.days = std::max(end_ - event_.first, 1);
      if (end_ < event_.first) return ics_error(file_, end_line_, "DTEND lies before DTSTART");
    }
    if (event_.days > holiday_range_days_max) {
      return ics_error(file_, source_.number,
                       fmt::format("the event lasts {} days; a holiday may last {}", event_.days,
                                   holiday_range_days_max));
    }
    return std::move(event_);
  }

 private:
  Error refuse(const IcsLine& line, std::string_view what) const {
    return ics_error(file_, line.number, fmt::format("{} {}", quoted(line.text), what));
  }

  Status take(const IcsLine& line) {
    using Reader = Status (EventReader::*)(const IcsLine&);
    struct Known {
      std::string_view name;
      bool once;
      Reader reader;
    };
    constexpr Known kKnown[] = {{"DTSTART", true, &EventReader::take_start},
                                {"DTEND", true, &EventReader::take_end},
                                {"DURATION", true, &EventReader::take_duration},
                                {"RRULE", false, &EventReader::take_rule},
                                {"RDATE", false, &EventReader::take_also},
                                {"EXDATE", false, &EventReader::take_except},
                                {"RECURRENCE-ID", true, &EventReader::take_moved},
                                {"STATUS", true, &EventReader::take_status},
                                {"UID", true, &EventReader::take_uid}};
    const auto known = std::find_if(std::begin(kKnown), std::end(kKnown),
                                    [&](const Known& each) { return each.name == line.name; });
    if (known == std::end(kKnown)) return ok_status();
    if (known->once && !seen_.insert(known->name).second) {
      return ics_error(file_, line.number, line.name + " stands twice in the event");
    }
    return (this->*known->reader)(line);
  }

  // All dates of the line. With a time of day they are refused, or it is cut off where only the day
  // can be meant.
  Result<std::vector<CivilDay>> dates(const IcsLine& line, bool cut_time_of_day = false) {
    const Properties properties(line);
    std::vector<CivilDay> days;
    for (const icalproperty* each : properties.all()) {
      const icaltimetype time = time_of(each);
      const auto day = to_day(time);
      if (!day) {
        return refuse(line, fmt::format("is not a date between {} and {}", kYearMin, kYearMax));
      }
      if (!time.is_date && !cut_time_of_day) {
        return refuse(line, "has a time of day; only events of whole days can be holidays");
      }
      days.push_back(*day);
    }
    if (days.empty()) return refuse(line, "is not a date; write DTSTART;VALUE=DATE:20260918");
    return days;
  }

  Result<CivilDay> one_date(const IcsLine& line) {
    const Result<std::vector<CivilDay>> days = dates(line);
    if (!days) return days.error();
    if (days->size() != 1) return refuse(line, "is a list; it must be one date");
    return days->front();
  }

  Status take_start(const IcsLine& line) {
    const Result<CivilDay> day = one_date(line);
    if (!day) return day.error();
    event_.first = *day;
    return ok_status();
  }

  Status take_end(const IcsLine& line) {
    const Result<CivilDay> day = one_date(line);
    if (!day) return day.error();
    end_ = *day;
    end_line_ = line.number;
    return only_one_length(line);
  }

  Status take_duration(const IcsLine& line) {
    const Properties properties(line);
    const auto list = properties.all();
    if (list.size() != 1) return refuse(line, "is not a duration; write DURATION:P1D");
    const icaldurationtype duration = icalproperty_get_duration(list.front());
    const std::int64_t days = std::int64_t{duration.weeks} * 7 + duration.days;
    const bool whole = duration.hours == 0 && duration.minutes == 0 && duration.seconds == 0;
    if (duration.is_neg != 0 || !whole || days < 1 || days > holiday_range_days_max) {
      return refuse(line, fmt::format("must be whole days, 1 to {}", holiday_range_days_max));
    }
    event_.days = static_cast<int>(days);
    return only_one_length(line);
  }

  Status only_one_length(const IcsLine& line) {
    if (!seen_.contains("DTEND") || !seen_.contains("DURATION")) return ok_status();
    return ics_error(file_, line.number, "the event has both DTEND and DURATION");
  }

  Status take_rule(const IcsLine& line) {
    const Properties properties(line);
    const auto list = properties.all();
    if (list.size() != 1) return refuse(line, "is not a rule; write RRULE:FREQ=YEARLY");
    icalrecurrencetype rule = icalproperty_get_rrule(list.front());
    const bool gregorian = rule.rscale == nullptr || std::string_view(rule.rscale) == "GREGORIAN";
    rule.rscale = nullptr;  // belongs to the property
    if (!gregorian) return refuse(line, "counts in another calendar than the Gregorian");
    switch (rule.freq) {
      case ICAL_DAILY_RECURRENCE:
      case ICAL_WEEKLY_RECURRENCE:
      case ICAL_MONTHLY_RECURRENCE:
      case ICAL_YEARLY_RECURRENCE:
        break;
      default:
        return refuse(line, "must repeat DAILY, WEEKLY, MONTHLY or YEARLY");
    }
    for (const short* of_day : {rule.by_hour, rule.by_minute, rule.by_second}) {
      if (of_day[0] != ICAL_RECURRENCE_ARRAY_MAX) return refuse(line, "names times of day");
    }
    event_.rules.push_back({line.number, rule});
    return ok_status();
  }

  Status take_also(const IcsLine& line) { return append(dates(line), event_.also); }
  Status take_except(const IcsLine& line) { return append(dates(line, true), event_.except); }
  static Status append(Result<std::vector<CivilDay>> days, std::vector<CivilDay>& list) {
    if (!days) return days.error();
    list.insert(list.end(), days->begin(), days->end());
    return ok_status();
  }

  Status take_moved(const IcsLine& line) {
    const Result<std::vector<CivilDay>> days = dates(line, true);
    if (!days) return days.error();
    const std::string_view parameters = std::string_view(line.text).substr(0, line.text.find(':'));
    if (parameters.find("RANGE") != std::string_view::npos) {
      return refuse(line, "moves all that follow; end the first event and write a second one");
    }
    event_.in_place_of = days->front();
    return ok_status();
  }

  Status take_status(const IcsLine& line) {
    event_.cancelled = line.text.ends_with(":CANCELLED");
    return ok_status();
  }

  Status take_uid(const IcsLine& line) {
    event_.uid = line.text.substr(line.text.find(':') + 1);
    return ok_status();
  }

  const IcsEvent& source_;
  std::string_view file_;
  AllDayEvent event_;
  CivilDay end_ = 0;
  int end_line_ = 0;
  std::set<std::string_view> seen_;
};

}  // namespace

Result<AllDayEvent> read_ics_event(const IcsEvent& event, std::string_view file) {
  return EventReader(event, file).read();
}

icaltimetype to_ical(CivilDay day) {
  const CivilDate date = civil_date(day);
  icaltimetype time{};  // not icaltime_null_date(): that is an hour before midnight
  time.year = date.year;
  time.month = static_cast<int>(date.month);
  time.day = static_cast<int>(date.day);
  time.is_date = 1;
  return time;
}

}  // namespace vencer::config
