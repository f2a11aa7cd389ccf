// Words of a call to ids. Internal to net/client.
#pragma once

#include <string_view>
#include <vector>

#include "net/client/client.h"

namespace vencer {

inline Result<std::vector<AttributeValue>> attribute_values(const Names& names,
                                                            const Words& words) {
  std::vector<AttributeValue> values;
  for (const auto& [attribute, value] : words) {
    const Result<AttributeValue> found = names.attribute_value(attribute, value);
    if (!found) return found.error();
    values.push_back(*found);
  }
  return values;
}

// `none` for no word.
template <typename Id>
Result<Id> id_or(const Names& names, Result<Id> (Names::*find)(std::string_view) const,
                 std::string_view word, Id none) {
  if (word.empty()) return none;
  return (names.*find)(word);
}

}  // namespace vencer
