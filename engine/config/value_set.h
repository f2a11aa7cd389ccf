// ValueSet: some values of one attribute, 0 (not set) among them, or all but some.
//
// Cost: O(values written), with a logarithm where one is looked up.  Thread: any.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "engine/core/tenant.h"

namespace vencer::config {

struct ValueSet {
  bool negated = true;
  std::vector<Value> values;  // ascending, each once

  bool has(Value value) const;
  bool empty(std::uint64_t universe) const;
};

// How many values there are, the unset one included; an open attribute has no end of them.
inline constexpr std::uint64_t kUnbounded = std::numeric_limits<std::uint64_t>::max();
std::uint64_t universe_of(const AttributeSpec& attribute);

ValueSet unite(const ValueSet& a, const ValueSet& b);
ValueSet intersect(const ValueSet& a, const ValueSet& b);
bool subset(const ValueSet& narrow, const ValueSet& wide, std::uint64_t universe);

}  // namespace vencer::config
