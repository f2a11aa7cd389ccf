// Depth of a TOML text before it is parsed: brackets within brackets, and dots within one key.
//
// The parser builds and destroys tables recursively and does not limit dotted keys: a megabyte of
// "a.a.a.a" would overflow the stack. Knows just enough of TOML to tell strings and comments from
// keys. Cost: one pass.  Thread: any.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "engine/config/node.h"

namespace vencer::config {

// Where the text first nests deeper than `depth_max`, if it does.
std::optional<Mark> too_deep(std::string_view text, std::size_t depth_max);

}  // namespace vencer::config
