#include "tests/model/features.h"

#include <algorithm>
#include <iterator>

namespace vencer::model {

std::uint32_t features_of(std::string_view names) {
  std::uint32_t bits = 0;
  while (!names.empty()) {
    const std::string_view name = names.substr(0, names.find(','));
    names.remove_prefix(std::min(names.size(), name.size() + 1));
    const auto found = std::find(std::begin(kFeatureNames), std::end(kFeatureNames), name);
    if (found == std::end(kFeatureNames)) return 0;
    bits |= 1u << (found - std::begin(kFeatureNames));
  }
  return bits;
}

}  // namespace vencer::model
