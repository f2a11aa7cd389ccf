#include "tests/fuzz/fuzz.h"

namespace vencer::fuzz {

std::vector<Target>& targets() {
  static std::vector<Target> all;
  return all;
}

}  // namespace vencer::fuzz
