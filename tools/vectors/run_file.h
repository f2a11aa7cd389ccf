// Runs one vectors file and prints what differs.
#pragma once

#include <string>

#include "engine/core/result.h"

namespace vencer::vectors {

struct Tally {
  int passed = 0;
  int failed = 0;
  int skipped = 0;
};

// Adds to `tally`. An error when the file cannot be read or is not of the format, with its name and
// the reason; cases that ran until then stay counted.
Status run_file(const std::string& path, Tally& tally);

}  // namespace vencer::vectors
