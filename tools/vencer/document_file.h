// A tenant document on this machine, with the files that it names (holidays_ics) inside it.
#pragma once

#include <filesystem>
#include <string>

#include "engine/core/result.h"

namespace vencer::cli {

// An error's message begins with the file's name.
Result<std::string> read_document(const std::filesystem::path& path);

}  // namespace vencer::cli
