// A key that takes one word of a few, some of which later versions will take.
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

#include "engine/config/cursor.h"

namespace vencer::config {

// Position of the value's word in `words`; nothing, after an error, for any other. Words in `later`
// are refused as not supported yet.
std::optional<std::size_t> read_choice(const Cursor& at,
                                       std::initializer_list<std::string_view> words,
                                       std::initializer_list<std::string_view> later = {});

}  // namespace vencer::config
