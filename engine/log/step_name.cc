#include "engine/log/step_name.h"

#include <fmt/format.h>

#include <charconv>

namespace vencer {
namespace {

template <typename Number>
bool read_number(std::string_view text, Number* into) {
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, *into);
  return error == std::errc() && stopped == end && *into > 0;
}

}  // namespace

std::string step_name_text(const StepName& name) {
  return fmt::format("{}.{}", name.group, name.step);
}

std::optional<StepName> parse_step_name(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  StepName name;
  if (!read_number(text.substr(0, dot), &name.group)) return std::nullopt;
  if (!read_number(text.substr(dot + 1), &name.step)) return std::nullopt;
  return name;
}

}  // namespace vencer
