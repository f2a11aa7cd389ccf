// What the tests of tenant documents share.
#pragma once

#include <vencer_paths.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "engine/config/document.h"

namespace vencer::config_test {

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

inline std::filesystem::path source(const std::string& relative) {
  return std::filesystem::path(VENCER_SOURCE_DIR) / relative;
}

inline std::string example(const std::string& name) {
  return read_file(source("tools/examples/" + name));
}

inline std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

// The id of a name; the size of the list if there is none.
template <typename Spec>
std::size_t id_of(const std::vector<Spec>& specs, const std::string& name) {
  std::size_t id = 0;
  while (id < specs.size() && specs[id].name != name) ++id;
  return id;
}

template <typename Spec>
const Spec& named(const std::vector<Spec>& specs, const std::string& name) {
  return specs.at(id_of(specs, name));
}

}  // namespace vencer::config_test
