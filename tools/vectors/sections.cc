#include "tools/vectors/sections.h"

#include <algorithm>
#include <array>
#include <map>

namespace vencer::vectors {
namespace {

// As shared/vectors/README.md names them.
constexpr std::array<std::string_view, 7> kFormatSections = {
    "add", "between", "clock", "ladder", "digest", "route", "detector"};

std::map<std::string_view, RunCase>& registered_sections() {
  static std::map<std::string_view, RunCase> sections;
  return sections;
}

}  // namespace

bool register_section(std::string_view name, RunCase run) {
  return registered_sections().emplace(name, run).second;
}

RunCase find_section(std::string_view name) {
  const auto found = registered_sections().find(name);
  return found == registered_sections().end() ? nullptr : found->second;
}

bool is_section(std::string_view name) {
  return find_section(name) != nullptr ||
         std::find(kFormatSections.begin(), kFormatSections.end(), name) != kFormatSections.end();
}

}  // namespace vencer::vectors
