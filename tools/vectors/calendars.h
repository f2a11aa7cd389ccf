// The calendars of a vectors file: JSON to CalendarSpec, zones from the tz database, compiled by
// the engine.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/core/calendar.h"

namespace vencer::vectors {

// A calendar and the zone to show its instants in.
struct NamedCalendar {
  CalendarSpec spec;
  Calendar calendar;
  std::string zone;  // "UTC" for a calendar that is always open
};

class Calendars {
 public:
  // Reads all; those that cannot be used are in problems(). FieldError if `object` is no object.
  explicit Calendars(const nlohmann::json& object);

  // FieldError if there is none of that name, or it could not be compiled.
  const NamedCalendar& at(const std::string& name) const;
  // "name: why", in the order of names.
  std::vector<std::string> problems() const;

 private:
  std::map<std::string, NamedCalendar> calendars_;
  std::map<std::string, std::string> broken_;  // name -> why
};

}  // namespace vencer::vectors
