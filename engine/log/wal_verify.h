// What `vencer wal verify DIR` prints: the segments of a log, how far its chain reaches, what lies
// behind it, and what recovery would do. Reads only; a server may be stopped or running (then the
// end moves).
//
// Cost: one sequential read.  Thread: any.
// Errors: what the files themselves refuse (see load_segments), with file and reason.
#pragma once

#include <functional>
#include <string>

#include "engine/core/result.h"
#include "engine/log/storage.h"

namespace vencer {

// `line` gets the report line by line, without line ends. False: recovery would refuse this log.
Result<bool> verify_wal(Storage& storage, const std::string& directory,
                        const std::function<void(const std::string&)>& line);

}  // namespace vencer
