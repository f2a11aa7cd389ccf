#include "tools/vencer/document_file.h"

#include <fmt/format.h>

#include "engine/config/files.h"
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

// Named by the document, so not to be followed out of its folder.
bool stays_inside(const std::filesystem::path& name) {
  if (name.empty() || name.is_absolute()) return false;
  for (const std::filesystem::path& part : name) {
    if (part == "..") return false;
  }
  return true;
}

}  // namespace

Result<std::string> read_document(const std::filesystem::path& path) {
  Result<std::string> text = read_file(path.string());
  if (!text)
    return Error{text.error().code, fmt::format("{}: {}", path.string(), text.error().message)};
  for (const std::string& name : missing_files(*text)) {
    const auto fault = [&](std::string_view why) {
      return Error{Errc::invalid_document,
                   fmt::format("{}: it names '{}', which {}", path.string(), name, why)};
    };
    if (!stays_inside(name)) return fault("is not below its folder");
    const Result<std::string> file = read_file((path.parent_path() / name).string());
    if (!file) return fault(file.error().message);
    text = with_file(*text, name, *file);
    if (!text) return fault(text.error().message);
  }
  return text;
}

}  // namespace vencer::cli
