// Where the files of a log lie, for the commands that read them without a server.
//
// They are opened for reading only, and no lock is taken: a server may be running on them.
#pragma once

#include <string>

#include "engine/core/result.h"
#include "engine/log/storage.h"

namespace vencer::cli {

// A data directory keeps its log in wal/ and its events in events/; either name will do.
// Errors: there is no such directory.
Result<std::string> log_directory(Storage& storage, std::string given);
Result<std::string> events_directory(Storage& storage, std::string given);

std::string file_name(const std::string& path);

}  // namespace vencer::cli
