// The lines of an iCalendar file (RFC 5545), each with its place: what libical does not tell.
//
// Long lines are joined again; components are checked to begin and end in pairs, inside one or more
// VCALENDARs. Properties are not understood here.
// Cost: O(text).  Thread: any.  Errors: Errc::invalid_document, "file:line: what is wrong".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/core/result.h"

namespace vencer::config {

struct IcsLine {
  int number;        // of its first line in the file, from 1
  std::string name;  // upper case: "DTSTART"
  std::string text;  // all of it: "DTSTART;VALUE=DATE:20260918"
};

struct IcsEvent {
  int number;                  // of its BEGIN:VEVENT
  std::vector<IcsLine> lines;  // its own, without those of components in it (alarms)
};

Error ics_error(std::string_view file, int line, std::string_view what);

// The VEVENTs of a file, in its order.
Result<std::vector<IcsEvent>> split_ics(std::string_view text, std::string_view file);

}  // namespace vencer::config
