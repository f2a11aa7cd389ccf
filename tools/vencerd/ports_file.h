// Where the server listens, for whoever started it with port 0.
#pragma once

#include <string>

#include "engine/core/result.h"

namespace vencer {

// One line, "host:port"; the file appears whole or not at all.
Status write_ports_file(const std::string& path, const std::string& address);

}  // namespace vencer
