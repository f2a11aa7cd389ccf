#include "engine/config/choices.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/config/keys.h"

namespace vencer::config {

std::optional<std::size_t> read_choice(const Cursor& at,
                                       std::initializer_list<std::string_view> words,
                                       std::initializer_list<std::string_view> later) {
  const auto text = at.string(*words.begin());
  if (!text) return std::nullopt;
  const auto found = std::find(words.begin(), words.end(), *text);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  if (std::find(later.begin(), later.end(), *text) != later.end()) {
    at.error(not_yet(quoted(*text)) + fmt::format("; write \"{}\"", fmt::join(words, "\" or \"")));
  } else {
    at.error(fmt::format("{} is none of \"{}\"", quoted(*text), fmt::join(words, "\", \"")));
  }
  return std::nullopt;
}

}  // namespace vencer::config
