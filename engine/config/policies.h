// Policy: one [[policy]] of the document while its table of targets is read.
#pragma once

#include <string>
#include <vector>

#include "engine/config/cursor.h"
#include "engine/core/tenant.h"

namespace vencer::config {

struct Policy {
  std::string name;
  std::vector<MatchSpec> when;
  std::vector<AttributeId> by;  // the levels of the table, outermost first
  std::vector<ClockId> clocks;  // the order of the spans in a cell
  bool names_clocks = false;    // else a cell names them: { resolution = "8h" }
  CalendarId calendar = kAlwaysOpen;
  LadderId ladder = kNoId16;
  const Cursor* place = nullptr;
  bool broken = false;  // `by` or `clocks` has faults: the shape of the cells is not known
};

}  // namespace vencer::config
