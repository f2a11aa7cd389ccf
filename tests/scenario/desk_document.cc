#include "tests/scenario/desk_document.h"

#include <vencer_paths.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>

#include "engine/config/files.h"

namespace vencer::scenario {
namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot open " + path.string());
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

}  // namespace

std::string desk_document(const std::string& desk) {
  const std::filesystem::path folder =
      std::filesystem::path(VENCER_SOURCE_DIR) / "tools" / "examples";
  std::string text = read_file(folder / (desk + ".toml"));
  for (const std::string& name : missing_files(text)) {
    const Result<std::string> with = with_file(text, name, read_file(folder / name));
    if (!with) throw std::runtime_error(with.error().message);
    text = *with;
  }
  return text;
}

std::string zone_of(const std::string& document) {
  std::smatch found;
  static const std::regex kZone("(^|\\n) *zone *= *\"([^\"]+)\"");
  return std::regex_search(document, found, kZone) ? found[2].str() : "UTC";
}

}  // namespace vencer::scenario
