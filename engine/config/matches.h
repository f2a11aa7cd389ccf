// Conditions on attributes: when = { category = ["Incidente", "Cambio"], channel = { not = ["chat"]
// } }
#pragma once

#include <optional>
#include <vector>

#include "engine/config/compilation.h"

namespace vencer::config {

// A value of the attribute as a document names it: a word of a list (or its alias), or the number
// of an open one. Nothing, after an error, if there is none such.
std::optional<Value> read_value(const Compilation& c, const Cursor& at, AttributeId attribute);
// The same of a word that stands as a key.
std::optional<Value> find_value(const Compilation& c, AttributeId attribute, std::string_view word);

// Sorted by attribute, the values of each ascending and once. `other` is a key of the table that is
// no attribute.
std::vector<MatchSpec> read_matches(Compilation& c, const Cursor& table,
                                    std::string_view other = "");

}  // namespace vencer::config
