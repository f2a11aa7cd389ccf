// One VEVENT as the holidays that it means, not yet repeated. Inside ics.cc only: the one other
// header that sees libical.
#pragma once

#include <libical/ical.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/ics_lines.h"
#include "engine/core/calendar_spec.h"
#include "engine/core/result.h"

namespace vencer::config {

struct IcsRule {
  int line;
  icalrecurrencetype rule;
};

struct AllDayEvent {
  std::string uid;
  bool cancelled = false;
  CivilDay first = 0;
  int days = 1;
  std::vector<IcsRule> rules;
  std::vector<CivilDay> also;           // RDATE
  std::vector<CivilDay> except;         // EXDATE
  std::optional<CivilDay> in_place_of;  // RECURRENCE-ID: the day it was moved from
};

Result<AllDayEvent> read_ics_event(const IcsEvent& event, std::string_view file);

icaltimetype to_ical(CivilDay day);

}  // namespace vencer::config
