#include "engine/config/value_set.h"

#include <algorithm>
#include <iterator>

namespace vencer::config {
namespace {

using Values = std::vector<Value>;

Values both(const Values& a, const Values& b) {
  Values out;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

Values either(const Values& a, const Values& b) {
  Values out;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

Values without(const Values& a, const Values& b) {
  Values out;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

ValueSet complement(ValueSet set) {
  set.negated = !set.negated;
  return set;
}

}  // namespace

bool ValueSet::has(Value value) const {
  return std::binary_search(values.begin(), values.end(), value) != negated;
}

bool ValueSet::empty(std::uint64_t universe) const {
  return negated ? values.size() >= universe : values.empty();
}

std::uint64_t universe_of(const AttributeSpec& attribute) {
  return attribute.open ? kUnbounded : attribute.values.size() + 1;
}

ValueSet intersect(const ValueSet& a, const ValueSet& b) {
  if (a.negated && b.negated) return {true, either(a.values, b.values)};
  if (a.negated) return {false, without(b.values, a.values)};
  if (b.negated) return {false, without(a.values, b.values)};
  return {false, both(a.values, b.values)};
}

ValueSet unite(const ValueSet& a, const ValueSet& b) {
  return complement(intersect(complement(a), complement(b)));
}

bool subset(const ValueSet& narrow, const ValueSet& wide, std::uint64_t universe) {
  return intersect(narrow, complement(wide)).empty(universe);
}

}  // namespace vencer::config
