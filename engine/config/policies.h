// Policy: one [[policy]] of the document while its table of targets is read.
#pragma once

#include <string>
#include <vector>

#include "engine/config/compilation.h"
#include "engine/config/cursor.h"
#include "engine/core/tenant.h"

namespace vencer::config {

struct Policy {
  std::string name;
  std::vector<MatchSpec> when;
  std::vector<AttributeId> by;  // the levels of the table, outermost first
  // The order of the spans in a cell; a name of `per_status` is several clocks.
  std::vector<std::vector<ClockId>> clocks;
  bool names_clocks = false;  // else a cell names them: { resolution = "8h" }
  CalendarId calendar = kAlwaysOpen;
  AttributeId calendar_by = kNoId8;
  std::vector<CalendarId> calendars;  // by value of calendar_by
  LadderId ladder = kNoId16;
  const Cursor* place = nullptr;
  bool broken = false;  // `by` or `clocks` has faults: the shape of the cells is not known
};

// The clock of a name, or all those of a [[clock]] with `per_status`. None, after an error, if
// there is no such.
std::vector<ClockId> find_clocks(const Compilation& c, const Cursor& at, std::string_view name);

}  // namespace vencer::config
