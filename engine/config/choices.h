// A key that takes one word of a few.
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

#include "engine/config/cursor.h"

namespace vencer::config {

// Position of the value's word in `words`; nothing, after an error, for any other.
std::optional<std::size_t> read_choice(const Cursor& at,
                                       std::initializer_list<std::string_view> words);

}  // namespace vencer::config
