// The counters of a partition as one line in the log, until there is /metrics.
#pragma once

#include "engine/runtime/partition.h"

namespace vencer {

void log_metrics(Partition& partition);

}  // namespace vencer
