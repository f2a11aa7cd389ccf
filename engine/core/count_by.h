// CountBy: the attributes that a document counts by, and where each combination of their values
// stands in a table: its cell. "Not set" is a value like any other.
//
// Cost: O(counted attributes), at most three.
#pragma once

#include <array>
#include <cstdint>

#include "engine/core/result.h"
#include "engine/core/tenant.h"

namespace vencer {

class CountBy {
 public:
  // invalid_document: more than three, an attribute that is open or not there, or too many cells.
  static Result<CountBy> make(const TenantSpec& spec) {
    CountBy by;
    std::uint64_t cells = 1;
    if (spec.count_by.size() > limits::count_by_max) return invalid();
    for (const AttributeId attribute : spec.count_by) {
      if (attribute >= spec.attributes.size() || spec.attributes[attribute].open) return invalid();
      by.attributes_[by.size_] = attribute;
      by.values_[by.size_] =
          static_cast<std::uint32_t>(spec.attributes[attribute].values.size() + 1);
      cells *= by.values_[by.size_++];
      if (cells > limits::count_cells_max) return invalid();
    }
    by.cells_ = static_cast<std::uint32_t>(cells);
    return by;
  }

  std::size_t size() const { return size_; }
  std::uint32_t cells() const { return cells_; }
  AttributeId attribute(std::size_t i) const { return attributes_[i]; }

  // value_of(AttributeId) is a value of the document.
  template <typename ValueOf>
  std::uint32_t cell(ValueOf&& value_of) const {
    std::uint32_t cell = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      cell = cell * values_[i] + static_cast<std::uint32_t>(value_of(attributes_[i]));
    }
    return cell;
  }
  Value value(std::uint32_t cell, std::size_t i) const {
    for (std::size_t after = size_; after > i + 1; --after) cell /= values_[after - 1];
    return cell % values_[i];
  }

 private:
  static Error invalid() {
    return {Errc::invalid_document,
            "count_by: at most three closed attributes, of at most 65,536 combinations"};
  }

  std::size_t size_ = 0;
  std::array<AttributeId, limits::count_by_max> attributes_{};
  std::array<std::uint32_t, limits::count_by_max> values_{};  // "not set" included
  std::uint32_t cells_ = 1;
};

}  // namespace vencer
