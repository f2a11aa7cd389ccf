#include "engine/core/calendar_validate.h"

#include <array>
#include <cstdio>

#include "engine/core/calendar_local_time.h"
#include "engine/core/limits.h"

namespace vencer {
namespace {

constexpr std::int16_t kMinutesADay = 1440;
constexpr std::array<const char*, 7> kWeekdays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                  "Friday", "Saturday", "Sunday"};

Error refuse(const CalendarSpec& spec, const std::string& why) {
  return {Errc::invalid_document, "calendar '" + spec.name + "': " + why};
}

std::string clock_time(std::int16_t minute) {
  char text[16];
  std::snprintf(text, sizeof text, "%02d:%02d", minute / 60, minute % 60);
  return text;
}

std::string date_text(CivilDay day) {
  const CivilDate date = civil_date(day);
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", date.year, date.month, date.day);
  return text;
}

// `what`: "the shift" or "the break"; `when`: a weekday or a date.
Status check_shifts(const CalendarSpec& spec, const char* what, const std::string& when,
                    const std::vector<ShiftSpec>& shifts) {
  for (const ShiftSpec& each : shifts) {
    if (each.start_minute < 0 || each.start_minute >= kMinutesADay || each.end_minute < 0 ||
        each.end_minute > kMinutesADay) {
      return refuse(spec, std::string(what) + " of " + when + " from minute " +
                              std::to_string(each.start_minute) + " to minute " +
                              std::to_string(each.end_minute) +
                              " is out of range: it may start at 0 (00:00) to 1439 (23:59) and end "
                              "at 0 to 1440 (24:00)");
    }
    if (each.start_minute == each.end_minute) {
      return refuse(spec, std::string(what) + " " + clock_time(each.start_minute) + "-" +
                              clock_time(each.end_minute) + " of " + when +
                              " ends when it starts; a whole day is 00:00-24:00");
    }
  }
  return ok_status();
}

Status check_days(const CalendarSpec& spec) {
  for (std::size_t i = 0; i < spec.special.size(); ++i) {
    const SpecialDay& each = spec.special[i];
    if (i > 0 && each.day <= spec.special[i - 1].day) {
      return refuse(spec, "special days must ascend, each given once; " + date_text(each.day) +
                              " does not come after " + date_text(spec.special[i - 1].day));
    }
    if (Status ok = check_shifts(spec, "the shift", date_text(each.day), each.shifts); !ok) {
      return ok;
    }
  }
  constexpr std::array<unsigned, 12> kLongest = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (const YearlyDay& each : spec.yearly_holidays) {
    if (each.month < 1 || each.month > 12 || each.day < 1 || each.day > kLongest[each.month - 1u]) {
      return refuse(spec, "no year has a day " + std::to_string(each.day) + " of month " +
                              std::to_string(each.month) + " (yearly holiday)");
    }
  }
  return ok_status();
}

Status check_zone(const CalendarSpec& spec) {
  const auto too_far = [](std::int32_t offset_s) {
    return offset_s > LocalTime::kOffsetMax / limits::kSecond ||
           offset_s < -LocalTime::kOffsetMax / limits::kSecond;
  };
  if (too_far(spec.zone.initial_offset_s)) {
    return refuse(spec, "zone '" + spec.zone.name + "' is more than a day away from UTC");
  }
  const ZoneTransition* previous = nullptr;
  for (const ZoneTransition& each : spec.zone.transitions) {
    if (too_far(each.offset_s)) {
      return refuse(spec, "zone '" + spec.zone.name + "' is more than a day away from UTC");
    }
    if (previous != nullptr && each.at_s <= previous->at_s) {
      return refuse(spec, "the transitions of zone '" + spec.zone.name + "' do not ascend");
    }
    previous = &each;
  }
  return ok_status();
}

}  // namespace

Status validate(const CalendarSpec& spec) {
  for (std::size_t day = 0; day < 7; ++day) {
    if (Status ok = check_shifts(spec, "the shift", kWeekdays[day], spec.weekly[day]); !ok) {
      return ok;
    }
    if (Status ok = check_shifts(spec, "the break", kWeekdays[day], spec.breaks[day]); !ok) {
      return ok;
    }
  }
  if (Status ok = check_days(spec); !ok) return ok;
  return check_zone(spec);
}

}  // namespace vencer
