#include "engine/config/choices.h"

#include <fmt/format.h>

#include <algorithm>

namespace vencer::config {

std::optional<std::size_t> read_choice(const Cursor& at,
                                       std::initializer_list<std::string_view> words) {
  const auto text = at.string(*words.begin());
  if (!text) return std::nullopt;
  const auto found = std::find(words.begin(), words.end(), *text);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  at.error(fmt::format("{} is none of \"{}\"", quoted(*text), fmt::join(words, "\", \"")));
  return std::nullopt;
}

}  // namespace vencer::config
