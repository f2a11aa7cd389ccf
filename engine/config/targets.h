// The table of targets of a policy, as deep as its `by` names attributes; a rule for each cell.
#pragma once

#include "engine/config/compilation.h"
#include "engine/config/policies.h"

namespace vencer::config {

void read_target_table(Compilation& c, const Cursor& at, Policy& policy);

}  // namespace vencer::config
