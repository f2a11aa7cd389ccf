// File descriptors: how many connections the process can have and still open the log's files.
//
// A connection takes a descriptor, and so does a new segment of the log. A server whose connections
// may take all of them ends with the first segment that it can't open, at the will of any peer.
#pragma once

#include "engine/core/result.h"
#include "engine/runtime/server_config.h"

namespace vencer {

// Takes as many descriptors as the system lets this process have, and lowers
// config->connections_max to what leaves the log's its own, telling so. An error if there are too
// few for any connection.
Status reserve_descriptors(ServerConfig* config);

}  // namespace vencer
