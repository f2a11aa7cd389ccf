// The counters of a server in its log, until there is /metrics: a line for its sockets and one for
// each partition.
#pragma once

#include "net/server/server.h"

namespace vencer {

void log_metrics(Server& server);

}  // namespace vencer
